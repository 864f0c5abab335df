"""Three per cent off a line of a hundred pieces and more; a price of its own from a thousand on."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Discount, Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

BULK = Reason("example.bulk", "От 100 штук: −3 %", "From 100 pieces: −3%")
PALLET = Reason("example.pallet", "Цена от 1000 штук", "Price from 1,000 pieces")
THOUSAND = Decimal(1000)


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """No statement at all: everything is in the lines."""
    moves: list[PriceMove] = []
    for line in lines:
        if line.quantity >= 100:
            moves.append(Discount(line.line, Stage.PROMOTION, BULK, percent=Decimal(3)))
            moves.append(
                Offer(
                    line.line,
                    Stage.CONTRACT,
                    Decimal(70),
                    "RUB",
                    True,
                    PALLET,
                    min_quantity=THOUSAND,
                )
            )
    return moves
