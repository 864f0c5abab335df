"""`fondaco plugin new NAME`: a plugin that works and is tested, to be made one's own."""

import importlib.resources
import keyword
import re
import sys
from collections.abc import Collection, Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from importlib_metadata import entry_points

from fondaco.builtin import PLUGINS
from fondaco.hooks.loader import GROUP
from fondaco_sdk.version import VERSION

TEMPLATE = "plugin_template"
SUFFIX = ".in"

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RESERVED = frozenset({"core", "sdk", "kernel", "testing"})
_SHORTEST, _LONGEST = 3, 30


class NotMade(Exception):
    """The plugin cannot be made; the message says why and what to do."""


def new_plugin(name: str, folder: Path) -> int:
    """Make `folder/name` and say what comes next; the exit code."""
    try:
        made = make_plugin(name, folder)
    except NotMade as refused:
        print(f"fondaco: {refused}", file=sys.stderr)
        return 2
    print(
        f"Made {made}: a plugin that sets a minimum for orders, with a hook, a slot, a page and"
        f" tests.\nInstall it with `pip install -e {made}` and run `fondaco plugin check`;"
        f" {made / 'README.md'} says what each file is for."
    )
    return 0


def make_plugin(name: str, folder: Path) -> Path:
    """Write the template as plugin `name` into `folder/name`; returns that folder.

    Raises `NotMade` for a name that is none, or is taken, and for a folder that exists.
    """
    _check(name, _taken())
    target = folder / name
    if target.exists():
        raise NotMade(f"{target} exists already: choose another name, or another folder by --to")
    values = {
        "name": name,
        "package": f"fondaco_{name}",
        "distribution": f"fondaco-{name.replace('_', '-')}",
        "sdk": ".".join(VERSION.split(".")[:2]),
    }
    template = importlib.resources.files("fondaco.cli") / TEMPLATE
    for path, source in _files(template):
        file = target / _place(path, values["package"])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_fill(source.read_text("utf-8"), values), "utf-8")
    return target


def _check(name: str, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name) or not _SHORTEST <= len(name) <= _LONGEST:
        raise NotMade(
            f"{name!r} cannot be a plugin's name: {_SHORTEST} to {_LONGEST} small Latin letters,"
            " digits and single underscores, beginning with a letter, such as `price_watch`"
        )
    if keyword.iskeyword(name) or name in _RESERVED:
        raise NotMade(f"{name!r} is reserved: choose another name")
    if name in taken:
        raise NotMade(f"a plugin {name!r} is there already: choose another name")


def _taken() -> frozenset[str]:
    installed = {entry.name for entry in entry_points(group=GROUP)}
    return frozenset(installed | {plugin.name for plugin in PLUGINS})


def _files(folder: Traversable, above: tuple[str, ...] = ()) -> Iterator[tuple[Path, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        here = (*above, entry.name)
        if entry.is_dir():
            yield from _files(entry, here)
        elif entry.name.endswith(SUFFIX):
            yield Path(*here), entry


def _place(path: Path, package: str) -> Path:
    """Where a file of the template belongs in the plugin."""
    plain = path.with_name(path.name.removesuffix(SUFFIX))
    if plain.name == "gitignore":
        return plain.with_name(".gitignore")
    if plain.parts[0] == "package":
        return Path("src", package, *plain.parts[1:])
    return plain


def _fill(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(f"@@{key}@@", value)
    return text
