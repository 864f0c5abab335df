"""What the suites share: calling as the kernel does, comparing answers, reading reasons."""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from fondaco_sdk.types.reason import Reason

Implementation: TypeAlias = Callable[..., Awaitable[Sequence[Any]]]

_CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


class Count(Protocol):
    """How many statements ran."""

    number: int


Counting: TypeAlias = Callable[[], AbstractContextManager[Count]]


async def answers(function: Implementation, **arguments: Any) -> Sequence[Any]:
    """Call with the arguments that the implementation wants, as the kernel does."""
    wanted = inspect.signature(function).parameters
    return await function(**{name: arguments[name] for name in wanted})


def alike(some: Iterable[Any], others: Iterable[Any]) -> bool:
    """Whether both are the same answers, in whatever order."""
    return sorted(map(repr, some)) == sorted(map(repr, others))


def assert_reason(reason: Reason) -> None:
    """A stable dotted code, and a text in each language that stands on its own."""
    assert _CODE.fullmatch(reason.code), f"{reason.code!r} is not a code such as 'loyalty.status'"
    for text in (reason.ru, reason.en):
        assert text.strip() == text != "", f"{reason.code}: an empty or untrimmed text {text!r}"
        assert "!" not in text, f"{reason.code}: no exclamation marks: {text!r}"
    assert _CYRILLIC.search(reason.ru), f"{reason.code}: {reason.ru!r} is not Russian"
    assert reason.ru != reason.en, f"{reason.code}: the same text in both languages"
    assert all(isinstance(value, str) for value in reason.params.values()), reason.params
