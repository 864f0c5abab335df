"""The search behind its seam: which engine answers, and in which part of the catalogue."""

from collections.abc import Sequence
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.hooks.providers import make_provider
from fondaco.search.layout import other_layouts
from fondaco.search.outside import Deciding, Judged, Neighbour
from fondaco.search.typed import MOST_LETTERS
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.search import (
    OutsideEngine,
    SearchEngine,
    SearchFilters,
    SearchPage,
    SearchWindow,
)
from fondaco_sdk.types.ids import ProductId

DATABASE = "postgres"


class Suggested(Struct, frozen=True):
    """A few products. `reduced`: as of a page, PostgreSQL stood in for the chosen engine."""

    ids: tuple[ProductId, ...]
    reduced: bool = False


class Search:
    """Finds products for whoever asks.

    Where the engine that the settings choose does not answer, the one in the database does.
    """

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
        asked = (text, filters, window)
        try:
            return await self._find(self._engine(), *asked, literal=literal)
        except Unavailable:
            page = await self._find(engine_of(self._ask.hall), *asked, literal=literal)
            return replace(page, reduced=True)

    async def suggest(self, text: str, most: int) -> Suggested:
        """A few products for the beginning of a text, in whichever layout; to be looked up too."""
        try:
            return Suggested(tuple(await self._suggest(self._engine(), text, most)))
        except Unavailable:
            found = await self._suggest(engine_of(self._ask.hall), text, most)
            return Suggested(tuple(found), reduced=True)

    def _engine(self) -> SearchEngine:
        hall = self._ask.hall
        neighbour = neighbour_of(hall)
        if neighbour is None:
            return engine_of(hall, hall.settings.search.engine)
        return Judged(self._ask, neighbour, cast("Deciding", engine_of(hall)))

    async def _find(
        self,
        engine: SearchEngine,
        text: str,
        filters: SearchFilters,
        window: SearchWindow,
        *,
        literal: bool,
    ) -> SearchPage:
        asked = (filters, window)
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

    async def _suggest(self, engine: SearchEngine, text: str, most: int) -> Sequence[ProductId]:
        for reading in (text, *other_layouts(text[:MOST_LETTERS])[:1]):
            found = await engine.suggest(self._ask, reading, most)
            if found:
                return found
        return ()


def engine_of(hall: Hall, name: str = DATABASE) -> SearchEngine:
    """The engine of that name, in the database. Raises `Fault` where no plugin brings it."""
    return cast("SearchEngine", make_provider(hall, "search", name))


def neighbour_of(hall: Hall) -> Neighbour | None:
    """The engine outside that the settings choose, the same one as long as the process lives."""
    name = hall.settings.search.engine
    known = hall.providers.get(("search", name))
    if known is not None:
        return known if isinstance(known, Neighbour) else None
    engine = make_provider(hall, "search", name)
    if isinstance(engine, OutsideEngine):
        hall.on_close.append(engine.close)
        engine = Neighbour(name, engine)
    hall.providers["search", name] = engine
    return engine if isinstance(engine, Neighbour) else None
