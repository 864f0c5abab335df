"""The search behind its seam: which engine answers, and in which part of the catalogue."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

from msgspec.structs import replace

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.search.layout import other_layouts
from fondaco.search.typed import MOST_LETTERS
from fondaco_sdk.errors import Fault
from fondaco_sdk.providers.search import (
    SearchEngine,
    SearchFilters,
    SearchPage,
    SearchWindow,
)
from fondaco_sdk.types.ids import ProductId

ENGINE = "postgres"


class Search:
    """Finds products for whoever asks."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def find(
        self, text: str, filters: SearchFilters, window: SearchWindow, *, literal: bool = False
    ) -> SearchPage:
        """The ids of what was typed, best first.

        Where nothing holds it, what the other layout of the keyboard would have typed, and then
        what looks alike; `literal`: none of these. The ids are still to be looked up:
        `ask.catalog` leaves out what the actor may not see.
        """
        engine, asked = engine_of(self._ask.hall), (filters, window)
        page = await engine.query(self._ask, text, *asked)
        if page.total or literal or not text.strip():
            return page
        readings = other_layouts(text[:MOST_LETTERS])
        for reading in readings:
            page = await engine.query(self._ask, reading, *asked)
            if page.total:
                return replace(page, understood=reading)
        page = await engine.alike(self._ask, text, *asked)
        if page.total or not readings:
            return page
        page = await engine.alike(self._ask, readings[0], *asked)
        return replace(page, understood=readings[0] if page.total else "")

    async def suggest(self, text: str, most: int) -> Sequence[ProductId]:
        """A few products for the beginning of a text, in whichever layout; to be looked up too."""
        engine = engine_of(self._ask.hall)
        for reading in (text, *other_layouts(text[:MOST_LETTERS])[:1]):
            found = await engine.suggest(self._ask, reading, most)
            if found:
                return found
        return ()


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
