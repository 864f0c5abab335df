"""Every hook of the SDK, by name."""

import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from fondaco_sdk.hooks import (
    Failure,
    availability,
    cart,
    catalog,
    checkout,
    delivery,
    documents,
    pricing,
)

MODULES: tuple[ModuleType, ...] = (
    catalog,
    pricing,
    availability,
    cart,
    checkout,
    delivery,
    documents,
)


class HookSpec(Struct, frozen=True):
    """A hook: its name, its arguments, what to do when it fails, and its deadline in seconds.

    `answers`: the kinds of what it proposes; none, if it is only told.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    failure: Failure
    deadline: float
    answers: tuple[type, ...] = ()


def all_specs() -> Mapping[str, HookSpec]:
    """The hooks of this SDK."""
    found = {}
    for module in MODULES:
        for name, function in vars(module).items():
            if hasattr(function, "fondaco_failure"):
                found[name] = HookSpec(
                    name,
                    function,
                    tuple(inspect.signature(function).parameters),
                    function.fondaco_failure,
                    function.fondaco_deadline,
                    _kinds(get_type_hints(function)["return"]),
                )
    return found


def _kinds(returned: Any) -> tuple[type, ...]:
    """The types behind `Sequence[X]` or `Sequence[X | Y]`."""
    if returned is type(None):
        return ()
    (proposed,) = get_args(returned)
    return get_args(proposed) or (proposed,)
