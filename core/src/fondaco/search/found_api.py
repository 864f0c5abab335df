"""Searching the catalogue over the JSON API: what was found, and what narrows it."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from fondaco.assortments.sight import sight_of
from fondaco.catalog.categories import CategoryTree, category_tree
from fondaco.catalog.queries import ON_SALE_AFTER
from fondaco.hooks.context import AskContext
from fondaco.orders.cursor import decode_cursor, encode_cursor
from fondaco.search.api import ProductOut, product_out
from fondaco.search.foreign import foreign_of
from fondaco.search.narrowing import narrowing_of
from fondaco.search.pages import category_of
from fondaco.search.service import Search
from fondaco.search.shelf import shelf_of
from fondaco.search.view import Question, brands_of
from fondaco.web.api import ERRORS, AskDependency
from fondaco_sdk.providers.search import Details, SearchPage, SearchWindow
from fondaco_sdk.types.ids import CategoryId, ProductId
from fondaco_sdk.types.reason import Reason

MOST = 100


class ForeignOut(Struct):
    """A product that stands in for the number of another brand in `q`, and `why`."""

    product: ProductOut
    why: str


class CategoryCountOut(Struct):
    """How many of what was found stand in a category or below it."""

    category: UUID
    products: int


class CountOut(Struct):
    """How many of what was found have a value."""

    value: str
    products: int


class AttributeFacetOut(Struct):
    """A property of what was found: `values` with their counts, or a number from `low` to `high`.

    Of a property that `attr` names, the counts are those without that choice: what another value
    would add.
    """

    id: str
    name: str
    values: list[CountOut]
    low: Decimal | None
    high: Decimal | None


class FacetsOut(Struct):
    """What narrows the answer; counts are of products that the customer sees.

    Categories and brands are told of every answer, the rest of one of at most 2,000 products; else
    `attributes` is empty and the others are null. Prices are those of the list `price_list` for the
    smallest quantity.
    """

    categories: list[CategoryCountOut]
    brands: list[CountOut]
    attributes: list[AttributeFacetOut]
    in_stock: int | None
    price_list: str | None
    price_from: Decimal | None
    price_to: Decimal | None


class FoundOut(Struct):
    """A page of products; `next` is the cursor of the following page, or null at the end.

    `total` counts everything that was found, where it is `capped` at least so many; null where the
    whole catalogue is walked through. `understood`: what was searched for instead of `q`, typed in
    the wrong layout of the keyboard. `similar`: nothing holds `q`, these look alike. `reduced`: the
    search engine outside does not answer, misspelt words may not be found; articles, prices and
    stock are right. `partial`: `q` is so broad that price, stock and numbers have narrowed some of
    the matching products only. `foreign` is told on the first page.
    """

    items: list[ProductOut]
    next: str | None
    total: int | None = None
    capped: bool = False
    understood: str = ""
    similar: bool = False
    reduced: bool = False
    partial: bool = False
    foreign: list[ForeignOut] = []
    facets: FacetsOut | None = None


@get("/products", responses=ERRORS, policy="catalog.view", summary="Products on sale")
async def list_products(
    ask: AskDependency,
    q: Annotated[
        str,
        QueryParameter(
            description="An article, a barcode or words; best match first. A number of another"
            " brand is answered in `foreign`"
        ),
    ] = "",
    category: Annotated[str, QueryParameter(description="Of this category or below it")] = "",
    brand: Annotated[str, QueryParameter(description="Of this brand")] = "",
    attr: Annotated[
        list[str] | None,
        QueryParameter(
            description="`<id of a property>~<value>`, or `<id>~<low>..<high>` for a number, as"
            " often as needed; several values of one property are alternatives"
        ),
    ] = None,
    price_from: Annotated[
        str, QueryParameter(description="By the agreement's first list, for the smallest quantity")
    ] = "",
    price_to: Annotated[str, QueryParameter(description="Likewise")] = "",
    stock: Annotated[bool, QueryParameter(description="Only what is there now")] = False,
    facets: Annotated[bool, QueryParameter(description="Tell what narrows the answer")] = False,
    cursor: Annotated[str, QueryParameter(description="`next` of the page before")] = "",
) -> FoundOut:
    """At most 100 products. Without anything asked it walks the whole catalogue steadily."""
    tree = await category_tree(ask)
    after = decode_cursor(cursor) if cursor else 0
    narrowing = await narrowing_of(
        ask,
        attr or (),
        price_from=price_from,
        price_to=price_to,
        stock="1" if stock else "",
    )
    question = Question(q.strip(), category_of(tree, category), brand.strip(), narrowing=narrowing)
    if question.everything and not facets:
        return await _walked(ask, tree, after)
    found = await Search(ask).find(
        question.text, question.filters(tree), SearchWindow(after, MOST, detailed=facets)
    )
    foreign: Mapping[ProductId, Reason] = {} if cursor else await foreign_of(ask, question.text)
    shelf = await shelf_of(ask, tuple(dict.fromkeys((*found.ids, *foreign))), own=False)
    items = {row.product.id: product_out(row, shelf, tree) for row in shelf.rows}
    return FoundOut(
        [items[one] for one in found.ids if one in items],
        encode_cursor(after + MOST) if len(found.ids) == MOST else None,
        total=found.total,
        capped=found.capped,
        understood=found.understood,
        similar=found.similar,
        reduced=found.reduced,
        partial=found.partial,
        foreign=[
            ForeignOut(items[one], why.text(ask.locale))
            for one, why in foreign.items()
            if one in items
        ],
        facets=_facets(found, tree) if facets else None,
    )


async def _walked(ask: AskContext, tree: CategoryTree, after: int) -> FoundOut:
    sight = await sight_of(ask)
    rows = await ask.fetch(ON_SALE_AFTER, {"after": after, "most": MOST, **sight.parameters})
    ids = tuple(ProductId(row[0]) for row in rows)
    shelf = await shelf_of(ask, ids, own=False)
    items = [product_out(row, shelf, tree) for row in shelf.rows]
    return FoundOut(items, encode_cursor(ids[-1]) if len(ids) == MOST else None)


def _facets(page: SearchPage, tree: CategoryTree) -> FacetsOut:
    details = page.details
    known = details or Details()
    return FacetsOut(
        categories=_categories(page, tree),
        brands=[CountOut(one.name, one.products) for one in brands_of(page.facets)],
        attributes=[
            AttributeFacetOut(
                one.attribute,
                one.name,
                [CountOut(value, products) for value, products in one.values],
                one.low,
                one.high,
            )
            for one in known.attributes
        ],
        in_stock=known.in_stock if details else None,
        price_list=known.price_list if details else None,
        price_from=known.lowest,
        price_to=known.highest,
    )


def _categories(page: SearchPage, tree: CategoryTree) -> list[CategoryCountOut]:
    counts: Counter[CategoryId] = Counter()
    for facet in page.facets:
        for category in tree.path(tree.get(facet.category_id)):
            counts[category.id] += facet.products
    return [CategoryCountOut(one.uuid, counts[one.id]) for one in tree if counts[one.id]]
