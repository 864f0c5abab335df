"""The search engine: from what a person typed to the ids of products, best first."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from fondaco_sdk.context import Ask, Job
from fondaco_sdk.types.ids import CategoryId, ProductId


class AttributeFilter(Struct, frozen=True):
    """A typed attribute that has `value`, or a number from `low` to `high`; None: no end.

    `attribute` is the outer id.
    """

    attribute: str
    value: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


class SearchFilters(Struct, frozen=True):
    """What the found products must be: in one of `categories` and of `brand`; empty: any.

    They pass all of `attributes`; the price of the agreement's first list lies between
    `price_from` and `price_to`; `in_stock`: some of it is there now.
    """

    categories: tuple[CategoryId, ...] = ()
    brand: str = ""
    attributes: tuple[AttributeFilter, ...] = ()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    in_stock: bool = False


class SearchWindow(Struct, frozen=True):
    """Which part of the answer is wanted: `limit` ids from the place `offset` (0 is the best).

    `detailed`: also what the answer may be narrowed by, where the engine can tell.
    """

    offset: int = 0
    limit: int = 48
    detailed: bool = False


class Facet(Struct, frozen=True):
    """How many of all that was found stand in a category and are of a brand."""

    category_id: CategoryId | None
    brand: str
    products: int


class AttributeFacet(Struct, frozen=True):
    """An attribute of what was found: a number from `low` to `high`, or values with their counts.

    `attribute` is the outer id.
    """

    attribute: str
    name: str
    low: Decimal | None = None
    high: Decimal | None = None
    values: tuple[tuple[str, int], ...] = ()


class Details(Struct, frozen=True):
    """What an answer that is small enough may be narrowed by besides category and brand.

    `lowest` and `highest` are prices of the list `price_list`; `in_stock` counts products.
    """

    attributes: tuple[AttributeFacet, ...] = ()
    price_list: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    in_stock: int = 0


class SearchPage(Struct, frozen=True):
    """A part of the answer; `ids` stand best first.

    `total` counts everything that was found; where it is `capped` there is more, the count went no
    further, and `facets` may lack some. `similar`: nothing holds what was typed, these look alike.
    `understood`: what was searched for instead of what was typed; the kernel fills it in.
    `details` are there where they were wanted and the answer is small enough.
    """

    ids: tuple[ProductId, ...]
    total: int
    capped: bool = False
    similar: bool = False
    facets: tuple[Facet, ...] = ()
    understood: str = ""
    details: Details | None = None


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

    async def suggest(self, ask: Ask, text: str, most: int) -> Sequence[ProductId]:
        """A few products for the beginning of a text, while it is typed: quick before complete."""
        ...

    async def index(self, job: Job, products: Sequence[ProductId]) -> None:
        """Take up these products, new or changed. Again changes nothing."""
        ...

    async def drop(self, job: Job, products: Sequence[ProductId]) -> None:
        """Forget these products. Unknown ones are no mistake."""
        ...
