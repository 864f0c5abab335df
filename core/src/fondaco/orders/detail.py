"""An order whole, as its page and the API read it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.orders.states import CUSTOMER_MAY_CANCEL
from fondaco_sdk.types.cart import CartWay
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
    and its name where it goes to one, `place` and its name where it is fetched.
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
    place: UUID | None
    place_name: str


class Undated(Struct, frozen=True):
    """How much of a line has no day: its goods did not come ("late"), or are too few ("short")."""

    quantity: Decimal
    why: str


class OrderDetail(Struct, frozen=True):
    """An order with everything its page shows; `way` is how its cart was sent, `line_shipments` are
    the ids of the lines' shipments.

    `dates_moved`: "later" or "sooner" until the buyer has seen it. `undated` has the lines of which
    a part has no day, by their id.
    """

    order: Order
    way: CartWay
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
    def may_cancel(self) -> bool:
        """Whether the customer may still cancel it."""
        return self.order.state in CUSTOMER_MAY_CANCEL
