"""The search engine that needs nothing: article keys, Russian full text and trigrams in PostgreSQL.

Best first: the very article or barcode; articles that begin with what was typed; articles that hold
it; names that begin with one of the words; all others that have every word. Inside each of these by
name. What looks alike: articles one slip of the hand away, or words and codes of like trigrams.

A search is one statement: it finds, counts by category and brand, and picks the wanted part. Broad
words are followed to `MOST_COUNTED` products, which keeps the worst query below a tenth of a second
at 250,000 products.
"""

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from fondaco.assortments.sight import sight_of
from fondaco.builtin.postgres_search import statements
from fondaco.builtin.postgres_search.statements import MOST_COUNTED
from fondaco.catalog.near_keys import near_keys
from fondaco.hooks.context import AskContext
from fondaco.search.typed import Typed
from fondaco_sdk.context import AnyRow, Ask, Job
from fondaco_sdk.providers.search import Facet, SearchFilters, SearchPage, SearchWindow
from fondaco_sdk.types.ids import CategoryId, ProductId

SHORTEST_ALIKE = 4
LAST_LETTER = "\U0010ffff"


class PostgresSearch:
    """Implements `fondaco_sdk.providers.search.SearchEngine` over the kernel's own documents."""

    async def query(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """One statement."""
        typed, shape = Typed.of(text), _shape(filters)
        statement = (
            statements.search(bool(typed.part), *shape) if typed else statements.browse(*shape)
        )
        return _page(await ask.fetch(statement, await _values(ask, typed, filters, window)))

    async def alike(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """For a number the articles one slip away, in one statement; else one by trigrams."""
        typed, shape = Typed.of(text), _shape(filters)
        values = await _values(ask, typed, filters, window)
        near = near_keys(typed.part)
        if near:
            keys = {"near": list(near), "ranks": list(near.values())}
            page = _page(await ask.fetch(statements.near(*shape), {**values, **keys}), similar=True)
            if page.total:
                return page
        if len(typed.plain) < SHORTEST_ALIKE:
            return SearchPage((), 0)
        return _page(
            await ask.fetch(statements.alike(bool(typed.part), *shape), values), similar=True
        )

    async def index(self, job: Job, products: Sequence[ProductId]) -> None:
        """Nothing to do: the kernel's documents are what is searched."""

    async def drop(self, job: Job, products: Sequence[ProductId]) -> None:
        """Nothing to do, likewise."""


def create(settings: object) -> PostgresSearch:
    """The factory named in the manifest; there is nothing to set."""
    return PostgresSearch()


def _shape(filters: SearchFilters) -> tuple[bool, bool]:
    return bool(filters.categories), bool(filters.brand)


async def _values(
    ask: Ask, typed: Typed, filters: SearchFilters, window: SearchWindow
) -> Mapping[str, Any]:
    sight = await sight_of(typing.cast("AskContext", ask))
    return {
        "categories": list(filters.categories),
        "brand": filters.brand,
        "offset": window.offset,
        "limit": window.limit,
        "key": typed.key,
        "after": typed.key + LAST_LETTER,
        "part": f"%{typed.part}%",
        "tsquery": typed.tsquery,
        "plain": typed.plain,
        **sight.parameters,
    }


def _page(rows: Sequence[AnyRow], *, similar: bool = False) -> SearchPage:
    ids, total, facets = rows[0]
    return SearchPage(
        tuple(ProductId(product_id) for product_id in ids),
        min(total, MOST_COUNTED),
        capped=total > MOST_COUNTED,
        similar=similar and total > 0,
        facets=tuple(
            Facet(None if category is None else CategoryId(category), brand, products)
            for category, brand, products in facets or ()
        ),
    )
