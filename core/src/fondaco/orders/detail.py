"""An order whole, as its page and the API read it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import astuple

from fondaco.orders.carriage import Carriage
from fondaco.orders.states import CUSTOMER_MAY_CANCEL
from fondaco_sdk.types.cart import CartWay
from fondaco_sdk.types.order import Order, OrderDelivery, OrderState
from fondaco_sdk.types.reason import Reason


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
    and its name where it goes to one, `place` and its name where it is fetched. Money with VAT.
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
    carriage_state: str | None
    carriage_number: str | None
    carriage_url: str | None
    carriage_at: datetime | None
    carriage_ru: str | None
    carriage_en: str | None
    carriage_doubt: str | None
    delivery_code: str
    delivery_ru: str
    delivery_en: str
    delivery_price: Decimal
    delivery_vat: str
    delivery_vat_rate: Decimal
    delivery_vat_amount: Decimal
    arrives_from: date | None
    arrives_until: date | None
    carrier: str
    point_code: str
    point_text: str

    @property
    def carriage(self) -> Carriage | None:
        """Where it is, once it was to be handed over to its carrier."""
        if self.carriage_state is None:
            return None
        return Carriage(
            self.carriage_state,
            self.carriage_number or "",
            self.carriage_url or "",
            self.carriage_at,
            Reason("carriage.refused", self.carriage_ru or "", self.carriage_en or ""),
            self.carriage_doubt or "",
        )

    @property
    def brought(self) -> OrderDelivery | None:
        """How it is brought, where the buyer has chosen of what was offered."""
        if not self.delivery_code:
            return None
        fields = self.__struct_fields__
        return delivery_of((self.uuid, *astuple(self)[fields.index("delivery_code") :]))


def delivery_of(row: Sequence[Any]) -> OrderDelivery:
    """From the shipment's outer id and its columns from `delivery_code` on."""
    uuid, code, ru, en, *rest = row
    return OrderDelivery(uuid, code, Reason("order.delivery", ru, en), *rest)


class Undated(Struct, frozen=True):
    """How much of a line has no day: its goods did not come ("late"), or are too few ("short")."""

    quantity: Decimal
    why: str


class Former(Struct, frozen=True):
    """A line as it was ordered, before it was changed; `now` is its quantity by now."""

    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    now: Decimal


class OrderDetail(Struct, frozen=True):
    """An order with everything its page shows; `way` is how its cart was sent, `line_shipments` are
    the ids of the lines' shipments.

    `dates_moved`: "later" or "sooner" until the buyer has seen it. `undated` has the lines of which
    a part has no day, by their id, and `changed` those that were ordered otherwise.
    """

    order: Order
    way: CartWay
    comment: str
    customer_reference: str
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
    changed: Mapping[int, Former]

    @property
    def taken_off(self) -> tuple[Former, ...]:
        """Lines that were ordered and are no longer in the order."""
        return tuple(one for one in self.changed.values() if not one.now and one.quantity)

    @property
    def may_cancel(self) -> bool:
        """Whether the customer may still cancel it."""
        return self.order.state in CUSTOMER_MAY_CANCEL
