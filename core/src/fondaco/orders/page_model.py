"""An order as its page reads it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.orders.detail import Former, OrderDetail, Shipment, TimelineEntry, Undated
from fondaco.orders.reading import OrderNames
from fondaco.orders.states import MADE
from fondaco_sdk.types.order import OrderLine
from fondaco_sdk.types.reason import Reason


class LineRow(Struct, frozen=True):
    """A line with the addresses of its product and of its reasons.

    `order_discount` is its share of what was taken off the order; `undated` is what has no day, and
    `ordered` what the line was when it was ordered, where it is another by now.
    """

    line: OrderLine
    uuid: UUID
    product: UUID
    list_price: Decimal | None
    order_discount: Decimal
    undated: Undated | None
    ordered: Former | None

    @property
    def compared(self) -> Decimal | None:
        """The list price, where the buyer's own is lower."""
        listed = self.list_price
        return listed if listed is not None and listed > self.line.unit_price else None


class Event(Struct, frozen=True):
    """A point of the timeline, for the kit's macro; `at` is aware UTC."""

    at: datetime
    title: str
    tone: str
    text: str = ""
    who: str = ""


class ShipmentRows(Struct, frozen=True):
    """A shipment with its lines and their sum, without what it costs to bring them."""

    shipment: Shipment
    lines: tuple[LineRow, ...]
    total: Decimal


class OrderModel(Struct, frozen=True):
    """The page. `promised` is the latest date of all lines, None where one has none."""

    detail: OrderDetail
    names: OrderNames
    lines: tuple[LineRow, ...]
    events: tuple[Event, ...]
    promised: date | None
    saving: Decimal
    shipments: tuple[ShipmentRows, ...]

    @property
    def moved(self) -> Event | None:
        """What moved last, as long as the buyer has not seen it."""
        titles = {MOVED[kind].ru for kind in MOVED} | {MOVED[kind].en for kind in MOVED}
        if not self.detail.dates_moved:
            return None
        return next((event for event in self.events if event.title in titles), None)


AMENDED = Reason("order.amended", "Состав заказа изменён", "The order was changed")
ASKED = Reason("change.asked", "Покупатель просит изменить заказ", "The buyer asks for a change")
MOVED: Mapping[str, Reason] = {
    "dates.later": Reason("order.later", "Срок изменился", "The date has changed"),
    "dates.sooner": Reason("order.sooner", "Товар придёт раньше", "The goods come earlier"),
}


def order_model(detail: OrderDetail, names: OrderNames, locale: str) -> OrderModel:
    """Everything the templates ask for."""
    lines = tuple(
        LineRow(
            line,
            uuid,
            product,
            listed,
            line.order_discount(detail.order.currency),
            detail.undated.get(line.line),
            detail.changed.get(line.line),
        )
        for line, uuid, product, listed in zip(
            detail.order.lines, detail.line_uuids, names.products, detail.list_prices, strict=True
        )
    )
    dates = [row.line.promised for row in lines]
    known = [day for day in dates if day is not None]
    return OrderModel(
        detail,
        names,
        lines,
        tuple(_event(entry, locale) for entry in reversed(detail.timeline)),
        max(known, default=None) if len(known) == len(dates) else None,
        _saving(lines),
        _by_shipment(detail, lines),
    )


def _by_shipment(detail: OrderDetail, lines: Sequence[LineRow]) -> tuple[ShipmentRows, ...]:
    rows: dict[int, list[LineRow]] = defaultdict(list)
    for shipment_id, row in zip(detail.line_shipments, lines, strict=True):
        rows[shipment_id].append(row)
    return tuple(
        ShipmentRows(one, tuple(found), sum((row.line.total for row in found), Decimal(0)))
        for one in detail.shipments
        for found in (rows[one.id],)
    )


def _event(entry: TimelineEntry, locale: str) -> Event:
    tones = {
        "placed": "info",
        "approval.asked": "warning",
        "approval.approved": "success",
        "dates.later": "warning",
        "dates.sooner": "info",
        "state.shipped": "success",
        "state.cancelled": "danger",
        "state.completed": "success",
        "change.accepted": "success",
        "change.refused": "danger",
        "checked.accepted": "success",
        "checked.refused": "danger",
    }
    said = entry.ru if locale == "ru" else entry.en
    if entry.kind in MOVED:
        return Event(entry.at, MOVED[entry.kind].text(locale), tones[entry.kind], said)
    if entry.kind == "amended":
        return Event(entry.at, AMENDED.text(locale), "warning", said)
    if entry.kind == "change.asked":
        return Event(entry.at, ASKED.text(locale), "info", said)
    tone = tones.get(entry.kind, "neutral")
    if entry.reached is None:
        return Event(entry.at, said, tone)
    return Event(entry.at, MADE[entry.reached].text(locale), tone, said)


def _saving(lines: Sequence[LineRow]) -> Decimal:
    return sum(
        (
            (row.compared or row.line.unit_price) * row.line.quantity - row.line.total
            for row in lines
            if row.compared is not None or row.order_discount
        ),
        Decimal(0),
    )
