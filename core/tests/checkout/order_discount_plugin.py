"""A plugin for the tests of order discounts: takes off what the test says, keeps what it saw."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict
from fondaco_sdk.hooks import impl
from fondaco_sdk.manifest import Plugin, Text
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

PLUGIN = Plugin(
    name="rebate",
    version="0.1.0",
    title=Text("Скидка", "Rebate"),
    hooks="order_discount_plugin",
)
WHY = Reason("rebate.why", "Скидка на весь заказ", "Off the whole order")
GONE = Reason("rebate.gone", "Скидки больше нет", "The rebate is gone")


class World:
    """What the test decides, and the orders that were about to be placed."""

    amount = Decimal(0)
    min_total: Decimal | None = None
    refuses = False
    placing: ClassVar[list[tuple[Order, PricedCart]]] = []


@impl
async def cart_moves(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """The amount of the moment, from the minimum of the moment on."""
    if not World.amount:
        return ()
    return (CartMove(WHY, amount=World.amount, min_total=World.min_total),)


@impl
async def order_placing(act: Act, order: Order, priced: PricedCart) -> None:
    """Look, and refuse where the test wants it."""
    World.placing.append((order, priced))
    if World.refuses:
        raise Conflict(GONE)
