"""What the plugin answers the kernel."""

from collections.abc import Sequence

from fondaco_credit_limit.offering import option_of, standing_of
from fondaco_credit_limit.placing import take_credit, take_difference
from fondaco_credit_limit.wording import PREPAID, refused
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order, PaymentOption
from fondaco_sdk.types.verdict import Severity, Verdict


@impl
async def payment_options(ask: Ask, draft: PricedCart) -> Sequence[PaymentOption]:
    """On credit, as far as the limit goes; an invoice is then paid beforehand.

    Nothing for a legal entity without an account.
    """
    standing = await standing_of(ask)
    if standing is None:
        return ()
    return (
        PaymentOption("invoice", PREPAID, PREPAID, before=True),
        option_of(ask, standing, draft),
    )


@impl
async def cart_checks(ask: Ask, priced: PricedCart) -> Sequence[Verdict]:
    """A legal entity that is stopped cannot order; one that is late hears of it."""
    standing = await standing_of(ask)
    if standing is None or not standing.stops or not priced.lines:
        return ()
    return (Verdict(Severity.REFUSAL, refused(ask.words, standing)),)


@impl
async def order_placing(act: Act, order: Order) -> None:
    """Hold what the order takes of the limit, or refuse it."""
    await take_credit(act, order)


@impl
async def payments_changing(act: Act, order: Order) -> None:
    """Hold more of the limit or less, as the part on credit is now, or refuse it."""
    await take_difference(act, order)
