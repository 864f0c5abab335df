"""Hooks about placing an order."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import PaymentOption


@spec(Failure.CLOSED, deadline=2.0)
async def payment_options(ask: Ask, draft: PricedCart) -> Sequence[PaymentOption]:
    """How this customer may pay for this cart, and why not otherwise."""
    return ()
