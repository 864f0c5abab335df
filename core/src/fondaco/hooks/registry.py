"""What the loader found: the plugins in their order, and who implements what."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from fondaco_sdk.manifest import (
    ApiRoute,
    DocumentKind,
    Inbound,
    MessageKind,
    Nav,
    On,
    Permission,
    Plugin,
    Provider,
    Publication,
    Queue,
    Route,
    Slot,
    Task,
)

PUBLISHED = "amqp:"
"""How the broker's deliveries are told from those of subscribers inside."""


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


class Publisher(Struct, frozen=True):
    """A publication with its function; `kinds` by the type of the message, with the payload."""

    publication: Publication
    handler: Handler
    kinds: Mapping[str, tuple[MessageKind, type[Struct]]]


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
    queues: tuple[tuple[Queue, str], ...] = ()
    publishers: Mapping[str, Publisher] = {}
    api: tuple[tuple[ApiRoute, Handler], ...] = ()
    documents: Mapping[str, DocumentKind] = {}
    failures: Mapping[str, Handler] = {}

    def plugin(self, name: str) -> Plugin | None:
        """A plugin by name."""
        return next((p for p in self.plugins if p.name == name), None)

    def subscribers(self, event_type: str) -> tuple[str, ...]:
        """Who wants events of this type: `plugin:function`."""
        return tuple(name for name, _, _ in self.subscriptions.get(event_type, ()))

    def publishers_of(self, event_type: str) -> tuple[str, ...]:
        """Which publications tell the broker of events of this type: `amqp:plugin:publication`."""
        return tuple(
            name for name, p in self.publishers.items() if event_type in p.publication.events
        )
