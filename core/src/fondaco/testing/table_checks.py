"""Compares tables as the code declares them with those that the migrations have made."""

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

NOT_OURS = ("alembic_version", "pgqueuer")
"""How tables begin that are Alembic's own and the job queue's."""


async def table_differences(
    database_url: str, metadata: MetaData, *, partial: bool = False
) -> Sequence[str]:
    """What differs, a line each: tables, columns, types, nullability, defaults, keys, indexes.

    With `partial` the metadata need not know every table and index of its schema; what it declares
    must be there all the same.
    """
    engine = create_async_engine(database_url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compare, metadata, partial)
    finally:
        await engine.dispose()


def _compare(connection: Connection, metadata: MetaData, partial: bool) -> list[str]:
    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        return name == metadata.schema if kind == "schema" else True

    def include_object(
        thing: Any, name: str | None, kind: str, reflected: bool, other: Any
    ) -> bool:
        if kind == "table" and (name or "").startswith(NOT_OURS):
            return False
        return not (partial and reflected and other is None and kind != "column")

    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": include_name,
            "include_object": include_object,
            "compare_type": True,
            "compare_server_default": True,
        },
    )
    found: list[str] = []
    for difference in compare_metadata(context, metadata):
        # Alembic groups what concerns one column in a list.
        changes = difference if isinstance(difference, list) else [difference]
        found += [" ".join(map(repr, change)) for change in changes]
    return found
