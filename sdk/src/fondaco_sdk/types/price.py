"""How a price is made: what plugins propose, and what the fold recorded.

See `fondaco_sdk.hooks.pricing` for the hook and its rules.
"""

from decimal import Decimal
from enum import IntEnum
from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason


class Stage(IntEnum):
    """The stages of the fold, in their order."""

    LIST = 1
    CONTRACT = 2
    PROMOTION = 3
    LOYALTY = 4
    MANUAL = 5


BOUND_STEP = 6
ORDER_STEP = 7


class PriceLine(Struct, frozen=True, gc=False):
    """A question: what does `quantity` (base units) of a product cost this customer?

    `line` is the asker's key of the line; the same product may stand in several lines.
    """

    line: int
    product_id: ProductId
    quantity: Decimal


class Offer(Struct, frozen=True, gc=False):
    """A price for a line. Of a stage the lowest `rank` wins, within one rank the lowest price.

    `unit_price` is for one base unit in `currency`; `vat_included` says whether VAT is in it.
    `final` stops later stages. `min_quantity` names the tier the price belongs to. An offer whose
    `min_quantity` is above the quantity of the line is no price of it yet: it takes no part and
    leaves no step, but tells from where on the line costs less (`LinePrice.next_tier`). Offer the
    tier that the quantity reaches, and the next one.
    """

    line: int
    stage: Stage
    unit_price: Decimal
    currency: str
    vat_included: bool
    reason: Reason
    rank: int = 0
    final: bool = False
    min_quantity: Decimal = Decimal(0)


class Discount(Struct, frozen=True, gc=False):
    """Takes `percent` (at most 100) or `amount` (per base unit, order currency) off a line.

    At CONTRACT `percent` may be below zero, a surcharge, and the lowest `rank` wins, within one
    rank what is best for the buyer. At the other stages it only lowers, and `rank` is not read.
    """

    line: int
    stage: Stage
    reason: Reason
    percent: Decimal | None = None
    amount: Decimal | None = None
    stackable: bool = False
    rank: int = 0


class Bound(Struct, frozen=True, gc=False):
    """A floor or a cap of the unit price, in `currency` and VAT basis as an `Offer`."""

    stage: ClassVar[int] = BOUND_STEP
    line: int
    side: Literal["min", "max"]
    unit_price: Decimal
    currency: str
    vat_included: bool
    reason: Reason


PriceMove: TypeAlias = Offer | Discount | Bound


class PriceStep(Struct, frozen=True, gc=False):
    """What became of one proposal: the price before and after, who said so, and why it lost.

    `stage` is a `Stage`, `BOUND_STEP`, or `ORDER_STEP` for what was taken off the order as a whole:
    there `before` and `after` are totals of the line, with all other steps they are unit prices.
    """

    stage: int
    plugin: str
    reason: Reason
    before: Decimal | None
    after: Decimal | None
    applied: bool
    lost: Reason | None = None


class NextTier(Struct, frozen=True, gc=False):
    """How many `more` base units bring which lower unit price, rounded and with VAT.

    It leads to the smallest whole multiple at which the offers known by their tiers make the price
    lower, all else being proposed as now. A rule that looks at quantities in another way, or at
    the whole cart, may still change it, and so may the goods' running out.
    """

    more: Decimal
    unit_price: Decimal


class LinePrice(Struct, frozen=True, gc=False):
    """The price of one line, in the quote's currency.

    `unit_price` includes VAT, is rounded to the minor unit, and is None where the customer has no
    price. `list_price` is the price after LIST. `total` = unit_price x quantity, rounded, less
    `order_discount`, the line's share of what was taken off the order as a whole; `vat_amount` is
    the VAT inside `total`. `no_price` says why there is none, where more can be said than that
    nothing was offered. `least` is what a unit may come down to after that, None: to nothing; it is
    not for the eyes of buyers.
    """

    line: int
    product_id: ProductId
    quantity: Decimal
    unit_price: Decimal | None
    list_price: Decimal | None
    total: Decimal | None
    vat: str
    vat_rate: Decimal
    vat_amount: Decimal
    steps: tuple[PriceStep, ...]
    next_tier: NextTier | None = None
    no_price: Reason | None = None
    order_discount: Decimal = Decimal(0)
    least: Decimal | None = None


class Quote(Struct, frozen=True):
    """Prices of a whole cart or page. `total` and `vat_total` are the sums of the priced lines."""

    currency: str
    lines: tuple[LinePrice, ...]
    total: Decimal
    vat_total: Decimal
    unpriced: int
