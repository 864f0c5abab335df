"""One package for all tests of this folder, and how to read it."""

from pathlib import Path

import pytest
from lxml import etree

from fondaco.demo import PackageSummary, write_package

SKUS = 2500
SEED = 7


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PackageSummary]:
    """A snapshot of 2,500 products with one picture a leaf."""
    folder = tmp_path_factory.mktemp("package")
    return folder, write_package(folder, skus=SKUS, seed=SEED, pictures=65)


@pytest.fixture(scope="session")
def folder(written: tuple[Path, PackageSummary]) -> Path:
    return written[0]


@pytest.fixture(scope="session")
def summary(written: tuple[Path, PackageSummary]) -> PackageSummary:
    return written[1]


@pytest.fixture(scope="session")
def catalog(folder: Path) -> etree._Element:
    return etree.parse(folder / "import.xml").getroot()


@pytest.fixture(scope="session")
def offers(folder: Path) -> etree._Element:
    return etree.parse(folder / "offers.xml").getroot()
