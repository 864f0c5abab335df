"""The cart as plugins see it."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.types.ids import CompanyId, OutletId
from fondaco_sdk.types.price import LinePrice, Quote
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply


class LineSource(StrEnum):
    """Where a cart line came from, for analytics."""

    SEARCH = "search"
    PRODUCT = "product"
    LIST = "list"
    REPEAT = "repeat"
    RECOMMENDATION = "recommendation"
    ANALOGUE = "analogue"
    API = "api"


class CartShare(Struct, frozen=True, gc=False):
    """What one outlet gets of a line: a quantity, with its part of the money and of the supply.

    `price` and `supply` carry the key of the line. It becomes a line of the order as it stands.
    """

    outlet: OutletId
    outlet_uuid: UUID
    outlet_name: str
    quantity: Decimal
    price: LinePrice
    supply: LineSupply


class PricedCartLine(Struct, frozen=True, gc=False):
    """A cart line with its product, price and supply. `line` is its key in hooks.

    `replaced` is the product instead of which the buyer took this one. In a cart that is shared out
    over outlets the sums of `price` are those of its `shares`, and of
    what is not shared out yet.
    """

    line: int
    uuid: UUID
    product: Product
    quantity: Decimal
    source: LineSource
    price: LinePrice
    supply: LineSupply
    shares: tuple[CartShare, ...] = ()
    replaced: Product | None = None

    @property
    def unshared(self) -> Decimal:
        """What no outlet gets yet; the whole quantity in a cart for one address."""
        return self.quantity - sum((share.quantity for share in self.shares), Decimal(0))


class NextDiscount(Struct, frozen=True, gc=False):
    """How much `more` (order currency) brings the next discount on the order, whose `reason` it is.

    It is counted in what its `lines` come to; none named: the whole order.
    """

    more: Decimal
    reason: Reason
    lines: tuple[int, ...] = ()


class PricedCart(Struct, frozen=True):
    """A whole cart, priced and sourced.

    `next_discount`: one that it has not come to yet. `by_outlets`: it is shared out over several
    outlets.
    """

    uuid: UUID
    company_id: CompanyId
    lines: tuple[PricedCartLine, ...]
    quote: Quote
    by_outlets: bool = False
    next_discount: NextDiscount | None = None

    def consigned(self) -> Mapping[OutletId, tuple[PricedCartLine, ...]]:
        """What each outlet gets: lines of its quantities, money and supply, with the one share."""
        found: dict[OutletId, list[PricedCartLine]] = {}
        for line in self.lines:
            for share in line.shares:
                part = replace(
                    line,
                    quantity=share.quantity,
                    price=share.price,
                    supply=share.supply,
                    shares=(share,),
                )
                found.setdefault(share.outlet, []).append(part)
        return {outlet: tuple(lines) for outlet, lines in found.items()}


class CartMove(Struct, frozen=True, gc=False):
    """Takes `percent` (at most 100) or `amount` (order currency) off the order, or off some lines.

    `lines` are their keys; none named: the whole order. A move that is not `stackable` counts from
    the price before PROMOTION and LOYALTY, and each line keeps the better of both. Of several such
    moves the one that takes off most applies. Stackable ones come after it, off what is left.

    A move whose lines do not come to its `min_total`, before anything is taken off the order, takes
    no part and leaves no step, but tells how much more brings it (`PricedCart.next_discount`).

    With `share` a move pays rather than discounts: points, a gift card. It excludes nobody, comes
    after all discounts, and takes at most `share` percent of what is left then.
    """

    reason: Reason
    percent: Decimal | None = None
    amount: Decimal | None = None
    lines: tuple[int, ...] = ()
    stackable: bool = False
    min_total: Decimal | None = None
    share: Decimal | None = None
