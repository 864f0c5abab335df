"""The tree of categories, without those that have nothing on sale."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Select, exists, func, select

from fondaco.assortments.sight import sight_of
from fondaco.catalog.queries import visible
from fondaco.catalog.tables import category, product
from fondaco.db.generations import number_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import CategoryId

MOST_TREES = 50

CATEGORIES: Select[Any] = (
    select(
        category.c.id,
        category.c.uuid,
        category.c.parent_id,
        category.c.name,
        exists().where(product.c.category_id == category.c.id, product.c.active, visible()),
        number_of("catalogue"),
    )
    .where(category.c.active)
    .order_by(func.translate(func.lower(category.c.name), "ё", "е").collate("C"), category.c.id)
)


class Category(Struct, frozen=True):
    """A category; `parent` is None at the top."""

    id: CategoryId
    uuid: UUID
    parent: CategoryId | None
    name: str


class CategoryTree:
    """All categories that lead to something on sale, in the order of their names."""

    def __init__(self, found: Sequence[tuple[Category, bool]]) -> None:
        every = {one.id: one for one, _ in found}
        kept: set[CategoryId] = set()
        for one, stocked in found:
            up: Category | None = one if stocked else None
            while up is not None and up.id not in kept:
                kept.add(up.id)
                up = every.get(up.parent) if up.parent is not None else None
        self._by_id = {one.id: one for one, _ in found if one.id in kept}
        self._below: dict[CategoryId | None, list[Category]] = defaultdict(list)
        for one in self._by_id.values():
            self._below[one.parent if one.parent in self._by_id else None].append(one)

    def __iter__(self) -> Iterator[Category]:
        return iter(self._by_id.values())

    def get(self, category_id: CategoryId | None) -> Category | None:
        """A category by its id."""
        return None if category_id is None else self._by_id.get(category_id)

    def uuid_of(self, category_id: CategoryId | None) -> UUID | None:
        """The outer id of a category; None for one that is not in the tree."""
        found = self.get(category_id)
        return found.uuid if found else None

    def find(self, uuid: UUID) -> Category | None:
        """A category by its outer id."""
        return next((one for one in self if one.uuid == uuid), None)

    def below(self, parent: Category | None) -> Sequence[Category]:
        """The categories right below one, or the top ones."""
        return self._below.get(parent.id if parent else None, ())

    def within(self, top: Category) -> tuple[CategoryId, ...]:
        """A category and all below it."""
        found = [top]
        for one in found:
            found += self.below(one)
        return tuple(one.id for one in found)

    def path(self, one: Category | None) -> tuple[Category, ...]:
        """From the top down to a category, itself included."""
        found: list[Category] = []
        while one is not None and one not in found:
            found.append(one)
            one = self.get(one.parent)
        return tuple(reversed(found))


async def category_tree(ask: AskContext) -> CategoryTree:
    """The tree of what the actor sees. One statement, unless this process remembers it."""
    sight = await sight_of(ask)
    remembered = ask.remembered("catalogue", "category_tree", MOST_TREES)
    tree: CategoryTree | None = remembered.known.get(sight.seen)
    if tree is None:
        rows = await ask.fetch(CATEGORIES, sight.parameters)
        tree = CategoryTree([(Category(*row[:4]), row[4]) for row in rows])
        if rows:
            remembered.keep(rows[0][-1], {sight.seen: tree})
    return tree
