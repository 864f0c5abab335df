"""From entry points to a registry, or to one report of everything that is wrong."""

import importlib
import inspect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError
from types import MappingProxyType
from typing import Any

import msgspec
from importlib_metadata import entry_points

from fondaco.hooks.manifest_checks import (
    chosen_problems,
    document_problems,
    event_problems,
    exchange_problems,
    handler_problem,
    hook_problem,
    route_problems,
    sdk_problem,
    slot_problems,
    struct_problem,
)
from fondaco.hooks.ordering import Wishes, order_graph, slot_graph, stable_order
from fondaco.hooks.registry import (
    PUBLISHED,
    Handler,
    Implementation,
    Publisher,
    Registry,
)
from fondaco.hooks.specs import all_specs
from fondaco_sdk.events import ALL as EVENTS
from fondaco_sdk.hooks import PROJECT
from fondaco_sdk.manifest import Plugin, Publication, Queue

GROUP = "fondaco.plugins"


class PluginReport(Exception):
    """Everything the loader refuses, a line each, naming the plugin and the remedy."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def discover(without: Iterable[str] = ()) -> tuple[tuple[Plugin, ...], tuple[str, ...]]:
    """The installed plugins' manifests, and a problem for each that does not load."""
    left_out = set(without)
    manifests: list[Plugin] = []
    problems: list[str] = []
    for entry in entry_points(group=GROUP):
        if entry.name in left_out:
            continue
        try:
            manifest = entry.load()
        except Exception as broken:
            problems.append(
                f"{entry.name}: its manifest {entry.value} does not import"
                f" ({type(broken).__name__}: {broken}); repair or uninstall it,"
                f" or start with `--without {entry.name}`"
            )
            continue
        if isinstance(manifest, Plugin):
            manifests.append(manifest)
        else:
            problems.append(f"{entry.name}: {entry.value} is not a fondaco_sdk Plugin")
    return tuple(sorted(manifests, key=lambda m: m.name)), tuple(problems)


def load(
    builtin: Sequence[Plugin],
    manifests: Sequence[Plugin],
    *,
    settings: Mapping[str, Mapping[str, Any]],
    permissions: Iterable[str] = (),
    chosen: Mapping[str, str] = MappingProxyType({}),
    layouts: Mapping[str, str] = MappingProxyType({}),
    rights: Mapping[str, Sequence[str]] = MappingProxyType({}),
    by_erp: Sequence[str] = (),
    problems: Sequence[str] = (),
) -> Registry:
    """Check every manifest and build the registry.

    `settings` is the `[plugins]` table of the site, `permissions` are the kernel's own, `chosen`
    names the wanted provider of a kind. `layouts`, `rights` and `by_erp` are what the site says of
    kinds of documents. Raises `PluginReport` with all problems at once.
    """
    loading = _Loading(list(problems))
    plugins = loading.in_order((*builtin, *manifests))
    for plugin in plugins:
        loading.take(plugin, settings.get(plugin.name, {}))
    loading.check_names(plugins, set(permissions))
    loading.problems += chosen_problems(chosen, loading.providers)
    loading.problems += document_problems(plugins, loading.providers, layouts, rights, by_erp)
    for name in settings:
        if name not in {p.name for p in plugins}:
            loading.problems.append(f"settings: [plugins.{name}] belongs to no installed plugin")
    ordered = loading.ordered()
    slots = loading.sorted_slots()
    if loading.problems:
        raise PluginReport(loading.problems)
    return Registry(
        plugins=plugins,
        builtin=frozenset(p.name for p in builtin),
        implementations=ordered,
        slots=slots,
        subscriptions={k: tuple(v) for k, v in loading.subscriptions.items()},
        tasks=loading.tasks,
        routes=tuple(loading.routes),
        settings=loading.settings,
        permissions={q.name: q for p in plugins for q in p.permissions},
        nav=tuple(entry for p in plugins for entry in p.nav),
        providers=loading.providers,
        inbound=loading.inbound,
        demos=tuple(loading.demos),
        queues=tuple(loading.queues),
        publishers=loading.publishers,
        api=tuple(loading.api),
        documents={kind.name: kind for p in plugins for kind in p.documents},
        failures=loading.failures,
    )


class _Loading:
    """The work in progress: what was collected and what was refused."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.specs = all_specs()
        self.implementations: dict[str, list[Implementation]] = defaultdict(list)
        self.order: dict[str, dict[str, Wishes]] = defaultdict(dict)
        self.slots: dict[str, list[tuple[Any, Handler]]] = defaultdict(list)
        self.subscriptions: dict[str, list[tuple[str, Any, Handler]]] = defaultdict(list)
        self.tasks: dict[str, tuple[Any, Handler, type[msgspec.Struct]]] = {}
        self.routes: list[tuple[Any, Handler]] = []
        self.settings: dict[type[msgspec.Struct], msgspec.Struct] = {}
        self.providers: dict[tuple[str, str], tuple[Any, str]] = {}
        self.inbound: dict[str, tuple[Any, Handler, type[msgspec.Struct]]] = {}
        self.demos: list[Handler] = []
        self.queues: list[tuple[Queue, str]] = []
        self.publishers: dict[str, Publisher] = {}
        self.api: list[tuple[Any, Handler]] = []
        self.failures: dict[str, Handler] = {}

    def in_order(self, manifests: Sequence[Plugin]) -> tuple[Plugin, ...]:
        """Each plugin after those it requires; between equals, by name."""
        known = {m.name: m for m in manifests}
        if len(known) < len(manifests):
            names = [m.name for m in manifests]
            doubled = sorted({n for n in names if names.count(n) > 1})
            self.problems.append(f"two plugins share a name: {', '.join(doubled)}")
        graph: dict[str, set[str]] = {}
        for name, manifest in known.items():
            missing = [r for r in manifest.requires if r not in known]
            for requirement in missing:
                self.problems.append(f"{name}: requires {requirement!r}, which is not installed")
            graph[name] = {r for r in manifest.requires if r in known}
        try:
            return tuple(known[n] for n in stable_order(graph))
        except CycleError as cycle:
            self.problems.append(f"plugins require each other in a circle: {cycle.args[1]}")
            return tuple(known.values())

    def take(self, plugin: Plugin, raw_settings: Mapping[str, Any]) -> None:
        """Import what the manifest names and check it against the seams."""
        self._fits(sdk_problem(plugin))
        self._take_settings(plugin, raw_settings)
        self._take_hooks(plugin)
        for slot in plugin.slots:
            handler = self._handler(plugin, slot.function, ("ask", "subjects"))
            if handler:
                self.slots[slot.place].append((slot, handler))
        for on in plugin.subscriptions:
            handler = self._handler(plugin, on.function, ("act", "event"))
            if handler:
                name = f"{plugin.name}:{on.function.rpartition(':')[2]}"
                self.subscriptions[on.event].append((name, on, handler))
        for task in plugin.tasks:
            handler = self._handler(plugin, task.function, ("job", "payload"))
            payload = self._struct(plugin, task.payload)
            if handler and payload:
                self.tasks[f"{plugin.name}.{task.name}"] = (task, handler, payload)
        for inbound in plugin.inbound:
            handler = self._handler(plugin, inbound.function, ("act", "records"))
            shape = self._struct(plugin, inbound.shape)
            if handler and shape:
                self.inbound[f"{plugin.name}.{inbound.name}"] = (inbound, handler, shape)
        self.queues += [(queue, plugin.name) for queue in plugin.queues]
        for publication in plugin.publications:
            self._take_publication(plugin, publication)
        for route in plugin.routes:
            handler = self._handler(plugin, route.handler, None)
            if handler:
                self.routes.append((route, handler))
            if route.failed and (worded := self._import(plugin, route.failed)):
                self.failures[route.failed] = Handler(plugin.name, worded)
        for operation in plugin.api:
            handler = self._handler(plugin, operation.handler, None)
            if handler:
                self.api.append((operation, handler))
        if plugin.demo:
            handler = self._handler(plugin, plugin.demo, ("act",))
            if handler:
                self.demos.append(handler)
        for provider in plugin.providers:
            key = (provider.kind, provider.name)
            if key in self.providers:
                other = self.providers[key][1]
                self.problems.append(
                    f"{plugin.name}: {provider.kind} provider {provider.name!r} is already"
                    f" registered by {other}; rename one or uninstall one"
                )
            self.providers[key] = (provider, plugin.name)

    def _take_publication(self, plugin: Plugin, publication: Publication) -> None:
        handler = self._handler(plugin, publication.function, ("ask", "events"))
        shapes = [self._struct(plugin, kind.payload) for kind in publication.messages]
        if handler:
            kinds = {
                kind.type: (kind, shape)
                for kind, shape in zip(publication.messages, shapes, strict=True)
                if shape
            }
            name = f"{PUBLISHED}{plugin.name}:{publication.name}"
            self.publishers[name] = Publisher(publication, handler, kinds)

    def _fits(self, problem: str) -> bool:
        """Whether there is no problem; one goes into the report."""
        if problem:
            self.problems.append(problem)
        return not problem

    def _take_settings(self, plugin: Plugin, raw: Mapping[str, Any]) -> None:
        if not plugin.settings:
            if raw:
                self.problems.append(f"settings: plugin {plugin.name} has no settings")
            return
        shape = self._import(plugin, plugin.settings)
        if shape is None:
            return
        try:
            self.settings[shape] = msgspec.convert(dict(raw), shape, strict=False)
        except msgspec.ValidationError as wrong:
            self.problems.append(f"settings: [plugins.{plugin.name}]: {wrong}")

    def _take_hooks(self, plugin: Plugin) -> None:
        if not plugin.hooks:
            return
        module = self._import(plugin, plugin.hooks)
        if module is None:
            return
        for name, function in vars(module).items():
            if not (inspect.isfunction(function) and hasattr(function, f"{PROJECT}_impl")):
                continue
            if not self._fits(hook_problem(plugin.name, name, function, self.specs)):
                continue
            self.implementations[name].append(
                Implementation(
                    plugin.name,
                    function,
                    tuple(inspect.signature(function).parameters),
                    plugin.sql_budget.get(name, 1),
                )
            )
            self.order[name][plugin.name] = plugin.order.get(name, ((), ()))

    def _handler(
        self, plugin: Plugin, dotted: str, arguments: tuple[str, ...] | None
    ) -> Handler | None:
        function = self._import(plugin, dotted)
        if function is None:
            return None
        if not self._fits(handler_problem(plugin.name, dotted, function, arguments)):
            return None
        return Handler(plugin.name, function)

    def _struct(self, plugin: Plugin, dotted: str) -> type[msgspec.Struct] | None:
        shape = self._import(plugin, dotted)
        if shape is None:
            return None
        return shape if self._fits(struct_problem(plugin.name, dotted, shape)) else None

    def _import(self, plugin: Plugin, dotted: str) -> Any:
        module_name, _, attribute = dotted.partition(":")
        try:
            module = importlib.import_module(module_name)
            return getattr(module, attribute) if attribute else module
        except Exception as broken:
            self.problems.append(
                f"{plugin.name}: {dotted} does not import ({type(broken).__name__}: {broken})"
            )
            return None

    def check_names(self, plugins: Sequence[Plugin], permissions: set[str]) -> None:
        """Policies, permissions, routes and events must exist, each once."""
        known = permissions | {q.name for p in plugins for q in p.permissions}
        events = {e.type_name for e in EVENTS} | {e for p in plugins for e in p.emits}
        routes = [(route.path, route, handler) for route, handler in self.routes]
        routes += [(f"/api/v1{route.path}", route, handler) for route, handler in self.api]
        self.problems += route_problems(routes, known)
        self.problems += event_problems(self.subscriptions, events)
        self.problems += exchange_problems(self.queues, self.publishers, self.inbound, events)

    def ordered(self) -> dict[str, tuple[Implementation, ...]]:
        """Each hook's implementations by `after`/`before`, then by the plugin's name."""
        result = {}
        for hook, implementations in self.implementations.items():
            by_plugin = {i.plugin: i for i in implementations}
            graph = order_graph(self.order[hook])
            try:
                result[hook] = tuple(by_plugin[name] for name in stable_order(graph))
            except CycleError as cycle:
                circle = " → ".join(cycle.args[1])
                self.problems.append(f"hook {hook}: after/before run in a circle: {circle}")
        return result

    def sorted_slots(self) -> dict[str, tuple[tuple[Any, Handler], ...]]:
        """Each slot's functions by `after`/`before`, then by the plugin's name.

        Several of one plugin follow each other as its manifest names them.
        """
        result = {}
        for place, entries in self.slots.items():
            numbered = {
                (handler.plugin, n): (slot, handler) for n, (slot, handler) in enumerate(entries)
            }
            self.problems += slot_problems(place, [handler for _, handler in entries])
            wishes = {key: (slot.after, slot.before) for key, (slot, _) in numbered.items()}
            try:
                result[place] = tuple(numbered[key] for key in stable_order(slot_graph(wishes)))
            except CycleError as cycle:
                circle = " → ".join(plugin for plugin, _ in cycle.args[1])
                self.problems.append(f"slot {place}: after/before run in a circle: {circle}")
        return result
