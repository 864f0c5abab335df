"""What the staging importer is handed: the files of a package, and its pictures.

A file that is no catalogue (orders, counterparties, a stray file) is refused as a whole with a
report row, and the others go on. A catalogue that breaks in the middle stops the run: half of a
full snapshot would take the other half off sale.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fondaco_erp_1c.commerceml import SourceRefused, package_images, read_image, read_package
from fondaco_sdk.types.records import ImportRecord, RefusedRecord


def read(path: Path) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
    """(member, its records), the files in the order in which they must be read."""
    for member, records in read_package(path):
        try:
            first = next(records, None)
        except SourceRefused as refused:
            yield member, iter((_refusal(member, refused),))
            continue
        if first is not None:
            yield member, chain((first,), records)


def images(path: Path) -> Iterator[tuple[str, bytes]]:
    """(path as the catalogue names it, bytes) of every picture of the package."""
    for name in package_images(path):
        yield name, read_image(path, name)


def _refusal(member: str, refused: SourceRefused) -> RefusedRecord:
    return RefusedRecord(row=0, code=refused.code, reference=member, params=refused.params)
