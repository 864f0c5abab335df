"""Counts SQL statements per task, for traces and for the budgets of hooks."""

from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

_MARKS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class StatementCount:
    """The statements that ran since `counting()` was entered in this task."""

    __slots__ = ("number", "statements")

    def __init__(self) -> None:
        self.number = 0
        self.statements: list[str] = []


_current: ContextVar[StatementCount | None] = ContextVar("fondaco_statements", default=None)


class counting:
    """Count the statements of a block; nested blocks are counted in the outer one too."""

    __slots__ = ("_count", "_outer", "_token")

    def __init__(self) -> None:
        self._count = StatementCount()

    def __enter__(self) -> StatementCount:
        self._outer = _current.get()
        self._token = _current.set(self._count)
        return self._count

    def __exit__(self, *exc: object) -> None:
        _current.reset(self._token)
        if self._outer is not None:
            self._outer.number += self._count.number
            self._outer.statements += self._count.statements


def watch(engine: AsyncEngine) -> None:
    """Make an engine report its statements."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        current = _current.get()
        if current is not None and not statement.startswith(_MARKS):
            current.number += 1
            current.statements.append(statement)
