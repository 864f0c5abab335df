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


class Order(Struct, frozen=True):
    """An order. `placed_at` is aware UTC."""

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


class PaymentOption(Struct, frozen=True):
    """A way to pay this order; `refusal` says why it cannot be chosen."""

    code: str
    title: Reason
    note: Reason | None = None
    refusal: Reason | None = None
