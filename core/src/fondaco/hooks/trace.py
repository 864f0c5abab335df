"""What plugins did on a request: time, statements, proposals. Shown to staff at `/-/trace`."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

KEPT = 100
KEPT_PROPOSALS = 20
"""Of a call; all those of long carts would fill the memory."""


class Call(Struct, frozen=True):
    """One call of a hook implementation, slot function or handler.

    `proposals` are the first of the `proposed`.
    """

    hook: str
    plugin: str
    seconds: float
    statements: int
    proposals: Sequence[Any]
    proposed: int
    error: str = ""
    over_budget: bool = False


class Trace(Struct):
    """A request with the calls it made."""

    request_id: str
    method: str
    path: str
    at: datetime
    user: str = ""
    status: int = 0
    seconds: float = 0.0
    statements: int = 0
    calls: list[Call] = []


_current: ContextVar[Trace | None] = ContextVar("fondaco_trace", default=None)


class Traces:
    """The last requests of this process."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept: deque[Trace] = deque(maxlen=kept)

    @contextmanager
    def request(self, request_id: str, method: str, path: str) -> Iterator[Trace]:
        """Collect the calls of a block, and keep them."""
        trace = Trace(request_id, method, path, datetime.now(UTC))
        token = _current.set(trace)
        try:
            yield trace
        finally:
            _current.reset(token)
            self._kept.appendleft(trace)

    def recent(self) -> Sequence[Trace]:
        """Newest first."""
        return tuple(self._kept)

    def find(self, request_id: str) -> Trace | None:
        """One request, if it is still kept."""
        return next((t for t in self._kept if t.request_id == request_id), None)


def record(call: Call) -> None:
    """Add a call to the request at hand, if there is one."""
    trace = _current.get()
    if trace is not None:
        trace.calls.append(call)
