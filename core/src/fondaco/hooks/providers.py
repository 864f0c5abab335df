"""Makes a provider that a manifest names, from the settings of its plugin."""

from importlib import import_module
from typing import Any

from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import Fault


def make_provider(hall: Hall, kind: str, name: str) -> Any:
    """A new one. Raises `Fault` where no plugin at work brings it."""
    found = hall.registry.providers.get((kind, name))
    if found is None:
        raise Fault(f"no plugin brings the {kind} provider {name!r}")
    return _named(found[0].factory)(settings_of(hall, kind, name))


def settings_of(hall: Hall, kind: str, name: str) -> Any:
    """The settings that a provider at work is made from; None where its plugin has none."""
    _, owner = hall.registry.providers[kind, name]
    plugin = hall.registry.plugin(owner)
    shape = _named(plugin.settings) if plugin is not None and plugin.settings else None
    return hall.registry.settings[shape] if shape is not None else None


def _named(dotted: str) -> Any:
    module, _, name = dotted.partition(":")
    return getattr(import_module(module), name)
