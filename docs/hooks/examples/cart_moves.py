"""Two per cent off orders from 50,000."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.reason import Reason

LARGE = Decimal(50_000)
WHY = Reason("example.large", "Заказ от 50 000: −2 %", "Order from 50,000: −2%")


@impl
async def cart_moves(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """One move for the whole order; below its minimum the kernel only tells of it."""
    return (CartMove(WHY, percent=Decimal(2), min_total=LARGE),) if priced.lines else ()
