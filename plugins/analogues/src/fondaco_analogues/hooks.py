"""What the plugin answers the kernel."""

from collections.abc import Sequence

from fondaco_analogues.lookup import matches_of, substitutes_of
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match
from fondaco_sdk.types.substitute import Substitute


@impl
async def substitutes(ask: Ask, products: Sequence[ProductId]) -> Sequence[Substitute]:
    """The cross-references of the products."""
    return await substitutes_of(ask, products)


@impl
async def match_articles(ask: Ask, rows: Sequence[ArticleRow]) -> Sequence[Match]:
    """The products that stand in for numbers of other brands."""
    return await matches_of(ask, rows)
