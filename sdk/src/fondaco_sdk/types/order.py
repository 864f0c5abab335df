"""Orders as plugins see them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId, ProductId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.reason import Reason


class OrderState(StrEnum):
    """The states of an order.

    One that waits for an approval is written and holds its goods; nobody outside is told yet.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    PLACED = "placed"
    CONFIRMED = "confirmed"
    AWAITING_PAYMENT = "awaiting_payment"
    PICKING = "picking"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class OrderLine(Struct, frozen=True):
    """A line of an order; money in the order's currency, VAT included.

    `total` is what counts: unit_price x quantity, less a share of what was taken off the order.
    `replaced` is the article (or name) of the product instead of which the buyer took this one.
    """

    line: int
    product_id: ProductId
    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat: str
    vat_amount: Decimal
    promised: date | None
    replaced: str = ""

    def order_discount(self, currency: str) -> Decimal:
        """The line's share of what was taken off the order as a whole."""
        return round_money(self.unit_price * self.quantity, currency) - self.total


class OrderPayment(Struct, frozen=True):
    """A part of an order's total, to be paid in one way; money in the order's currency.

    `way` is the code of the `PaymentOption` that the buyer chose. With `before` it has to be there
    before the goods leave. `received` is what came for it, less what went back; it may be more than
    the `amount`.
    """

    uuid: UUID
    way: str
    title: Reason
    amount: Decimal
    received: Decimal
    before: bool = False
    provider: str = ""

    @property
    def open(self) -> Decimal:
        """What is still to come."""
        return max(self.amount - self.received, Decimal(0))


class OrderDelivery(Struct, frozen=True):
    """How a shipment of an order is brought, as the buyer chose it of what was offered.

    `price` is in the order's currency, VAT of the code `vat` included; `code` and `title` are those
    of the `DeliveryOffer`. The goods arrive between the two days, both included. With `point_code`
    the buyer fetches them at that pickup point of the carrier.
    """

    shipment: UUID
    code: str
    title: Reason
    price: Decimal
    vat: str
    vat_rate: Decimal
    vat_amount: Decimal
    arrives_from: date | None = None
    arrives_until: date | None = None
    carrier: str = ""
    point_code: str = ""
    point_text: str = ""


class AmendedLine(Struct, frozen=True):
    """A line as it is to be: base units, money in the order's currency with VAT included."""

    product_id: ProductId
    quantity: Decimal
    unit_price: Decimal
    total: Decimal


class Order(Struct, frozen=True):
    """An order. `placed_at` is aware UTC; the amounts of its `payments` come to its total.

    The total is that of its `lines` and of its `deliveries`; a shipment that is fetched, or brought
    for a price that nobody has named yet, is not among these.
    """

    id: OrderId
    uuid: UUID
    number: str
    company_id: CompanyId
    legal_entity_id: LegalEntityId
    state: OrderState
    currency: str
    total: Decimal
    vat_total: Decimal
    placed_at: datetime
    lines: tuple[OrderLine, ...] = ()
    payments: tuple[OrderPayment, ...] = ()
    deliveries: tuple[OrderDelivery, ...] = ()

    @property
    def delivery_price(self) -> Decimal:
        """What of the total is for bringing the goods."""
        return sum((one.price for one in self.deliveries), Decimal(0))

    @property
    def received(self) -> Decimal:
        """What came for it, less what went back."""
        return sum((one.received for one in self.payments), Decimal(0))

    @property
    def paid(self) -> bool:
        """Whether exactly its total has come."""
        return self.received == self.total

    @property
    def prepaid(self) -> bool:
        """Whether everything has come that has to be there before the goods leave."""
        return all(one.received >= one.amount for one in self.payments if one.before)


class PaymentOption(Struct, frozen=True):
    """A way to pay this order; `refusal` says why it cannot be chosen.

    `up_to` is the most it can pay of this order (in the order's currency; None: all of it); the
    buyer then chooses another way for the rest. `before`: the money has to be there before the
    goods leave. `provider` names the acquirer (a provider of kind "payment") that takes it at once.

    Options of one code, from whichever plugins, are one: refused if any refuses, up to the least,
    before if any says so. A plugin narrows the ways of others by it. The title is that of the
    kernel's own option, where it has one, and the note that of the plugin.
    """

    code: str
    title: Reason
    note: Reason | None = None
    refusal: Reason | None = None
    up_to: Decimal | None = None
    before: bool = False
    provider: str = ""
