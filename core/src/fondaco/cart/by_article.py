"""The products that an article means, as far as it means them exactly."""

from collections.abc import Sequence

from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.match import ArticleRow, MatchRank
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason


async def products_meant(ask: AskContext, article: str) -> Sequence[Product]:
    """The products of the best rank, of those that may be seen; look-alikes do not count.

    Raises `UserError` where there is none.
    """
    if not article:
        reason = Reason("cart.no_article", "Введите артикул", "Type an article")
        raise UserError(reason, {"article": reason})
    rows = [ArticleRow(0, article)]
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    exact = [m for _, m in collected.proposals if m.rank < MatchRank.CROSS_REFERENCE]
    best = min((match.rank for match in exact), default=None)
    meant = {match.product_id for match in exact if match.rank == best}
    products = await ask.catalog.products(sorted(meant))
    if not products:
        reason = Reason(
            "cart.unknown_article",
            f"Артикула «{article}» в каталоге нет. Проверьте его или найдите товар поиском",
            f"The catalogue has no article “{article}”. Check it, or search for the product",
        )
        raise UserError(reason, {"article": reason})
    return tuple(products.values())
