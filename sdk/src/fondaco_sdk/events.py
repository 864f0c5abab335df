"""Events, as they leave a transaction. A name carries its version; a field is never changed.

`key` is the lane: events of one key reach a subscriber in their order, one at a time.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
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


ALL: tuple[type[Event], ...] = (
    OrderPlacedV1,
    OrderStateChangedV1,
    OrderCancelledV1,
    OrderDatesChangedV1,
    ProductsChangedV1,
    DocumentReadyV1,
    CompaniesMergedV1,
    AnalogueWantedV1,
)
