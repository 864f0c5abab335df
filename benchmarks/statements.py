"""The statements of a piece of work, kept with their parameters, to be run bare as its floor."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from sqlalchemy import event

from benchmarks.house import Bare
from fondaco.hooks.hall import Hall


class Statement(Struct, frozen=True):
    """SQL and parameters as they reach the driver."""

    sql: str
    parameters: tuple[Any, ...]


@contextmanager
def keeping(hall: Hall) -> Iterator[list[Statement]]:
    """The statements that a hall runs in the block."""
    kept: list[Statement] = []

    def keep(_conn: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        kept.append(Statement(sql, tuple(parameters)))

    engine = hall.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(engine, "before_cursor_execute", keep)


async def run_bare(connection: Bare, statements: Sequence[Statement]) -> None:
    """The same rows by the driver alone, without our objects."""
    for statement in statements:
        await connection.fetch(statement.sql, *statement.parameters)


async def undone(connection: Bare, statements: Sequence[Statement]) -> None:
    """Also statements that write: in a transaction, and taken back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await run_bare(connection, statements)
    finally:
        await transaction.rollback()
