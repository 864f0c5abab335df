"""Small files in line, read through the front door."""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fondaco_erp_1c.commerceml import read_file
from fondaco_sdk.types.records import ImportRecord, PackageRecord

Read: TypeAlias = Callable[[str], list[Any]]


def _read(document: str) -> list[ImportRecord]:
    return list(read_file(BytesIO(document.encode())))


def _within(before: str, after: str) -> Read:
    def read(body: str) -> list[ImportRecord]:
        document = f"<КоммерческаяИнформация>{before}{body}{after}</КоммерческаяИнформация>"
        return [record for record in _read(document) if not isinstance(record, PackageRecord)]

    return read


@pytest.fixture
def read_document() -> Read:
    """The records of a whole document."""
    return _read


@pytest.fixture
def read_classifier() -> Read:
    """The records of what stands in the classifier, without headers."""
    return _within("<Классификатор><Ид>k</Ид>", "</Классификатор>")


@pytest.fixture
def read_goods() -> Read:
    """The records of goods, without headers."""
    return _within("<Каталог><Ид>c</Ид><Товары>", "</Товары></Каталог>")


@pytest.fixture
def read_offers() -> Read:
    """The records of offers, without headers."""
    return _within(
        "<ПакетПредложений><Ид>c#</Ид><ИдКаталога>c</ИдКаталога><Предложения>",
        "</Предложения></ПакетПредложений>",
    )
