"""Articles with a customer's prefix: everything after `X-` is our article."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, Text, bindparam, text

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match, MatchRank
from fondaco_sdk.types.reason import Reason

PREFIX = "X-"
BY_SKU = text("select id, sku from fondaco_api.product_v1 where sku = any(:skus)").bindparams(
    bindparam("skus", type_=ARRAY(Text))
)


@impl
async def match_articles(ask: Ask, rows: Sequence[ArticleRow]) -> Sequence[Match]:
    """One statement for the whole list, by the SDK's view of products."""
    wanted = {row.row: row.article.removeprefix(PREFIX) for row in rows if _ours(row)}
    if not wanted:
        return ()
    found = await ask.fetch(BY_SKU, {"skus": list(wanted.values())})
    product_of = {sku: ProductId(id_) for id_, sku in found}
    why = Reason("example.prefix", "Артикул после «X-»", "The article after “X-”")
    return tuple(
        Match(row, product_of[sku], MatchRank.OWN_CODE, why)
        for row, sku in wanted.items()
        if sku in product_of
    )


def _ours(row: ArticleRow) -> bool:
    return row.article.startswith(PREFIX)
