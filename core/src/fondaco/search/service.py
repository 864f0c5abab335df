"""The search behind its seam: which engine answers, and in which part of the catalogue."""

from importlib import import_module
from typing import Any, cast

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import Fault
from fondaco_sdk.providers.search import (
    SearchEngine,
    SearchFilters,
    SearchPage,
    SearchWindow,
)

ENGINE = "postgres"


class Search:
    """Finds products for whoever asks."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def find(self, text: str, filters: SearchFilters, window: SearchWindow) -> SearchPage:
        """The ids of what was typed, best first. The built-in engine takes one or two statements.

        They are still to be looked up: `ask.catalog` leaves out what the actor may not see.
        """
        return await engine_of(self._ask.hall).query(self._ask, text, filters, window)


def engine_of(hall: Hall, name: str = ENGINE) -> SearchEngine:
    """The engine of that name. Raises `Fault` where no plugin brings it."""
    found = hall.registry.providers.get(("search", name))
    if found is None:
        raise Fault(f"no plugin brings the search engine {name!r}")
    provider, owner = found
    plugin = hall.registry.plugin(owner)
    shape = _named(plugin.settings) if plugin is not None and plugin.settings else None
    settings = hall.registry.settings[shape] if shape is not None else None
    return cast("SearchEngine", _named(provider.factory)(settings))


def _named(dotted: str) -> Any:
    module, _, name = dotted.partition(":")
    return getattr(import_module(module), name)
