"""Prices that a person of ours gave: to a customer until a day, or for lines of the cart."""

from collections.abc import Sequence

from fondaco.pricing.manual import given_prices
from fondaco.pricing.may_give import Given
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """An offer for each line whose product has one."""
    if not lines:
        return ()
    given = await given_prices(ask, [line.product_id for line in lines])
    return tuple(_offer(line, given[line.product_id]) for line in lines if line.product_id in given)


def _offer(line: PriceLine, given: Given) -> Offer:
    reason = Reason(
        "manual.price",
        f"Цена согласована с вашим менеджером ({given.given_by}): {given.reason}",
        f"Price agreed with your manager ({given.given_by}): {given.reason}",
        {"by": given.given_by, "reason": given.reason},
    )
    return Offer(line.line, Stage.MANUAL, given.price, given.currency, True, reason)
