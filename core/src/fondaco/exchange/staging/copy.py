"""COPY into staging tables, inside the transaction of the caller."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.db.columns import SCHEMA
from fondaco.exchange.staging.tables import RECORDS
from fondaco.exchange.tables import import_refusal
from fondaco_sdk.errors import Fault

_TABLES: Mapping[str, Table] = {table.name.removeprefix("staging_"): table for table in RECORDS}
_REFUSAL = ("run_id", "member", "row_number", "reference", "code", "params", "warning")


async def copy_rows(
    connection: AsyncConnection, rows: Mapping[str, Sequence[tuple[Any, ...]]]
) -> None:
    """Add rows to staging tables, by their names without `staging_`."""
    for name, records in rows.items():
        await _copy(connection, _TABLES[name], _TABLES[name].columns.keys(), records)


async def copy_refusals(connection: AsyncConnection, records: Sequence[tuple[Any, ...]]) -> None:
    """Add rows to the report of a run."""
    if records:
        await _copy(connection, import_refusal, _REFUSAL, records)


async def _copy(
    connection: AsyncConnection,
    table: Table,
    columns: Sequence[str],
    records: Sequence[tuple[Any, ...]],
) -> None:
    raw: Any = (await connection.get_raw_connection()).driver_connection
    # SQLAlchemy sends BEGIN with its own first statement only; before it a COPY would commit alone.
    if not raw.is_in_transaction():
        raise Fault("COPY outside of a transaction; run a statement on the connection first")
    await raw.copy_records_to_table(
        table.name, schema_name=SCHEMA, columns=list(columns), records=records
    )


def without_unstorable(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows without what PostgreSQL cannot store: NUL characters and lone surrogates."""
    return [tuple(_storable(value) if isinstance(value, str) else value for value in row)
            for row in rows]  # fmt: skip


def _storable(value: str) -> str:
    plain = value.replace("\0", "").replace("\\u0000", "")
    return plain.encode("utf-8", "replace").decode("utf-8")
