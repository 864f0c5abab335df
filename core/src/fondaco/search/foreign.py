"""A number of another brand typed into the search: what of ours stands in for it."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from fondaco.hooks.context import AskContext
from fondaco.search.shelf import Shelf
from fondaco_sdk.article_key import article_key
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, MatchRank
from fondaco_sdk.types.reason import Reason

SHORTEST, LONGEST = 3, 60
MOST = 12


async def foreign_of(ask: AskContext, text: str) -> Mapping[ProductId, Reason]:
    """Products on sale that stand in for the number, and that this actor sees, each with why.

    Plugins are asked as for an uploaded list of one row, where the text may be a number.
    """
    key = article_key(text[: LONGEST + 1])
    if not (len(key) >= SHORTEST and len(text) <= LONGEST and any(map(str.isdigit, key))):
        return {}
    rows = [ArticleRow(1, text)]
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    found = {
        match.product_id: match.reason
        for _, match in collected.proposals
        if match.rank is MatchRank.CROSS_REFERENCE
    }
    seen = await ask.catalog.products(list(found)) if found else {}
    on_sale = [id for id in found if id in seen and seen[id].orderable]
    return {id: found[id] for id in on_sale[:MOST]}


def standing_in(shelf: Shelf, foreign: Mapping[ProductId, Reason]) -> Shelf:
    """The rows that stand in for the number, with why."""
    return replace(
        shelf,
        rows=tuple(
            replace(row, note=foreign[row.product.id])
            for row in shelf.rows
            if row.product.id in foreign
        ),
    )


def without(shelf: Shelf, foreign: Collection[ProductId]) -> Shelf:
    """The other rows: a product stands on a page once."""
    return replace(shelf, rows=tuple(row for row in shelf.rows if row.product.id not in foreign))
