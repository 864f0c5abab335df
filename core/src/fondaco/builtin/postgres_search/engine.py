"""The search engine that needs nothing: article keys, Russian full text and trigrams in PostgreSQL.

Best first: the very article or barcode; articles that begin with what was typed; articles that hold
it; names that begin with one of the words; all others that have every word. Inside each of these by
name. What looks alike: articles one slip of the hand away, names with all words but one, or words
and codes of like trigrams.

A search is one statement: it finds, counts by category and brand, and picks the wanted part. Broad
words are followed to `MOST_COUNTED` products, which keeps the worst query below a tenth of a second
at 250,000 products.
"""

import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from fondaco.assortments.sight import sight_of
from fondaco.builtin.postgres_search import statements
from fondaco.builtin.postgres_search.details import IS, WITHIN
from fondaco.builtin.postgres_search.statements import MOST_COUNTED, Shape
from fondaco.catalog.near_keys import near_keys
from fondaco.hooks.context import AskContext
from fondaco.search.typed import Typed
from fondaco_sdk.context import AnyRow, Ask
from fondaco_sdk.providers.search import (
    AttributeFacet,
    AttributeFilter,
    Details,
    Facet,
    Proposed,
    SearchFilters,
    SearchPage,
    SearchWindow,
)
from fondaco_sdk.types.ids import CategoryId, ProductId

SHORTEST_ALIKE = 4
SHORTEST_WORD = 3
ZERO, PLENTY = Decimal(0), Decimal(10) ** 30
LAST_LETTER = "\U0010ffff"


class PostgresSearch:
    """Implements `SearchEngine` over the kernel's own documents; decides for engines outside."""

    async def query(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """One statement."""
        typed, shape = Typed.of(text), _shape(filters, window)
        statement = (
            statements.search(bool(typed.part), shape) if typed else statements.browse(shape)
        )
        return _page(await ask.fetch(statement, await _values(ask, typed, filters, window)))

    async def alike(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """Up to three statements, each a wider guess: for a number the articles one slip away, for
        many words all but one of them, then trigrams."""
        page = await self.near(ask, text, filters, window)
        if page.total:
            return page
        typed, shape = Typed.of(text), _shape(filters, window)
        values = await _values(ask, typed, filters, window)
        guesses = []
        if typed.nearly:
            values |= {"nearly": typed.nearly}
            guesses.append(statements.nearly(shape))
        if len(typed.plain) >= SHORTEST_ALIKE:
            guesses.append(statements.alike(bool(typed.part), shape))
        for statement in guesses:
            page = _page(await ask.fetch(statement, values), similar=True)
            if page.total:
                return page
        return SearchPage((), 0)

    async def suggest(self, ask: Ask, text: str, most: int) -> Sequence[ProductId]:
        """One statement; words are looked at from their third letter on."""
        typed = Typed.of(text)
        if not typed:
            return ()
        values = await _values(ask, typed, SearchFilters(), SearchWindow(limit=most))
        worded = len(typed.plain) >= SHORTEST_WORD
        rows = await ask.fetch(statements.suggest(bool(typed.part), worded), values)
        return tuple(ProductId(row[0]) for row in rows)

    async def near(
        self, ask: Ask, text: str, filters: SearchFilters, window: SearchWindow
    ) -> SearchPage:
        """Articles one slip of the hand away from a number; one statement at most."""
        typed, shape = Typed.of(text), _shape(filters, window)
        near = near_keys(typed.part)
        if not near:
            return SearchPage((), 0)
        values = await _values(ask, typed, filters, window)
        values |= {"near": list(near), "ranks": list(near.values())}
        return _page(await ask.fetch(statements.near(shape), values), similar=True)

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
        """Of what another engine proposes, what this actor sees and the filters want, counted.

        Articles are known better here and stand first. What the other engine takes for a slip
        counts only where it is another ending of the words; `similar`: slips are wanted, and no
        articles. `aside`: other values of the attributes are among the proposals, and so can be
        counted. One statement.
        """
        typed, shape = Typed.of(text), _shape(filters, window)
        shape = shape._replace(aside=shape.aside and aside)
        checked = proposed.slips and not similar
        values = await _values(ask, typed, filters, window)
        values["proposed"] = list(proposed.ids)
        statement = statements.among(not similar, bool(typed.part), checked, shape)
        page = _page(await ask.fetch(statement, values), similar=similar)
        return msgspec.structs.replace(page, capped=page.capped or proposed.more)

    async def suggest_among(
        self, ask: Ask, text: str, proposed: Proposed, most: int
    ) -> Sequence[ProductId]:
        """As `among`, while somebody types. One statement."""
        typed = Typed.of(text)
        values = await _values(ask, typed, SearchFilters(), SearchWindow(limit=most))
        values["proposed"] = list(proposed.ids)
        statement = statements.suggest_among(bool(typed.part), proposed.slips)
        return tuple(ProductId(row[0]) for row in await ask.fetch(statement, values))


def create(settings: object) -> PostgresSearch:
    """The factory named in the manifest; there is nothing to set."""
    return PostgresSearch()


def _shape(filters: SearchFilters, window: SearchWindow) -> Shape:
    return Shape(
        by_category=bool(filters.categories),
        by_brand=bool(filters.brand),
        by_attributes=bool(filters.attributes),
        by_price=filters.price_from is not None or filters.price_to is not None,
        in_stock=filters.in_stock,
        detailed=window.detailed,
        aside=window.detailed and bool(filters.attributes),
    )


async def _values(
    ask: Ask, typed: Typed, filters: SearchFilters, window: SearchWindow
) -> dict[str, Any]:
    sight = await sight_of(typing.cast("AskContext", ask))
    lists = ask.customer.price_lists if ask.customer is not None else ()
    return {
        "categories": list(filters.categories),
        "brand": filters.brand,
        "price_list": lists[0] if lists else None,
        "price_from": ZERO if filters.price_from is None else filters.price_from,
        "price_to": PLENTY if filters.price_to is None else filters.price_to,
        **_wanted(filters.attributes),
        "offset": window.offset,
        "limit": window.limit,
        "key": typed.key,
        "after": typed.key + LAST_LETTER,
        "part": f"%{typed.part}%",
        "tsquery": typed.tsquery,
        "plain": typed.plain,
        **sight.parameters,
    }


def _wanted(filters: Sequence[AttributeFilter]) -> Mapping[str, Sequence[str]]:
    """The filters by attributes as paths with their variables in JSON."""
    return {
        "attributes": [one.attribute for one in filters],
        "paths": [IS if one.values else WITHIN for one in filters],
        "wanted": [
            msgspec.json.encode({"values": one.values}).decode()
            if one.values
            else f'{{"low": {_plain(one.low, -PLENTY)}, "high": {_plain(one.high, PLENTY)}}}'
            for one in filters
        ],
    }


def _plain(number: Decimal | None, otherwise: Decimal) -> str:
    return format(otherwise if number is None else number, "f")


def _page(rows: Sequence[AnyRow], *, similar: bool = False) -> SearchPage:
    ids, total, facets, details = rows[0]
    return SearchPage(
        tuple(ProductId(product_id) for product_id in ids),
        min(total, MOST_COUNTED),
        capped=total > MOST_COUNTED,
        similar=similar and total > 0,
        facets=tuple(
            Facet(None if category is None else CategoryId(category), brand, products)
            for category, brand, products in facets or ()
        ),
        details=_details(*details) if details else None,
    )


def _details(
    attributes: Sequence[Any] | None,
    price_list: str | None,
    lowest: str | None,
    highest: str | None,
    in_stock: int,
) -> Details:
    return Details(
        attributes=tuple(
            AttributeFacet(
                attribute,
                name,
                _number(low),
                _number(high),
                tuple((value, products) for value, products in values or ()),
            )
            for attribute, name, low, high, values in attributes or ()
        ),
        price_list=price_list or "",
        lowest=_number(lowest),
        highest=_number(highest),
        in_stock=in_stock,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
