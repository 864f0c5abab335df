"""Hooks about a cart before it becomes an order."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.verdict import Verdict


@spec(Failure.CLOSED, deadline=2.0)
async def cart_checks(ask: Ask, priced: PricedCart) -> Sequence[Verdict]:
    """What speaks against ordering this cart as it stands: multiples, minimum, limits.

    All verdicts are shown, not the first. A refusal stops the order; a check that fails or is late
    counts as a refusal.
    """
    return ()
