"""The cart as plugins see it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.types.ids import CompanyId, OutletId, PlaceId
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


class CartWay(StrEnum):
    """How an order is sent: all of it when the last line is ready, each day what is ready by then,
    to several outlets, or in the deliveries that the buyer has put together.
    """

    TOGETHER = "together"
    AS_READY = "as_ready"
    OUTLETS = "outlets"
    DELIVERIES = "deliveries"


class CartPart(Struct, frozen=True):
    """What becomes a shipment of its own. `key` tells it from the other parts of the cart.

    It goes to an `outlet`, is fetched at a `place`, or, where it has only the day on which it is
    `ready_on`, goes where the buyer says at the checkout. Until `wanted_on` it is not sent.
    """

    key: str
    name: str = ""
    outlet: OutletId | None = None
    place: PlaceId | None = None
    wanted_on: date | None = None
    ready_on: date | None = None

    def day(self, ready: date | None) -> date | None:
        """When goods that are ready on a day are with the buyer: not before they are wanted."""
        if ready is None or self.wanted_on is None:
            return ready
        return max(ready, self.wanted_on)


class CartShare(Struct, frozen=True, gc=False):
    """What one part gets of a line: a quantity, with its share of the money and its own goods.

    `price` and `supply` carry the key of the line. It becomes a line of the order as it stands.
    """

    part: CartPart
    quantity: Decimal
    price: LinePrice
    supply: LineSupply

    @property
    def promised(self) -> date | None:
        """The day on which all of it is with the buyer; None if some is missing."""
        return self.part.day(self.supply.promised)


class PricedCartLine(Struct, frozen=True, gc=False):
    """A cart line with its product, price and supply. `line` is its key in hooks.

    `replaced` is the product instead of which the buyer took this one. In a cart that is sent in
    parts the sums of `price` are those of its `shares`, and of what is in no part yet.
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
        """What is in no part yet; the whole quantity in a cart that is sent together."""
        return self.quantity - sum((share.quantity for share in self.shares), Decimal(0))

    @property
    def promised(self) -> date | None:
        """The day on which the last of it is with the buyer; None if some is missing."""
        ready = self.supply.promised
        if ready is None or not self.shares:
            return ready
        return max(ready, *(share.promised or ready for share in self.shares))


class NextDiscount(Struct, frozen=True, gc=False):
    """How much `more` (order currency) brings the next discount on the order, whose `reason` it is.

    It is counted in what its `lines` come to; none named: the whole order.
    """

    more: Decimal
    reason: Reason
    lines: tuple[int, ...] = ()


class PricedCart(Struct, frozen=True):
    """A whole cart, priced and sourced.

    `next_discount`: one that it has not come to yet. `way`: how it is sent. At the checkout
    `delivery` is what bringing it costs, as the buyer chose it, with the VAT `delivery_vat` in it.
    """

    uuid: UUID
    company_id: CompanyId
    lines: tuple[PricedCartLine, ...]
    quote: Quote
    way: CartWay = CartWay.TOGETHER
    next_discount: NextDiscount | None = None
    delivery: Decimal = Decimal(0)
    delivery_vat: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """What is to be paid: the goods, and bringing them."""
        return self.quote.total + self.delivery

    @property
    def vat_total(self) -> Decimal:
        """The VAT in it."""
        return self.quote.vat_total + self.delivery_vat

    @property
    def by_outlets(self) -> bool:
        """Whether it is shared out over several outlets."""
        return self.way is CartWay.OUTLETS

    @property
    def dealt_out(self) -> bool:
        """Whether the buyer says which part gets how much of a line."""
        return self.way in (CartWay.OUTLETS, CartWay.DELIVERIES)

    def consigned(self) -> Mapping[CartPart, tuple[PricedCartLine, ...]]:
        """What each part gets: lines of its quantities, money and supply, with the one share."""
        found: dict[CartPart, list[PricedCartLine]] = {}
        for line in self.lines:
            for share in line.shares:
                part = replace(
                    line,
                    quantity=share.quantity,
                    price=share.price,
                    supply=share.supply,
                    shares=(share,),
                )
                found.setdefault(share.part, []).append(part)
        return {part: tuple(lines) for part, lines in found.items()}


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
