"""The search page as its template reads it: what is asked, where one stands, where one may go."""

from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Any, Self
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from fondaco.catalog.categories import Category, CategoryTree
from fondaco.search.narrowing import Chosen, Narrowing
from fondaco_sdk.providers.search import (
    AttributeFacet,
    Facet,
    SearchFilters,
    SearchPage,
    SearchWindow,
)
from fondaco_sdk.types.ids import CategoryId

PAGE_ROWS = 48
OPEN_BRANCHES = 30


class Question(Struct, frozen=True):
    """What the address asks for; `page` counts from 1, `literal` wants the text as typed."""

    text: str
    category: Category | None = None
    brand: str = ""
    page: int = 1
    literal: bool = False
    narrowing: Narrowing = Narrowing()

    @property
    def everything(self) -> bool:
        """Nothing is asked: the whole catalogue."""
        return not (self.text or self.category or self.brand or self.narrowing)

    @property
    def window(self) -> SearchWindow:
        """The rows of the page."""
        return SearchWindow((self.page - 1) * PAGE_ROWS, PAGE_ROWS, detailed=True)

    def filters(self, tree: CategoryTree) -> SearchFilters:
        """For the engine."""
        narrow = self.narrowing
        return SearchFilters(
            tree.within(self.category) if self.category else (),
            self.brand,
            tuple(chosen.filter for chosen in narrow.attributes),
            narrow.price_from,
            narrow.price_to,
            narrow.in_stock,
        )

    def href(self, **changes: Any) -> str:
        """The address of another question; of its first page, unless told otherwise."""
        other = msgspec.structs.replace(self, **{"page": 1, **changes})
        page = (("page", str(other.page) if other.page > 1 else ""),)
        query = urlencode([(name, value) for name, value in (*other.fields, *page) if value])
        return f"/search?{query}" if query else "/search"

    def narrowed(self, **changes: Any) -> str:
        """The address of the same question with another narrowing."""
        return self.href(narrowing=msgspec.structs.replace(self.narrowing, **changes))

    def without(self, chosen: Chosen, value: str = "") -> str:
        """The address without one of the attributes chosen, or without one of its values."""
        return self.href(narrowing=self.narrowing.without(chosen, value))

    def having(self, facet: AttributeFacet, value: str) -> str:
        """The address with a value of an attribute chosen too; without it where it is chosen."""
        for chosen in self.narrowing.attributes:
            if chosen.filter.attribute == facet.attribute and value in chosen.filter.values:
                return self.without(chosen, value)
        return self.href(narrowing=self.narrowing.with_value(facet.attribute, facet.name, value))

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """Names and values of the address of its first page; empty values too."""
        return (
            ("q", self.text),
            ("category", str(self.category.uuid) if self.category else ""),
            ("brand", self.brand),
            ("literal", "1" if self.literal else ""),
            *self.narrowing.fields,
        )

    def kept(self, *names: str) -> Sequence[tuple[str, str]]:
        """The fields that a form must carry along which sets those of `names` itself."""
        return [(name, value) for name, value in self.fields if value and name not in names]


class Branch(Struct, frozen=True):
    """A category one may go to, how much of what was found is there, and what is below it."""

    category: Category
    products: int
    below: tuple["Branch", ...] = ()


class Brand(Struct, frozen=True):
    """A brand among what was found."""

    name: str
    products: int


class Answer(Struct, frozen=True):
    """What was found. `branches` and `brands` have the fullest first; counts hold unless capped."""

    question: Question
    page: SearchPage
    path: tuple[Category, ...]
    branches: tuple[Branch, ...]
    brands: tuple[Brand, ...]

    @classmethod
    def of(cls, question: Question, page: SearchPage, tree: CategoryTree) -> Self:
        """From the engine's answer."""
        return cls(
            question,
            page,
            tree.path(question.category),
            branches_of(tree, question.category, page.facets),
            brands_of(page.facets),
        )

    @property
    def offered(self) -> Sequence[AttributeFacet]:
        """The attributes by which the answer may still be narrowed."""
        details, narrowing = self.page.details, self.question.narrowing
        found = details.attributes if details else ()
        return [one for one in found if not narrowing.ranged(one.attribute)]

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return self.question.window.offset + 1

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.question.window.offset + len(self.page.ids)

    @property
    def previous(self) -> str:
        """The address of the page before, or ""."""
        page = min(self.question.page - 1, max(1, ceil(self.page.total / PAGE_ROWS)))
        return self.question.href(page=page) if self.question.page > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after, or ""."""
        more = self.page.total > self.last and self.page.ids
        return self.question.href(page=self.question.page + 1) if more else ""


def branches_of(
    tree: CategoryTree, top: Category | None, facets: Sequence[Facet]
) -> tuple[Branch, ...]:
    """The categories right below one that hold something found, and while they are few what is
    below those."""
    counts: Counter[CategoryId] = Counter()
    for facet in facets:
        for category in tree.path(tree.get(facet.category_id)):
            counts[category.id] += facet.products

    def level(parent: Category | None, deeper: bool) -> tuple[Branch, ...]:
        found = [
            Branch(one, counts[one.id], level(one, False) if deeper else ())
            for one in tree.below(parent)
            if counts[one.id]
        ]
        return tuple(sorted(found, key=lambda branch: -branch.products))

    opened = level(top, True)
    few = sum(1 + len(branch.below) for branch in opened) <= OPEN_BRANCHES
    return opened if few else level(top, False)


def brands_of(facets: Sequence[Facet]) -> tuple[Brand, ...]:
    """The brands of what was found."""
    counts: Counter[str] = Counter()
    for facet in facets:
        counts[facet.brand] += facet.products
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0].lower()))
    return tuple(Brand(name, products) for name, products in found if name)
