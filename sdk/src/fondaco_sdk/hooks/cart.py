"""Hooks about a cart before it becomes an order."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.verdict import Verdict


@spec(Failure.STRICT, deadline=2.0)
async def cart_moves(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """What should be taken off this order as a whole, now that its lines have prices.

    The kernel spreads it over the lines to the kopeck and keeps to their bounds. A failure fails
    the request, naming the plugin: a total that silently lacks a rule is a wrong total.
    """
    return ()


@spec(Failure.CLOSED, deadline=2.0)
async def cart_checks(ask: Ask, priced: PricedCart) -> Sequence[Verdict]:
    """What speaks against ordering this cart as it stands: multiples, minimum, limits.

    All verdicts are shown, not the first. A refusal stops the order; a check that fails or is late
    counts as a refusal.
    """
    return ()
