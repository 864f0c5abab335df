"""Events, as they leave a transaction. A name carries its version; a field is never changed.

`key` is the lane: events of one key reach a subscriber in their order, one at a time.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId, ProductId
from fondaco_sdk.types.order import OrderState


class Event(Struct, frozen=True, kw_only=True):
    """The base of events; `type_name` is the name on the wire."""

    type_name: ClassVar[str]

    @property
    def key(self) -> str:
        """The lane of this event; by default all events of a type share one."""
        return self.type_name


class OrderEvent(Event, frozen=True, kw_only=True):
    """The base of what happens to an order. Times are aware UTC."""

    order_id: OrderId
    order_uuid: UUID
    number: str
    company_id: CompanyId
    legal_entity_id: LegalEntityId
    at: datetime

    @property
    def key(self) -> str:
        """All events of one order stay in their order."""
        return f"order:{self.order_id}"


class OrderPlacedV1(OrderEvent, frozen=True, kw_only=True):
    """An order was placed; `total` includes VAT, in `currency`.

    One that needs an approval is told of when it has it.
    """

    type_name = "order.placed.v1"
    total: Decimal
    currency: str


class OrderStateChangedV1(OrderEvent, frozen=True, kw_only=True):
    """An order moved from `before` to `after`."""

    type_name = "order.state_changed.v1"
    before: OrderState
    after: OrderState


class OrderCancelledV1(OrderEvent, frozen=True, kw_only=True):
    """An order was cancelled; its reservations were released in the same transaction.

    Also one that was never approved, of which no `OrderPlacedV1` told: hooks had used up something
    for it when it was written.
    """

    type_name = "order.cancelled.v1"
    total: Decimal
    currency: str


class PaymentReceivedV1(OrderEvent, frozen=True, kw_only=True):
    """Money came for an order: `amount` in `currency`, in the way `way`; `source` told of it.

    `received` is what has come for the order in all; `prepaid`: everything is there that has to be
    before the goods leave; `paid`: exactly the total is.
    """

    type_name = "payment.received.v1"
    way: str
    source: str
    reference: str
    amount: Decimal
    received: Decimal
    currency: str
    prepaid: bool
    paid: bool


class PaymentRefundedV1(OrderEvent, frozen=True, kw_only=True):
    """Money of an order went back to the buyer: `amount` (positive) in `currency`; see `source`.

    `received` is what is left of what came for the order. `struck`: nothing went back, the money
    had been counted by mistake.
    """

    type_name = "payment.refunded.v1"
    way: str
    source: str
    reference: str
    amount: Decimal
    received: Decimal
    currency: str
    struck: bool = False


class LineDate(Struct, frozen=True):
    """The day promised for an order's line, as it was and as it is; None: no day is known."""

    line: int
    product_id: ProductId
    before: date | None
    after: date | None


class OrderDatesChangedV1(OrderEvent, frozen=True, kw_only=True):
    """Goods of a placed order come on other days than promised; the buyer was told.

    `lines` are those whose day as a whole has moved. Their goods are held as before, be it in other
    places.
    """

    type_name = "order.dates_changed.v1"
    lines: tuple[LineDate, ...]


class ProductsChangedV1(Event, frozen=True, kw_only=True):
    """Products were created, changed or taken off sale by an import, or moved among assortments."""

    type_name = "products.changed.v1"
    product_ids: tuple[ProductId, ...]
    generation: int

    @property
    def key(self) -> str:
        """The catalogue is one lane."""
        return "catalogue"


class DocumentReadyV1(Event, frozen=True, kw_only=True):
    """A document was rendered and can be fetched."""

    type_name = "document.ready.v1"
    document_uuid: UUID
    kind: str
    company_id: CompanyId
    order_uuid: UUID | None = None

    @property
    def key(self) -> str:
        """A document is its own lane."""
        return f"document:{self.document_uuid}"


class CompaniesMergedV1(Event, frozen=True, kw_only=True):
    """A client without a tax id was merged into another company, for good.

    People, outlets, orders and `legal_entity_ids` belong to `into_company_id` now; move what you
    keep under `company_id`. Agreements of the merged client are no longer in force.
    """

    type_name = "companies.merged.v1"
    company_id: CompanyId
    into_company_id: CompanyId
    legal_entity_ids: tuple[LegalEntityId, ...]
    at: datetime

    @property
    def key(self) -> str:
        """What is merged into one company stays in its order."""
        return f"company:{self.into_company_id}"


class AnalogueWantedV1(Event, frozen=True, kw_only=True):
    """Somebody wanted a product that cannot be had, and nothing stands in for it.

    Told once for a product and a day; `company_id` is the first customer who wanted it that day.
    """

    type_name = "analogue.wanted.v1"
    product_id: ProductId
    company_id: CompanyId
    at: datetime

    @property
    def key(self) -> str:
        """A product is its own lane."""
        return f"product:{self.product_id}"


class AssortmentRequestedV1(Event, frozen=True, kw_only=True):
    """A customer asked for a product that they may see and not order; staff will answer."""

    type_name = "assortment.requested.v1"
    request_uuid: UUID
    product_id: ProductId
    company_id: CompanyId
    at: datetime

    @property
    def key(self) -> str:
        """A request is its own lane."""
        return f"request:{self.request_uuid}"


class LineAmended(Struct, frozen=True):
    """A line as it was and as it is; 0 where it was added, or taken off. Money includes VAT."""

    line: int
    product_id: ProductId
    quantity_before: Decimal
    quantity_after: Decimal
    total_before: Decimal
    total_after: Decimal


class OrderAmendedV1(OrderEvent, frozen=True, kw_only=True):
    """Lines of a placed order were changed, in the ERP or by our own people; the buyer was told.

    `source` is who did it, as the command named it; totals include VAT, in `currency`.
    """

    type_name = "order.amended.v1"
    source: str
    currency: str
    total_before: Decimal
    total_after: Decimal
    lines: tuple[LineAmended, ...]


class LineWanted(Struct, frozen=True):
    """A line of a placed order as it is and as the buyer would have it; `wanted` 0: without it."""

    line: int
    product_id: ProductId
    quantity: Decimal
    wanted: Decimal


class OrderChangeRequestedV1(OrderEvent, frozen=True, kw_only=True):
    """The buyer asks for a placed order to be changed; nothing has changed yet, staff will answer.

    `wanted_on`: not before this day; None: as it is. `lines` are only those that are to be others.
    """

    type_name = "order.change_requested.v1"
    request_uuid: UUID
    comment: str
    wanted_on: date | None
    lines: tuple[LineWanted, ...]


class OrderChangeAnsweredV1(OrderEvent, frozen=True, kw_only=True):
    """A request to change an order is answered, or the buyer has taken it back.

    What became of the lines was told before this, by `order.amended.v1`. `said` is what the buyer
    reads; `wanted_on` is the day the order has by it, None where that stayed as it was.
    """

    type_name = "order.change_answered.v1"
    request_uuid: UUID
    outcome: Literal["accepted", "refused", "withdrawn"]
    said: str
    wanted_on: date | None


class OrderPaymentChangedV1(OrderEvent, frozen=True, kw_only=True):
    """A part of a placed order is paid in another way than was chosen; nothing had come for it.

    `amount` is the part, in `currency`; `before` and `after` are codes of ways.
    """

    type_name = "order.payment_changed.v1"
    payment_uuid: UUID
    before: str
    after: str
    amount: Decimal
    currency: str


ALL: tuple[type[Event], ...] = (
    OrderPlacedV1,
    OrderStateChangedV1,
    OrderCancelledV1,
    OrderDatesChangedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
    OrderAmendedV1,
    OrderChangeRequestedV1,
    OrderChangeAnsweredV1,
    OrderPaymentChangedV1,
    ProductsChangedV1,
    DocumentReadyV1,
    CompaniesMergedV1,
    AnalogueWantedV1,
    AssortmentRequestedV1,
)
