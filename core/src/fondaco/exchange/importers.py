"""The importers that plugins bring: which of them reads a file, and how it is asked to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from fondaco.exchange.staging.child import load
from fondaco.exchange.staging.elsewhere import Elsewhere
from fondaco.exchange.staging.load import Source
from fondaco.hooks.registry import Registry
from fondaco_sdk.manifest import Importer

NAME_SIGN = ":"


class Dialect(Struct, frozen=True):
    """An importer and the plugin whose texts explain what it refuses."""

    plugin: str
    importer: Importer

    def records(self, path: Path, options: Mapping[str, Any], folder: Path) -> Source:
        """What the importer reads from a file or folder, in processes of its own.

        `folder` is for what is read ahead, as far as the importer can.
        """
        importer = self.importer
        ahead = folder if importer.apart else None
        return Elsewhere(importer.reader, path, importer.options, options, ahead=ahead)

    def images(self, path: Path) -> Callable[[], Iterable[tuple[str, bytes]]] | None:
        """The pictures of a package, if the importer knows of any."""
        return partial(load(self.importer.images), path) if self.importer.images else None


def dialects(registry: Registry) -> Sequence[Dialect]:
    """All importers, in the order of their plugins."""
    return [
        Dialect(plugin.name, importer)
        for plugin in registry.plugins
        for importer in plugin.importers
    ]


def dialect_of(registry: Registry, importer: str) -> Dialect | None:
    """The importer of a run. `importer` may go on after a colon: see `run_key`."""
    name = importer.partition(NAME_SIGN)[0]
    return next((d for d in dialects(registry) if d.importer.name == name), None)


def run_key(importer: str, mapping: str = "") -> str:
    """Under what a run is known: runs of one key overtake each other.

    Lists read by different mappings have nothing to do with each other.
    """
    return f"{importer}{NAME_SIGN}{mapping}" if mapping else importer


def fitting(registry: Registry, name: str, *, folder: bool = False) -> Sequence[Dialect]:
    """The importers that accept a file of that name, or a folder."""
    ending = Path(name).suffix.lower()
    return [
        d
        for d in dialects(registry)
        if (d.importer.folders if folder else ending in d.importer.accepts)
    ]
