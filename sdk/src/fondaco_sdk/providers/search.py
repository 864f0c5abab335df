"""The search engine: from what a person typed to the ids of products, best first."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from fondaco_sdk.context import Ask, Job
from fondaco_sdk.types.ids import CategoryId, ProductId


class SearchFilters(Struct, frozen=True):
    """What the found products must be: in one of `categories` and of `brand`; empty: any."""

    categories: tuple[CategoryId, ...] = ()
    brand: str = ""


class SearchWindow(Struct, frozen=True):
    """Which part of the answer is wanted: `limit` ids from the place `offset` (0 is the best)."""

    offset: int = 0
    limit: int = 48


class Facet(Struct, frozen=True):
    """How many of all that was found stand in a category and are of a brand."""

    category_id: CategoryId | None
    brand: str
    products: int


class SearchPage(Struct, frozen=True):
    """A part of the answer; `ids` stand best first.

    `total` counts everything that was found; where it is `capped` there is more, the count went no
    further, and `facets` may lack some. `similar`: nothing holds what was typed, these look alike.
    `understood`: what was searched for instead of what was typed; the kernel fills it in.
    """

    ids: tuple[ProductId, ...]
    total: int
    capped: bool = False
    similar: bool = False
    facets: tuple[Facet, ...] = ()
    understood: str = ""


class SearchEngine(Protocol):
    """A provider of kind "search". Only products on sale are found.

    The kernel looks every id up again, so one that the actor may not see is never shown; an engine
    that leaves it out itself counts right too.
    """

    async def query(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """What holds `text` as typed; with an empty text everything that passes the filters."""
        ...

    async def alike(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """What differs from `text` in a letter or two; asked where nothing holds it. `similar`."""
        ...

    async def index(self, job: Job, products: Sequence[ProductId]) -> None:
        """Take up these products, new or changed. Again changes nothing."""
        ...

    async def drop(self, job: Job, products: Sequence[ProductId]) -> None:
        """Forget these products. Unknown ones are no mistake."""
        ...
