"""Three per cent off a line of a hundred pieces and more."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

BULK = Reason("example.bulk", "От 100 штук: −3 %", "From 100 pieces: −3%")


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """No statement at all: everything is in the lines."""
    return tuple(
        Discount(line.line, Stage.PROMOTION, BULK, percent=Decimal(3))
        for line in lines
        if line.quantity >= 100
    )
