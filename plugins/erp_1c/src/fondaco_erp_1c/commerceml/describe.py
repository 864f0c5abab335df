"""What a package holds, for a person who wonders what 1C has sent."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.package import read_package
from fondaco_sdk.types.records import RefusedRecord


class FileContents(NamedTuple):
    """One file: how many records of each type, how many refusals of each code, and its end."""

    name: str
    records: Mapping[str, int]
    refused: Mapping[str, int]
    stopped_by: SourceRefused | None


def describe(path: Path) -> Iterator[FileContents]:
    """Read a package through and count; the types are the names of the record classes."""
    for name, members in read_package(path):
        records: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        stopped_by: SourceRefused | None = None
        try:
            for record in members:
                records[type(record).__name__] += 1
                if isinstance(record, RefusedRecord):
                    refused[record.code] += 1
        except SourceRefused as refusal:
            stopped_by = refusal
        yield FileContents(name, records, refused, stopped_by)
