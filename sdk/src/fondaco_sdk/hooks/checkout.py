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
async def order_placing(act: Act, order: Order, priced: PricedCart) -> None:
    """Take what this order uses up, inside its own transaction: a code, points, a limit.

    The order and its lines are written; `priced` is the cart they were made of, with every price
    step. Lock, look and write: what is written here stays if and only if the order does. Raise a
    `Conflict` where it cannot be had any more, and nothing is ordered; if the cart is then again
    what the buyer was shown, the kernel asks once more. No calls to the outside.
    An order that waits for an approval is asked about when it is written, and never again.
    """
