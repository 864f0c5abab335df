"""Finds in templates what would be a 500 on the page: names that nobody defines.

Jinja looks a template, a macro or a filter up only where it is drawn, and an unhappy branch may not
be drawn for weeks. Nothing is rendered here; what a page hands over is not known and not judged.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from fondaco.web.lint import Finding

# What every page hands over beside its own model, to be called.
_HANDED = frozenset({"slot", "caller", "super", "loop", "self"})
_LEADS = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


def check_names(environment: Environment, rooms: Collection[str] = ()) -> list[Finding]:
    """Templates, macros, imported names, functions and filters that do not exist.

    All templates of the environment are read, since they lead to each other; `rooms` says in whose
    the findings are wanted, empty: in everybody's.
    """
    library = _Library(environment)
    return [
        found
        for name in library.files
        if not rooms or name.partition("/")[0] in rooms
        for found in library.findings(name)
    ]


class _Library:
    """All templates, parsed: what each defines, offers to others and is included by."""

    def __init__(self, environment: Environment) -> None:
        assert environment.loader
        self.environment = environment
        self.trees: dict[str, nodes.Template] = {}
        self.broken: dict[str, Finding] = {}
        self.files: dict[str, Path] = {}
        for name in environment.list_templates(extensions=("html",)):
            source, file, _ = environment.loader.get_source(environment, name)
            self.files[name] = Path(file or name)
            try:
                self.trees[name] = environment.parse(source)
            except TemplateSyntaxError as wrong:
                self.broken[name] = Finding(self.files[name], wrong.lineno, str(wrong))
        self.exports = {name: frozenset(_exports(tree.body)) for name, tree in self.trees.items()}
        self.own = {name: _modules(tree) for name, tree in self.trees.items()}
        self.named = {name: _named(tree) for name, tree in self.trees.items()}
        self.taken = {name: frozenset(_taken(tree)) for name, tree in self.trees.items()}
        self.includers: dict[str, set[str]] = {name: set() for name in self.trees}
        for name, tree in self.trees.items():
            for include in tree.find_all(nodes.Include):
                for part in _led_to(include):
                    self.includers.setdefault(part, set()).add(name)

    def findings(self, name: str) -> Iterator[Finding]:
        if name in self.broken:
            yield self.broken[name]
            return
        tree = self.trees[name]
        for lineno, message in (*self._leads(tree), *self._uses(name, tree)):
            yield Finding(self.files[name], lineno, message)

    def _leads(self, tree: nodes.Template) -> Iterator[tuple[int, str]]:
        """What is extended, included or imported, and the names taken from it."""
        for lead in tree.find_all(_LEADS):
            names = _led_to(lead)
            if isinstance(lead, nodes.Include) and (
                lead.ignore_missing or any(name in self.files for name in names)
            ):
                continue
            for name in names:
                if name not in self.files:
                    yield lead.lineno, f"there is no template {name!r}"
                elif isinstance(lead, nodes.FromImport) and name in self.exports:
                    taken = (n if isinstance(n, str) else n[0] for n in lead.names)
                    for missing in sorted(set(taken) - self.exports[name]):
                        yield lead.lineno, f"{name!r} does not define {missing!r}"

    def _uses(self, name: str, tree: nodes.Template) -> Iterator[tuple[int, str]]:
        """`ui.nosuch`, `nosuch()` and `| nosuch`."""
        around = {name, *self._around(name)}
        modules = self._modules_in(around)
        functions = _HANDED.union(
            self.environment.globals, *(self.named[n] | self.taken[n] for n in around)
        )
        for use in tree.find_all(nodes.Getattr):
            module = use.node.name if isinstance(use.node, nodes.Name) else ""
            if module in modules and use.attr not in modules[module]:
                yield use.lineno, f"there is no '{module}.{use.attr}'"
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name not in functions:
                yield call.lineno, f"nobody defines {call.node.name!r}, which is called"
        for filter_ in tree.find_all(nodes.Filter):
            if filter_.name not in self.environment.filters:
                yield filter_.lineno, f"there is no filter {filter_.name!r}"

    def _around(self, name: str) -> set[str]:
        """Who includes a template, directly or not: their names are there in it."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            fresh = self.includers.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        return found

    def _modules_in(self, around: Iterable[str]) -> Mapping[str, Collection[str]]:
        """What each imported name offers, and each namespace of the kernel's."""
        offered: dict[str, set[str]] = {
            name: set(space)
            for name, space in self.environment.globals.items()
            if isinstance(space, dict)
        }
        for name in around:
            for alias, module in self.own[name].items():
                offered.setdefault(alias, set()).update(self.exports.get(module, ()))
        shadowed = frozenset[str]().union(*(self.named[name] for name in around))
        return {alias: names for alias, names in offered.items() if alias not in shadowed}


def _led_to(lead: nodes.Node) -> tuple[str, ...]:
    """The templates that a tag names; empty where an expression chooses."""
    template = getattr(lead, "template", None)
    if isinstance(template, nodes.Const):
        return (template.value,)
    if isinstance(template, nodes.List | nodes.Tuple):
        return tuple(item.value for item in template.items if isinstance(item, nodes.Const))
    return ()


def _modules(tree: nodes.Template) -> Mapping[str, str]:
    return {
        found.target: module for found in tree.find_all(nodes.Import) for module in _led_to(found)
    }


def _named(tree: nodes.Template) -> frozenset[str]:
    """All that a template itself gives a name to, wherever in it."""
    stored = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    return frozenset(stored | {macro.name for macro in tree.find_all(nodes.Macro)})


def _taken(tree: nodes.Template) -> Iterator[str]:
    """The names under which a template has what it imports."""
    for found in tree.find_all(nodes.Import):
        yield found.target
    for taken in tree.find_all(nodes.FromImport):
        for name in taken.names:
            yield name if isinstance(name, str) else name[1]


def _exports(body: Iterable[nodes.Node]) -> Iterator[str]:
    """What others may take: the macros and values of the top level, but for those with a `_`."""
    for node in body:
        names: Iterable[str] = ()
        if isinstance(node, nodes.Macro):
            names = (node.name,)
        elif isinstance(node, nodes.Assign | nodes.AssignBlock):
            names = (name.name for name in node.find_all(nodes.Name) if name.ctx == "store")
        elif isinstance(node, nodes.If):
            names = _exports((*node.body, *node.elif_, *node.else_))
        yield from (name for name in names if not name.startswith("_"))
