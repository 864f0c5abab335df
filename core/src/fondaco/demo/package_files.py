"""The two files of a package, opened, headed and closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from fondaco.demo.catalog_xml import CATALOG_TAIL, catalog_head, classifier
from fondaco.demo.offers_xml import OFFERS_TAIL, offers_head
from fondaco.demo.xml_parts import document_head


class PackageFiles(Struct, frozen=True):
    """Where the elements go: Товар into `catalog`, Предложение into `offers`."""

    catalog: TextIO
    offers: TextIO


@contextmanager
def package_files(folder: Path, generated: str, changes_only: bool) -> Iterator[PackageFiles]:
    """import.xml and offers.xml in `folder`, which is made if it is missing.

    The classifier goes with a snapshot; changes refer to the one that was sent before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _written(folder / "import.xml") as catalog, _written(folder / "offers.xml") as offers:
        catalog.write(document_head(generated))
        if not changes_only:
            catalog.writelines(classifier())
        catalog.write(catalog_head(changes_only))
        offers.write(document_head(generated))
        offers.writelines(offers_head(changes_only))
        yield PackageFiles(catalog, offers)
        catalog.write(CATALOG_TAIL)
        offers.write(OFFERS_TAIL)


def _written(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20)
