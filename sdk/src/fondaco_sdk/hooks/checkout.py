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
async def payments_changing(act: Act, order: Order) -> None:
    """A placed order is to be paid otherwise: take what its parts use up now, give back the rest.

    Asked after `order.payments` were written, when the buyer pays a part in another way, or when
    staff accept a change that the buyer asked for; in the same transaction. Raise a `Conflict`
    where it cannot be had, and everything stays as it was. Whoever tells of a fact, such as the
    ERP that changes an order, does not ask: the event `order.amended.v1` is all there is then.
    """


@spec(Failure.STRICT, deadline=5.0)
async def order_placing(act: Act, order: Order, priced: PricedCart) -> None:
    """Take what this order uses up, inside its own transaction: a code, points, a limit.

    The order and its lines are written; `priced` is the cart they were made of, with every price
    step. Its number comes last and is "" here: keep the order's uuid, and show the number by
    `fondaco_api.order_v1`. Lock, look and write: what is written here stays if and only if the
    order does. Raise a `Conflict` where it cannot be had any more, and nothing is ordered; if the
    cart is then again what the buyer was shown, the kernel asks once more. No calls to the outside.
    An order that waits for an approval is asked about when it is written, and never again.
    """
