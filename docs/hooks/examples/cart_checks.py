"""Orders begin at 5,000."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.verdict import Severity, Verdict

LEAST = Decimal(5000)


@impl
async def cart_checks(ask: Ask, priced: PricedCart) -> Sequence[Verdict]:
    """One verdict for the whole cart, telling how much is missing."""
    missing = LEAST - priced.quote.total
    if missing <= 0:
        return ()
    return (
        Verdict(
            Severity.REFUSAL,
            Reason(
                "example.least",
                f"Заказ от {LEAST}: не хватает {missing}",
                f"Orders begin at {LEAST}: {missing} is missing",
                {"missing": str(missing)},
            ),
        ),
    )
