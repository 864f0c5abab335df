"""What the staging importer is handed: the files of a package, and its pictures.

A file that is no catalogue (orders, counterparties, a stray file) is refused as a whole with a
report row, and the others go on, unless 1C itself has sent it and waits for the end. A catalogue
that breaks in the middle stops the run: half of a full snapshot would take the other half off sale.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from fondaco_erp_1c.commerceml import SourceRefused, package_images, read_image, read_package
from fondaco_sdk.types.records import ImportRecord, PackageRecord, RefusedRecord

EXCHANGE = ".exchange"
"""A file of this name in a folder: 1C itself has sent it, and waits for what came of it. Where the
file says `CHANGES`, what calls itself a snapshot may not be there to its end."""
CHANGES = "changes"


def read(path: Path) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
    """(member, its records), the files in the order in which they must be read."""
    said = path / EXCHANGE
    exchange = path.is_dir() and said.exists()
    changes = exchange and said.read_text("utf-8") == CHANGES
    for member, found in read_package(path):
        records = _as_changes(found) if changes else found
        try:
            first = next(records, None)
        except SourceRefused as refused:
            # Nobody reads a report there and then: 1C must not take it for done.
            if exchange:
                raise
            yield member, iter((_refusal(member, refused),))
            continue
        if first is not None:
            yield member, chain((first,), records)


def images(path: Path) -> Iterator[tuple[str, bytes]]:
    """(path as the catalogue names it, bytes) of every picture of the package."""
    for name in package_images(path):
        yield name, read_image(path, name)


def _as_changes(records: Iterator[ImportRecord]) -> Iterator[ImportRecord]:
    for record in records:
        if isinstance(record, PackageRecord) and record.full:
            yield msgspec.structs.replace(record, full=False)
        else:
            yield record


def _refusal(member: str, refused: SourceRefused) -> RefusedRecord:
    return RefusedRecord(row=0, code=refused.code, reference=member, params=refused.params)
