"""A plugin for the tests of prices by hand: its own tiers, a quantity that it alone knows, a floor
and something off the order; all as the test says."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.manifest import Plugin, Text
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.price import Bound, Discount, Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

PLUGIN = Plugin(
    name="bulk",
    version="0.1.0",
    title=Text("Опт", "Bulk"),
    hooks="dearer_plugin",
)
WHY = Reason("bulk.why", "Оптом дешевле", "Cheaper in bulk")


class World:
    """What the test decides."""

    tier: tuple[int, int] | None = None
    discount: tuple[int, int] | None = None
    floor: int | None = None
    off_order: int | None = None

    @classmethod
    def forget(cls) -> None:
        """Nothing of all that."""
        cls.tier = cls.discount = cls.floor = cls.off_order = None


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """The tier as an offer, the discount without a word of its quantity, and the floor."""
    moves: list[PriceMove] = []
    for line in lines:
        if World.tier:
            least, price = map(Decimal, World.tier)
            moves.append(
                Offer(line.line, Stage.PROMOTION, price, "RUB", True, WHY, min_quantity=least)
            )
        if World.discount and line.quantity >= World.discount[0]:
            percent = Decimal(World.discount[1])
            moves.append(Discount(line.line, Stage.LOYALTY, WHY, percent))
        if World.floor:
            moves.append(Bound(line.line, "min", Decimal(World.floor), "RUB", True, WHY))
    return moves


@impl
async def cart_moves(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """So many percent off the order."""
    return (CartMove(WHY, percent=Decimal(World.off_order)),) if World.off_order else ()
