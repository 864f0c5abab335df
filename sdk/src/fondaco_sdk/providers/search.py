"""The search engine: from what a person typed to the ids of products, best first.

A provider of kind "search" is a `SearchEngine`, which answers in whole from the site's database, or
an `OutsideEngine`, which proposes products by their texts: the kernel then decides in the database
who sees which of them, and counts.
"""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Protocol, runtime_checkable

from msgspec import Struct

from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CategoryId, ProductId


class AttributeFilter(Struct, frozen=True):
    """A typed attribute that has one of `values`, or a number from `low` to `high`; None: no end.

    `attribute` is the outer id.
    """

    attribute: str
    values: tuple[str, ...] = ()
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

    `attribute` is the outer id. Of one that the answer is filtered by, what passes all other
    filters is told: how many there would be with another value.
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
    `details` are there where they were wanted and the answer is small enough. The kernel fills in
    `understood`, what was searched for instead of what was typed, `reduced`: the chosen engine did
    not answer, PostgreSQL did, and `partial`: an engine outside knows more products than it may
    propose, and the filters have narrowed only those proposed.
    """

    ids: tuple[ProductId, ...]
    total: int
    capped: bool = False
    similar: bool = False
    facets: tuple[Facet, ...] = ()
    understood: str = ""
    details: Details | None = None
    reduced: bool = False
    partial: bool = False


class SearchEngine(Protocol):
    """A provider of kind "search" over the site's own database. Only products on sale are found.

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


class Wanted(Struct, frozen=True):
    """What an engine outside is asked for: at most `most` products, best first.

    `text` is in lower case with е for ё, its words one space apart; sizes and numbers with letters
    are one word each, in Latin look-alikes (`m8x30`). The last word may be a beginning. `loosely`:
    words may be left out. `categories` and `brand` are those of the documents; empty: any. Of each
    of `values` the document has at least one (`<attribute's outer id>~<value>`). Of `cells` one
    must be the document's; None: whichever.
    """

    text: str
    most: int
    loosely: bool = False
    categories: tuple[int, ...] = ()
    brand: str = ""
    values: tuple[tuple[str, ...], ...] = ()
    cells: tuple[int, ...] | None = None


class Proposed(Struct, frozen=True):
    """Products that an engine outside proposes, best first.

    `more`: there are more than were wanted. `slips`: even the first does not hold the text as it
    stands, but differs from it in letters or lacks words.
    """

    ids: tuple[ProductId, ...]
    more: bool = False
    slips: bool = False


class SearchDocument(Struct, frozen=True):
    """What a product on sale is found by.

    `words` are name, brand, family and category in lower case with е for ё; `numbered` its sizes
    and numbers as one word each, in Latin look-alikes; `codes` its article keys. `cell` stands for
    all goods that no assortment tells apart, 0 for none yet. `values` are its attributes as
    `<outer id>~<value>`.
    """

    id: ProductId
    words: str
    numbered: str
    codes: tuple[str, ...]
    category: int
    brand: str
    cell: int
    values: tuple[str, ...]


@runtime_checkable
class OutsideEngine(Protocol):
    """A provider of kind "search" that is a program of its own, perhaps on another machine.

    It has no database and decides nothing. The kernel gives it half a second, leaves it alone after
    a row of failures, and answers from PostgreSQL meanwhile. What it proposes is looked at in the
    database before it is counted or shown, so filters are a help to it, not a guard. Whatever it
    raises counts as a failure; raise `Unavailable` where it does not answer.
    """

    async def propose(self, wanted: Wanted) -> Proposed:
        """Products whose documents hold the text."""
        ...

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Take up these documents, new or changed. Returns when they can be found."""
        ...

    async def drop(self, products: Sequence[ProductId]) -> None:
        """Forget these products. Unknown ones are no mistake."""
        ...

    async def rebuild(self, batches: AsyncIterator[Sequence[SearchDocument]]) -> None:
        """Have these documents and no others, all at once: until the end the old ones answer."""
        ...

    async def documents(self) -> int:
        """How many documents it has."""
        ...

    async def close(self) -> None:
        """Let go of threads and connections."""
        ...
