"""Hooks about placing an order."""

from collections.abc import Sequence

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order, PaymentOption


@spec(Failure.CLOSED, deadline=2.0)
async def payment_options(ask: Ask, draft: PricedCart) -> Sequence[PaymentOption]:
    """How this customer may pay for this cart, and why not otherwise."""
    return ()


@spec(Failure.STRICT, deadline=5.0)
async def order_placing(act: Act, order: Order) -> Sequence[None]:
    """What must happen with the order or not at all, in its transaction: hold, redeem, use up.

    Raise `UserError` to refuse the order with a reason; nothing of it remains. Answer `()`.
    """
    return ()
