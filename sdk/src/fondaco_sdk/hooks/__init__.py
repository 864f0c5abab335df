"""The hook specifications, and the two markers.

A hook is asked once per page or cart, never per line. It answers with immutable proposals; the
kernel decides. Each implementation may run one SQL statement, whatever the number of lines; a
plugin that needs more says so in its manifest (`sql_budget`).

    from fondaco_sdk.hooks import impl

    @impl
    async def price_moves(ask, lines): ...
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar

import pluggy

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])

PROJECT = "fondaco"
_spec = pluggy.HookspecMarker(PROJECT)
_impl = pluggy.HookimplMarker(PROJECT)


class Failure(StrEnum):
    """What happens when an implementation fails or is late."""

    STRICT = "strict"
    CLOSED = "closed"
    DEGRADE = "degrade"


def spec(failure: Failure, deadline: float) -> Callable[[F], F]:
    """Marks a hook specification with its failure policy and its deadline in seconds."""

    def mark(function: F) -> F:
        _spec(function)
        function.__dict__["fondaco_failure"] = failure
        function.__dict__["fondaco_deadline"] = deadline
        return function

    return mark


def impl(function: F) -> F:
    """Marks an implementation. Its name is the hook's; it may take fewer arguments."""
    _impl(function)
    return function
