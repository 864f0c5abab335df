"""Counts SQL statements per task, for traces and for the budgets of hooks."""

from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

_MARKS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class counting:
    """Count the statements of a block; nested blocks are counted in the outer one too."""

    __slots__ = ("_outer", "_token", "number", "statements")

    def __enter__(self) -> "counting":
        self.number = 0
        self.statements: list[str] = []
        self._outer = _current.get()
        self._token = _current.set(self)
        return self

    def __exit__(self, *exc: object) -> None:
        _current.reset(self._token)
        if self._outer is not None:
            self._outer.number += self.number
            self._outer.statements += self.statements


_current: ContextVar[counting | None] = ContextVar("fondaco_statements", default=None)


def watch(engine: AsyncEngine) -> None:
    """Make an engine report its statements."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        current = _current.get()
        if current is not None and not statement.startswith(_MARKS):
            current.number += 1
            current.statements.append(statement)
