"""Cash on pickup, up to the limit for payments between legal entities."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import PaymentOption
from fondaco_sdk.types.reason import Reason

MOST = Decimal(100_000)
CASH = Reason("example.cash", "Наличными при получении", "Cash on pickup")
TOO_MUCH = Reason(
    "example.cash_limit",
    "Наличными можно заплатить не больше 100 000 по одному договору",
    "No more than 100,000 may be paid in cash under one agreement",
)


@impl
async def payment_options(ask: Ask, draft: PricedCart) -> Sequence[PaymentOption]:
    """Offered always; above the limit with the reason why it cannot be chosen."""
    refusal = TOO_MUCH if draft.total > MOST else None
    return (PaymentOption("cash", CASH, refusal=refusal),)
