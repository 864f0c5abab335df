"""Articles of a list that nobody knows, one slip of the hand away from one of ours: proposals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ARRAY, Select, Text, any_, bindparam, literal_column, select

from fondaco.catalog.near_keys import ALIKE, MISSING, SWAPPED, WRONG, near_keys
from fondaco.catalog.tables import product_code
from fondaco.hooks.context import AskContext
from fondaco_sdk.article_key import article_key
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match, MatchRank
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason

MOST_KEYS = 100_000
"""Of a whole list: all near keys of some hundred rows, of more rows the likeliest."""

MOST_PROPOSED = 5

ARTICLES: Select[Any] = select(
    product_code.c.key, product_code.c.product_id, product_code.c.value
).where(
    product_code.c.kind == literal_column("'sku'"),
    product_code.c.key == any_(bindparam("keys", type_=ARRAY(Text))),
)

_SLIPS: Mapping[int, tuple[str, str, str]] = {
    ALIKE: ("alike", "похожий знак", "a character that looks alike"),
    SWAPPED: ("swapped", "переставлены два знака", "two characters swapped"),
    MISSING: ("missing", "пропущен или лишний знак", "a character missing or too many"),
    WRONG: ("wrong", "другой знак", "another character"),
}


async def near_matches(
    ask: AskContext, rows: Sequence[ArticleRow]
) -> tuple[Sequence[Match], Mapping[ProductId, Product]]:
    """At most five products a row, of those that this actor sees, the likeliest slip only.

    One statement for the articles and one for the products, whatever the number of rows.
    """
    ranked = _near(rows)
    if not ranked:
        return (), {}
    found = await ask.fetch(ARTICLES, {"keys": list(ranked)})
    if not found:
        return (), {}
    seen = await ask.catalog.products([ProductId(product) for _, product, _ in found])
    by_row: dict[int, list[tuple[int, str, ProductId]]] = defaultdict(list)
    for key, product, article in found:
        if product in seen:
            for row, rank in ranked[key]:
                by_row[row].append((rank, article, ProductId(product)))
    matches = [
        Match(row, product, MatchRank.FUZZY, _like(article, rank))
        for row, likely in by_row.items()
        for rank, article, product in sorted(likely)[:MOST_PROPOSED]
        if rank == min(likely)[0]
    ]
    return matches, seen


def _near(rows: Sequence[ArticleRow]) -> Mapping[str, Sequence[tuple[int, int]]]:
    """The rows that each near key may mean, with the rank of the slip."""
    share = MOST_KEYS // max(len(rows), 1)
    ranked: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        for key, rank in islice(near_keys(article_key(row.article)).items(), share):
            ranked[key].append((row.row, rank))
    return ranked


def _like(article: str, rank: int) -> Reason:
    code, ru, en = _SLIPS[rank]
    return Reason(
        f"match.{code}", f"Похоже на {article}: {ru}", f"Like {article}: {en}", {"article": article}
    )
