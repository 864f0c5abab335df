"""Payloads of what leaves for 1C. Money with VAT, in the order's currency; decimals are strings.

A field is never changed and never taken away in `v1`; others may be added.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco_erp_1c.orders import BuyerOut, DeliveryOut, LineOut, PaymentOut, SellerOut


class DocumentTold(Struct, frozen=True):
    """What one seller sends in one shipment: a document of the ERP. Days are of the site's zone.

    `total` is that of the lines and of `deliveries`, of which there is one where bringing it has a
    price, else none.
    """

    uuid: UUID
    number: str
    seller: SellerOut
    delivery: str
    address: str
    place: str
    wanted_on: date | None
    promised: date | None
    lines: tuple[LineOut, ...]
    total: Decimal
    vat_total: Decimal
    deliveries: tuple[DeliveryOut, ...] = ()


class OrderTold(Struct, frozen=True):
    """An order as it stands now, whatever has happened to it. `placed_at` is aware UTC.

    `order` is its UUID on the portal, by which the ERP tells of its state; `agreement` the ERP's
    id, or the number where it has none. `deliveries` are those of all `documents`.
    """

    order: UUID
    number: str
    state: str
    placed_at: datetime
    currency: str
    total: Decimal
    vat_total: Decimal
    payments: tuple[PaymentOut, ...]
    agreement: str
    comment: str
    customer_reference: str
    buyer: BuyerOut
    documents: tuple[DocumentTold, ...]
    deliveries: tuple[DeliveryOut, ...] = ()


class PaymentTold(Struct, frozen=True):
    """Money that came for an order, or went back; what the ERP itself has told of is not told.

    `source` is whoever took it ("yookassa", "statement", "staff"), `reference` its own name for the
    money: the same pair is the same money. `received` is what has come for the order in all. `at`
    is aware UTC.
    """

    order: UUID
    number: str
    way: str
    amount: Decimal
    received: Decimal
    currency: str
    source: str
    reference: str
    at: datetime


class ProductAskedFor(Struct, frozen=True):
    """A product that somebody wants; `product` and `company` are the ERP's ids, or UUIDs of the
    portal where it has none. `at` is aware UTC."""

    product: str
    sku: str
    name: str
    company: str
    company_name: str
    at: datetime


class LineAskedFor(Struct, frozen=True):
    """A line of an order as it is and as the buyer would have it, 0: without it; base units.

    `product` is the ERP's id, or the UUID of the portal where it has none.
    """

    product: str
    sku: str
    name: str
    quantity: Decimal
    wanted: Decimal


class ChangeAskedFor(Struct, frozen=True):
    """A buyer asks for a change of a placed order; it is as it was until somebody answers.

    `lines` are only those that are to be others; `wanted_on`: not before this day, None: as it is.
    `at` is aware UTC.
    """

    order: UUID
    number: str
    request: UUID
    comment: str
    wanted_on: date | None
    lines: tuple[LineAskedFor, ...]
    at: datetime


class ChangeAnswered(Struct, frozen=True):
    """What became of a request; `outcome` is "accepted", "refused" or "withdrawn".

    The order as it is by it comes as `order.changed.v1`. `at` is aware UTC.
    """

    order: UUID
    number: str
    request: UUID
    outcome: str
    said: str
    wanted_on: date | None
    at: datetime
