"""What the loader found: the plugins in their order, and who implements what."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from fondaco_sdk.manifest import (
    ApiRoute,
    Inbound,
    Nav,
    On,
    Permission,
    Plugin,
    Provider,
    Route,
    Slot,
    Task,
)


class Implementation(Struct, frozen=True):
    """A function of a plugin behind a hook. `arguments` are those it wants."""

    plugin: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    sql_budget: int = 1


class Handler(Struct, frozen=True):
    """A function of a plugin behind a declaration of its manifest."""

    plugin: str
    function: Callable[..., Any]


class Registry(Struct, frozen=True):
    """All plugins at work, built-in ones first, each after those it requires."""

    plugins: tuple[Plugin, ...]
    builtin: frozenset[str]
    implementations: Mapping[str, tuple[Implementation, ...]]
    slots: Mapping[str, tuple[tuple[Slot, Handler], ...]]
    subscriptions: Mapping[str, tuple[tuple[str, On, Handler], ...]]
    tasks: Mapping[str, tuple[Task, Handler, type[Struct]]]
    routes: tuple[tuple[Route, Handler], ...]
    settings: Mapping[type[Struct], Struct]
    permissions: Mapping[str, Permission]
    nav: tuple[Nav, ...]
    providers: Mapping[tuple[str, str], tuple[Provider, str]]
    inbound: Mapping[str, tuple[Inbound, Handler, type[Struct]]] = {}
    demos: tuple[Handler, ...] = ()
    api: tuple[tuple[ApiRoute, Handler], ...] = ()

    def plugin(self, name: str) -> Plugin | None:
        """A plugin by name."""
        return next((p for p in self.plugins if p.name == name), None)

    def subscribers(self, event_type: str) -> tuple[str, ...]:
        """Who wants events of this type: `plugin:function`."""
        return tuple(name for name, _, _ in self.subscriptions.get(event_type, ()))
