"""An engine outside proposes, the database decides: who sees what, which filters hold, how many.

A search gives it half a second in all. After a row of failures it is left alone for a while. What
it holds may be older than the catalogue; it never adds anything to what the database would show.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace

from fondaco.assortments.sight import sight_of
from fondaco.exchange.breaker import Breaker
from fondaco.hooks.context import AskContext
from fondaco.search.typed import MANY_WORDS, Typed
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.search import (
    OutsideEngine,
    Proposed,
    SearchEngine,
    SearchFilters,
    SearchPage,
    SearchWindow,
    Wanted,
)
from fondaco_sdk.types.ids import ProductId

log = logging.getLogger("fondaco.search")

PATIENCE = 0.5
MOST_PROPOSED = 5_000
MOST_SUGGESTED = 100
MOST_CELLS = 2_000
SHORTEST_WORD = 3
LARGEST_ID = 2**63 - 1


class Deciding(SearchEngine, Protocol):
    """The engine in the database, which also judges the proposals of others."""

    async def near(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """Articles one slip of the hand away."""
        ...

    async def among(
        self,
        ask: Ask,
        text: str,
        proposed: Proposed,
        filters: SearchFilters,
        window: SearchWindow,
        *,
        similar: bool,
        aside: bool,
    ) -> SearchPage:
        """What of the proposals may be shown, after the articles that are meant."""
        ...

    async def suggest_among(
        self, ask: Ask, text: str, proposed: Proposed, most: int
    ) -> Sequence[ProductId]:
        """The same while somebody types."""
        ...


class Neighbour:
    """The engine as this process knows it: with its breaker."""

    def __init__(self, name: str, engine: OutsideEngine) -> None:
        self.name = name
        self.engine = engine
        self._breaker = Breaker()

    async def propose(self, wanted: Wanted, seconds: float) -> Proposed:
        """Its proposals. Raises `Unavailable` where it is late, fails, or is left alone."""
        loop = asyncio.get_running_loop()
        if wait := self._breaker.wait(loop.time()):
            raise Unavailable(self.name, math.ceil(wait))
        try:
            async with asyncio.timeout(seconds):
                proposed = await self.engine.propose(wanted)
            _check(proposed)
        except Exception as failure:
            self._breaker.failed(loop.time())
            log.warning("the search engine %s: %s: %s", self.name, type(failure).__name__, failure)
            raise Unavailable(self.name) from failure
        except BaseException:
            self._breaker.given_up()
            raise
        self._breaker.succeeded()
        return proposed


def _check(proposed: Proposed) -> None:
    if not all(type(one) is int and 0 < one <= LARGEST_ID for one in proposed.ids):
        raise ValueError("proposed something that is no product's id")


class Judged:
    """Implements `SearchEngine` for one search by an engine outside."""

    def __init__(self, ask: AskContext, neighbour: Neighbour, database: Deciding) -> None:
        self._ask = ask
        self._neighbour = neighbour
        self._database = database
        self._left = PATIENCE

    async def query(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """Articles first, as the database knows them, then what was proposed.

        Where nothing of the proposals passes, and there are more, the database looks at all words.
        """
        if Typed.of(text):
            page = await self._among(ask, text, filters, window)
            if page.total or not page.partial:
                return page
        return await self._database.query(ask, text, filters, window)

    async def alike(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """Articles one slip away, then slips in words, then what the database finds alike."""
        page = await self._database.near(ask, text, filters, window)
        typed = Typed.of(text)
        if not page.total and typed:
            page = await self._among(ask, text, filters, window, similar=True)
        return page if page.total else await self._database.alike(ask, text, filters, window)

    async def suggest(self, ask: Ask, text: str, most: int) -> Sequence[ProductId]:
        """Articles first; words from their third letter on."""
        typed = Typed.of(text)
        if not typed:
            return ()
        proposed = Proposed(())
        if len(typed.plain) >= SHORTEST_WORD:
            proposed = await self._propose(typed, SearchFilters(), most=MOST_SUGGESTED)
        return await self._database.suggest_among(ask, text, proposed, most)

    async def _among(
        self,
        ask: Ask,
        text: str,
        filters: SearchFilters,
        window: SearchWindow,
        *,
        similar: bool = False,
    ) -> SearchPage:
        """The other values of a chosen attribute are counted too, where they are few enough to be
        among the proposals: the engine hears of the values only where there are more."""
        typed = Typed.of(text)
        loosely = similar and len(typed.words) >= MANY_WORDS
        aside = window.detailed and any(one.values for one in filters.attributes)
        wanted = _without_values(filters) if aside else filters
        proposed = await self._propose(typed, wanted, most=MOST_PROPOSED, loosely=loosely)
        narrowed = aside and proposed.more
        if narrowed:
            proposed = await self._propose(typed, filters, most=MOST_PROPOSED, loosely=loosely)
        page = await self._database.among(
            ask, text, proposed, filters, window, similar=similar, aside=not narrowed
        )
        partial = proposed.more and (_unheard(filters) or await self._cells_unheard())
        return replace(page, partial=partial)

    async def _propose(
        self,
        typed: Typed,
        filters: SearchFilters,
        *,
        most: int,
        loosely: bool = False,
    ) -> Proposed:
        wanted = Wanted(
            typed.spelled,
            most,
            loosely,
            tuple(filters.categories),
            filters.brand,
            tuple(
                tuple(f"{one.attribute}~{value}" for value in one.values)
                for one in filters.attributes
                if one.values
            ),
            await self._cells(),
        )
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            return await self._neighbour.propose(wanted, self._left)
        finally:
            self._left = max(self._left - (clock() - begun), 0.0)

    async def _cells(self) -> tuple[int, ...] | None:
        """The goods in sight, where they are few enough to be named."""
        cells = (await sight_of(self._ask)).cells
        return cells if cells is None or len(cells) <= MOST_CELLS else None

    async def _cells_unheard(self) -> bool:
        return (await sight_of(self._ask)).cells is not None and await self._cells() is None


def _without_values(filters: SearchFilters) -> SearchFilters:
    return replace(filters, attributes=tuple(one for one in filters.attributes if not one.values))


def _unheard(filters: SearchFilters) -> bool:
    """Whether some filters narrow the proposals, not the index: the engine is not told of them."""
    ends = (filters.price_from, filters.price_to)
    ranges = [one for one in filters.attributes if not one.values]
    return bool(filters.in_stock or ranges) or ends != (None, None)
