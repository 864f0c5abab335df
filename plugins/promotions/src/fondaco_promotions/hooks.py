"""What the plugin answers the kernel."""

from collections.abc import Sequence

from fondaco_promotions.running import Running, running
from fondaco_promotions.uses import take_uses
from fondaco_promotions.wording import reason_of
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Stage


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """Every campaign off a unit's price, for each line it is for."""
    found = await running(ask, "unit", {line.line: line.product_id for line in lines})
    moves: list[PriceMove] = []
    for one in found:
        reason, off = reason_of(ask, one.campaign, one.code), one.campaign
        moves += [
            Discount(line, Stage.PROMOTION, reason, off.percent, off.amount, off.stackable)
            for line in one.lines
        ]
    return moves


@impl
async def cart_moves(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """Every campaign off the order; the kernel looks at their minimums."""
    found = await running(ask, "order", {line.line: line.product.id for line in priced.lines})
    return [_move(ask, one) for one in found]


@impl
async def order_placing(act: Act, order: Order, priced: PricedCart) -> None:
    """Use up what this order's prices rest on, or refuse the order."""
    await take_uses(act, order, priced)


def _move(ask: Ask, one: Running) -> CartMove:
    off = one.campaign
    return CartMove(
        reason_of(ask, off, one.code),
        off.percent,
        off.amount,
        one.lines,
        off.stackable,
        off.min_total,
    )
