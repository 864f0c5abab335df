"""Hooks about which product is meant."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match
from fondaco_sdk.types.substitute import Substitute


@spec(Failure.DEGRADE, deadline=2.0)
async def match_articles(ask: Ask, rows: Sequence[ArticleRow]) -> Sequence[Match]:
    """What each typed or uploaded article number may mean.

    Called once for a whole list. Answer any number of matches per row, each with its rank; the
    kernel keeps the best rank of each row, and asks the buyer where several products share it.
    When it fails the list is answered without this plugin's matches, and says so.
    """
    return ()


@spec(Failure.DEGRADE, deadline=2.0)
async def substitutes(ask: Ask, products: Sequence[ProductId]) -> Sequence[Substitute]:
    """What may stand in for each of `products`.

    Called once for a whole page. Answer in any order; the kernel leaves out what the customer may
    not order and what cannot be had, and ranks the others by kind, date, price and margin. It does
    not ask what stands in for a substitute. When it fails the page says so.
    """
    return ()
