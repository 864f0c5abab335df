"""A shop that takes imports: `imports(...)` runs one, `shop(sql)` looks at what came of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from fondaco.exchange.staging.runs import Run
from fondaco.hooks.hall import Hall
from fondaco.imports import run_import, start_run
from fondaco_sdk.types.records import ImportRecord


class Imports:
    """Runs imports of records in a hall."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def __call__(
        self,
        *records: ImportRecord,
        images: Mapping[str, bytes] | None = None,
        importer: str = "test",
        **options: Any,
    ) -> Run:
        """One file of records, imported to the end."""
        return await self.members([("file", records)], images=images, importer=importer, **options)

    async def members(
        self,
        members: Sequence[tuple[str, Iterable[ImportRecord]]],
        images: Mapping[str, bytes] | None = None,
        importer: str = "test",
        **options: Any,
    ) -> Run:
        """Several files, imported to the end."""
        run = await self.started(members, importer)
        pictures = None if images is None else images.items
        return await run_import(
            self.hall, run.id, records=members, images=pictures, wait_seconds=0, **options
        )

    async def started(self, source: object, importer: str = "test") -> Run:
        """A run that waits."""
        digest = hashlib.sha256(repr(source).encode()).digest()
        return await start_run(self.hall, importer=importer, source="file", source_hash=digest)


class Shop:
    """What stands in the shop."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def __call__(self, sql: str) -> list[Any]:
        """The rows of a query; of one column, its values."""
        async with self._hall.database.reading.connect() as connection:
            rows = (await connection.execute(text(sql))).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    async def do(self, sql: str) -> None:
        """Change something behind the importer's back."""
        async with self._hall.database.transaction() as connection:
            await connection.execute(text(sql))

    async def report(self) -> list[tuple[str, str]]:
        """(code, reference) of every report row."""
        return await self("select code, reference from fondaco.import_refusal order by id")


@pytest.fixture
def imports(hall: Hall) -> Imports:
    """Runs imports in the test's hall."""
    return Imports(hall)


@pytest.fixture
def shop(hall: Hall) -> Shop:
    """Looks at the test's hall."""
    return Shop(hall)
