"""An order whole, as its page and the API read it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.orders.states import CUSTOMER_MAY_CANCEL
from fondaco_sdk.types.order import Order, OrderState


class TimelineEntry(Struct, frozen=True):
    """What happened to an order, in both languages; `at` is aware UTC.

    Of a step to a state the words say who made it and why.
    """

    at: datetime
    kind: str
    ru: str
    en: str

    @property
    def reached(self) -> OrderState | None:
        """The state to which this was a step."""
        _, step, state = self.kind.partition("state.")
        return OrderState(state) if step else None


class Shipment(Struct, frozen=True):
    """A part of an order that leaves together, not before the day on which it is wanted; `outlet`
    and its name where it goes to one.
    """

    id: int
    uuid: UUID
    state: str
    delivery: str
    address: str
    promised: date | None
    wanted_on: date | None
    outlet: UUID | None
    outlet_name: str


class Undated(Struct, frozen=True):
    """How much of a line has no day: its goods did not come ("late"), or are too few ("short")."""

    quantity: Decimal
    why: str


class OrderDetail(Struct, frozen=True):
    """An order with everything its page shows; `line_shipments` are the ids of their shipments.

    `dates_moved`: "later" or "sooner" until the buyer has seen it. `undated` has the lines of which
    a part has no day, by their id.
    """

    order: Order
    comment: str
    customer_reference: str
    payment_method: str
    agreement_id: int
    seller_id: int
    line_uuids: tuple[UUID, ...]
    list_prices: tuple[Decimal | None, ...]
    vat_rates: tuple[Decimal, ...]
    line_shipments: tuple[int, ...]
    shipments: tuple[Shipment, ...]
    timeline: tuple[TimelineEntry, ...]
    dates_moved: str
    undated: Mapping[int, Undated]

    @property
    def outlets(self) -> tuple[UUID | None, ...]:
        """The outlet of every line, where the order goes to several; otherwise empty, also where
        some of it is fetched.
        """
        goes_to = {one.outlet for one in self.shipments}
        if len(goes_to) < 2 or None in goes_to:
            return ()
        of_shipment = {shipment.id: shipment.outlet for shipment in self.shipments}
        return tuple(of_shipment[shipment] for shipment in self.line_shipments)

    @property
    def may_cancel(self) -> bool:
        """Whether the customer may still cancel it."""
        return self.order.state in CUSTOMER_MAY_CANCEL
