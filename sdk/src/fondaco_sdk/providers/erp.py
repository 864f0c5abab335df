"""An ERP that answers at once: what a cart costs now, and what is there of it.

A provider of kind "erp" is an `ErpGateway`. It only speaks to the ERP's service: the kernel asks it
before an order is placed, writes what it says where prices and stock stand, and goes by the last
known values, marked, when it is silent.

All prices are of one base unit, VAT included, in the currency of the question. Stock is in base
units and means what the ERP's reports of stock mean (`[stock] erp_reports`). Ids are the ERP's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

from msgspec import Struct

from fondaco_sdk.context import Net


class AskedPlace(Struct, frozen=True):
    """How much of a line is promised from a place; `place` "" is the ERP's stock in all."""

    place: str
    quantity: Decimal


class AskedLine(Struct, frozen=True):
    """A product that is being ordered. `unit_price` is what the agreement comes to as the portal
    knows it, before promotions, points and prices of a manager; None: it knows none."""

    product: str
    quantity: Decimal
    unit_price: Decimal | None
    places: tuple[AskedPlace, ...] = ()


class Terms(Struct, frozen=True):
    """On what conditions: `price_types` are the price lists of the agreement, the first first."""

    legal_entity: str
    agreement: str
    price_types: tuple[str, ...]
    currency: str


class LiveAsk(Struct, frozen=True):
    """A whole cart or order; each product is named once."""

    terms: Terms
    lines: tuple[AskedLine, ...]


class LiveLine(Struct, frozen=True):
    """What the ERP says of a product: `unit_price` (None: it has none for these terms) and `stock`
    by the places that were asked about. `gone`: it is not known there, or not sold any more."""

    product: str
    unit_price: Decimal | None
    stock: Mapping[str, Decimal] = {}
    gone: bool = False


class LiveAnswer(Struct, frozen=True):
    """A line for every line of the question; `as_of` is when it was true, aware."""

    as_of: datetime
    currency: str
    lines: Sequence[LiveLine]


class LivePrices(Struct, frozen=True):
    """Prices by product, None where there is none; `as_of` is when they were true, aware."""

    as_of: datetime
    currency: str
    prices: Mapping[str, Decimal | None]


@runtime_checkable
class ErpGateway(Protocol):
    """A provider of kind "erp". It gets `net` and never a database.

    A call raises `Unavailable` where the ERP does not answer in time or answers nonsense; half an
    answer is none.
    """

    async def confirm(self, net: Net, asked: LiveAsk) -> LiveAnswer:
        """Price and stock of all lines, within two seconds; large carts in parallel packets."""
        ...

    async def prices(self, net: Net, terms: Terms, products: Sequence[str]) -> LivePrices:
        """The prices of one packet of products under an agreement, within ten seconds."""
        ...
