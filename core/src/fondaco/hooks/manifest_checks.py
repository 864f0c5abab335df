"""What is wrong with a manifest, in words for whoever runs the portal; nothing is built here.

In the order of the file: a version, what the manifest names, a hook, routes, events, slots. Where
one thing is asked about, "" says that it is right.
"""

import inspect
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_type_hints

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from fondaco.hooks.registry import Handler, Publisher
from fondaco.hooks.specs import HookSpec
from fondaco_sdk.manifest import ApiRoute, On, Plugin, Queue, Route
from fondaco_sdk.version import VERSION

OPEN_POLICIES = ("public", "signed-in")


def sdk_problem(plugin: Plugin) -> str:
    """Whether the plugin was written for another SDK."""
    try:
        fits = VERSION in SpecifierSet(plugin.sdk)
    except InvalidSpecifier:
        return f"{plugin.name}: {plugin.sdk!r} is not a version range"
    if fits:
        return ""
    return f"{plugin.name}: was written for SDK {plugin.sdk}, this is {VERSION}; upgrade it"


def handler_problem(
    plugin: str, dotted: str, function: Any, arguments: tuple[str, ...] | None
) -> str:
    """Why a function cannot stand behind a declaration; None: it may take what it likes."""
    if not inspect.iscoroutinefunction(function):
        return f"{plugin}: {dotted} must be `async def`"
    found = tuple(inspect.signature(function).parameters)
    if arguments is not None and found != arguments:
        return (
            f"{plugin}: {dotted} takes ({', '.join(found)}), it must take ({', '.join(arguments)})"
        )
    return ""


def struct_problem(plugin: str, dotted: str, shape: Any) -> str:
    """Why something cannot be the shape of records or of a task."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return ""
    return f"{plugin}: {dotted} must be a msgspec Struct"


def hook_problem(plugin: str, name: str, function: Any, specs: Mapping[str, HookSpec]) -> str:
    """Why a function cannot stand behind the hook of its name."""
    spec = specs.get(name)
    if spec is None:
        return f"{plugin}: there is no hook {name!r}{_near(name, specs)}"
    wrong = _misfit(spec, function)
    return f"{plugin}: hook {name}: {wrong}" if wrong else ""


def route_problems(
    routes: Sequence[tuple[str, Route | ApiRoute, Handler]], permissions: Collection[str]
) -> Iterator[str]:
    """Policies must exist, and each address be taken once; routes come with their whole path."""
    seen: dict[tuple[str, str], str] = {}
    for path, route, handler in routes:
        where = f"{handler.plugin}: route {route.method} {path}"
        if not route.policy:
            yield f"{where} has no policy; name a permission, or 'public'"
        elif route.policy not in OPEN_POLICIES and route.policy not in permissions:
            yield f"{where}: nobody declares permission {route.policy!r}"
        if (route.method, path) in seen:
            yield f"{where} is already taken by {seen[route.method, path]}"
        seen[route.method, path] = handler.plugin


def event_problems(
    subscriptions: Mapping[str, Sequence[tuple[str, On, Handler]]], events: Collection[str]
) -> Iterator[str]:
    """Events must exist, and each handler of one have a name of its own."""
    for event, subscribers in subscriptions.items():
        names = [name for name, _, _ in subscribers]
        for name in sorted({n for n in names if names.count(n) > 1}):
            plugin, _, function = name.partition(":")
            yield (
                f"{plugin}: {event} has two handlers named {function};"
                " deliveries are kept by that name, rename one"
            )
        if event not in events:
            owners = ", ".join(sorted({name.partition(":")[0] for name in names}))
            yield f"{owners}: there is no event {event!r}{_near(event, events)}"


def exchange_problems(
    queues: Sequence[tuple[Queue, str]],
    publishers: Mapping[str, Publisher],
    inbound: Collection[str],
    events: Collection[str],
) -> Iterator[str]:
    """A queue belongs to one plugin and takes what somebody wants; what is published happens."""
    owners: dict[str, str] = {}
    for queue, plugin in queues:
        if queue.name in owners:
            yield f"{plugin}: queue {queue.name!r} is already declared by {owners[queue.name]}"
        owners[queue.name] = plugin
        if not queue.bindings:
            yield f"{plugin}: queue {queue.name!r} is bound to nothing; name its routing keys"
        for take in queue.takes:
            if take.inbound.startswith(f"{plugin}.") and take.inbound not in inbound:
                yield f"{plugin}: queue {queue.name!r} takes {take.inbound!r}, which is not there"
    for publisher in publishers.values():
        plugin, name = publisher.handler.plugin, publisher.publication.name
        for event in publisher.publication.events:
            if event not in events:
                yield f"{plugin}: {name} tells of {event!r}, no such event{_near(event, events)}"


def slot_problems(place: str, handlers: Sequence[Handler]) -> Iterator[str]:
    """No function may be named twice for one place of a page."""
    for handler in {h.plugin: h for h in handlers if handlers.count(h) > 1}.values():
        yield (
            f"{handler.plugin}: slot {place} names {handler.function.__name__} twice;"
            " it would be shown twice, leave one out"
        )


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _misfit(spec: HookSpec, function: Any) -> str:
    if not inspect.iscoroutinefunction(function):
        return "must be `async def`, it is a plain `def`"
    arguments = tuple(inspect.signature(function).parameters)
    unknown = [a for a in arguments if a not in spec.arguments]
    if unknown:
        allowed = ", ".join(spec.arguments)
        return f"unknown argument {', '.join(map(repr, unknown))}; the hook has ({allowed})"
    try:
        hints = get_type_hints(function)
    except Exception as broken:
        return f"its annotations do not resolve ({broken})"
    expected = get_type_hints(spec.function)["return"]
    if "return" in hints and hints["return"] != expected:
        return f"must return {_name(expected)}, it says {_name(hints['return'])}"
    return ""


def _name(annotation: Any) -> str:
    return str(annotation).replace("collections.abc.", "").replace("fondaco_sdk.types.", "")


_KEYS = {"search": "engine", "lookup": "service", "erp": "gateway"}


def chosen_problems(
    chosen: Mapping[str, str], providers: Collection[tuple[str, str]]
) -> Sequence[str]:
    """What the settings choose of a kind and nobody brings."""
    return [
        f"settings: {kind}.{_KEYS[kind]} is {name!r}, which no plugin at work brings; there are:"
        f" {', '.join(sorted(other for of, other in providers if of == kind))}. Choose one of them,"
        " or install the plugin"
        for kind, name in chosen.items()
        if (kind, name) not in providers
    ]


def document_problems(
    plugins: Sequence[Plugin],
    providers: Collection[tuple[str, str]],
    layouts: Mapping[str, str],
    rights: Mapping[str, Sequence[str]],
    by_erp: Collection[str],
) -> Iterator[str]:
    """Each kind of document is one plugin's, and its layout exists; so do those of the settings."""
    owners: dict[str, str] = {}
    drawn = sorted(name for kind, name in providers if kind == "layout")
    for plugin in plugins:
        for kind in plugin.documents:
            if kind.name in owners:
                yield (
                    f"{plugin.name}: documents of kind {kind.name!r} are already brought by"
                    f" {owners[kind.name]}; rename one or uninstall one"
                )
            owners[kind.name] = plugin.name
            wanted = layouts.get(kind.name) or kind.layout or kind.name
            if kind.about and wanted not in drawn:
                yield (
                    f"{plugin.name}: documents of kind {kind.name!r} want the layout {wanted!r},"
                    f" which no plugin at work brings; there are: {', '.join(drawn)}"
                )
    for key, named in (("layouts", layouts), ("rights", rights), ("by_erp", by_erp)):
        for name in named:
            if name not in owners:
                yield (
                    f"settings: documents.{key}: there are no documents of kind"
                    f" {name!r}{_near(name, owners)}"
                )
