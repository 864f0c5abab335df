"""The hook that makes prices."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.price import PriceLine, PriceMove


@spec(Failure.STRICT, deadline=2.0)
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """Proposals for the prices of a whole page or cart.

    Answer offers, discounts and bounds, each for a line and with a reason in both languages. The
    fold applies them by stage: LIST, CONTRACT, PROMOTION, LOYALTY, MANUAL, then bounds. A failure
    fails the request, naming the plugin: a price that silently lacks a rule is a wrong price.
    """
    return ()
