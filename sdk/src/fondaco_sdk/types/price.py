"""How a price is made: what plugins propose, and what the fold recorded.

See `fondaco_sdk.hooks.pricing` for the hook and its rules.
"""

from decimal import Decimal
from enum import IntEnum
from typing import Literal, TypeAlias

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


class PriceLine(Struct, frozen=True, gc=False):
    """A question: what does `quantity` (base units) of a product cost this customer?

    `line` is the asker's key of the line; the same product may stand in several lines.
    """

    line: int
    product_id: ProductId
    quantity: Decimal


class Offer(Struct, frozen=True, gc=False):
    """A price for a line. Within LIST the lowest `rank` wins, within one rank the lowest price.

    `unit_price` is for one base unit in `currency`; `vat_included` says whether VAT is in it.
    `final` stops later stages. `min_quantity` names the tier the price belongs to; `compare` marks
    the price that is shown struck through when the buyer's own differs.
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
    """Takes `percent` (0 to 100) or `amount` (per base unit, order currency) off a line."""

    line: int
    stage: Stage
    reason: Reason
    percent: Decimal | None = None
    amount: Decimal | None = None
    stackable: bool = False


class Bound(Struct, frozen=True, gc=False):
    """A floor or a cap of the unit price, in `currency` and VAT basis as an `Offer`."""

    line: int
    side: Literal["min", "max"]
    unit_price: Decimal
    currency: str
    vat_included: bool
    reason: Reason


PriceMove: TypeAlias = Offer | Discount | Bound


class PriceStep(Struct, frozen=True, gc=False):
    """What became of one proposal: the price before and after, who said so, and why it lost."""

    stage: int
    plugin: str
    reason: Reason
    before: Decimal | None
    after: Decimal | None
    applied: bool
    lost: Reason | None = None


class NextTier(Struct, frozen=True, gc=False):
    """How many more base units bring which lower unit price."""

    more: Decimal
    unit_price: Decimal


class LinePrice(Struct, frozen=True, gc=False):
    """The price of one line, in the quote's currency.

    `unit_price` includes VAT, is rounded to the minor unit, and is None where the customer has no
    price. `list_price` is the price after LIST. `total` = unit_price x quantity, rounded;
    `vat_amount` is the VAT inside `total`.
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


class Quote(Struct, frozen=True):
    """Prices of a whole cart or page. `total` and `vat_total` are the sums of the priced lines."""

    currency: str
    lines: tuple[LinePrice, ...]
    total: Decimal
    vat_total: Decimal
    unpriced: int
