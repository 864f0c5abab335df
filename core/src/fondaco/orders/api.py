"""Orders over the JSON API, within the scope of the token's person."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from fondaco.orders.approval import approve, refuse
from fondaco.orders.cursor import decode_cursor, decode_place, encode_cursor, encode_place
from fondaco.orders.earlier import EarlierOrder, ListedEarlier, earlier_order, earlier_orders
from fondaco.orders.service import Orders
from fondaco.web.api import ERRORS, AskDependency, PageOf
from fondaco_sdk.types.order import Order, OrderDelivery, OrderState
from fondaco_sdk.types.reason import Reason

MOST = 100


class OrderOut(Struct):
    """An order; money in its currency with VAT, times in UTC."""

    id: UUID
    number: str
    state: OrderState
    currency: str
    total: Decimal
    vat_total: Decimal
    placed_at: datetime


class DeliveryOut(Struct):
    """How a shipment is brought: `price`, with VAT, is a part of the order's total.

    The goods arrive between the two days. With `point` the buyer fetches them at that pickup point
    of the `carrier`; `point_text` is its name and address.
    """

    offer: str
    price: Decimal
    vat: str
    vat_amount: Decimal
    arrives_from: date | None
    arrives_until: date | None
    carrier: str
    point: str
    point_text: str


class CarriageOut(Struct):
    """A shipment in the hands of its carrier: "waiting" (to be registered), "pending",
    "registered", "accepted", "on_the_way", "arrived", "delivered" or "returned", since `at` (UTC).

    `number` is what it is tracked by, at the address `url`. "refused": the carrier does not take
    it.
    """

    state: str
    number: str
    url: str
    at: datetime | None


class ShipmentOut(Struct):
    """A part of the order that leaves together; `outlet` is null where the goods are fetched.

    It is not sent before `wanted_on`, where the buyer named a day. `delivery` is null where it is
    fetched, or where the manager will say what bringing it costs; `carriage` until it is handed
    over to a carrier that tells of it.
    """

    id: UUID
    state: str
    outlet: UUID | None
    outlet_name: str
    address: str
    promised: date | None
    wanted_on: date | None
    delivery: DeliveryOut | None = None
    carriage: CarriageOut | None = None


class OrderLineOut(Struct):
    """A line; `total` is unit_price x quantity less its share of what the order takes off.

    An order that is sent in parts has a line for every product of each of its shipments.
    """

    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat: str
    vat_amount: Decimal
    promised: date | None
    shipment: UUID


class PaymentOut(Struct):
    """A part of the total, to be paid in one way; money in the order's currency.

    `before`: it has to be there before the goods leave. `received` is what has come for it.
    """

    id: UUID
    way: str
    amount: Decimal
    received: Decimal
    before: bool


class OrderDetailOut(Struct):
    """An order with its lines, shipments and payments; `paid`: exactly its total has come."""

    order: OrderOut
    lines: list[OrderLineOut]
    comment: str
    customer_reference: str
    shipments: list[ShipmentOut]
    payments: list[PaymentOut]
    paid: bool


class EarlierOut(OrderOut):
    """An order that the ERP told of and nobody placed on the portal; `legal_entity` ordered it."""

    legal_entity: str
    tax_id: str


class EarlierLineOut(Struct):
    """A line in the words of the ERP; `product` is null for goods that the portal does not have."""

    product: UUID | None
    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat_amount: Decimal


class EarlierDetailOut(Struct):
    """An order of the ERP with its lines."""

    order: EarlierOut
    lines: list[EarlierLineOut]
    comment: str


class Refusal(Struct, forbid_unknown_fields=True):
    """Why an order is refused, in the words that its buyer reads."""

    reason: str


@get("/orders", responses=ERRORS, policy="order.view", summary="Orders, newest first")
async def list_orders(
    ask: AskDependency,
    cursor: Annotated[str, QueryParameter(description="`next` of the page before")] = "",
    number: Annotated[str, QueryParameter(description="A part of the number")] = "",
) -> PageOf[OrderOut]:
    """A page of at most 100 orders."""
    found = await Orders(ask).page(
        ask.scope, before=decode_cursor(cursor), number=number, most=MOST
    )
    last = encode_cursor(found[-1].id) if len(found) == MOST else None
    return PageOf([_out(order) for order in found], last)


@get(
    "/orders/{uuid:uuid}", responses=ERRORS, policy="order.view", summary="One order with its lines"
)
async def read_order(ask: AskDependency, uuid: FromPath[UUID]) -> OrderDetailOut:
    """404 also for another company's."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    shipments = {shipment.id: shipment for shipment in detail.shipments}
    return OrderDetailOut(
        _out(detail.order),
        [
            OrderLineOut(
                line.sku,
                line.name,
                line.unit,
                line.quantity,
                line.unit_price,
                line.total,
                line.vat,
                line.vat_amount,
                line.promised,
                shipments[shipment].uuid,
            )
            for line, shipment in zip(detail.order.lines, detail.line_shipments, strict=True)
        ],
        detail.comment,
        detail.customer_reference,
        [
            ShipmentOut(
                s.uuid,
                s.state,
                s.outlet,
                s.outlet_name,
                s.address,
                s.promised,
                s.wanted_on,
                _brought(s.brought),
                CarriageOut(c.state, c.number, c.url, c.at) if (c := s.carriage) else None,
            )
            for s in detail.shipments
        ],
        [PaymentOut(p.uuid, p.way, p.amount, p.received, p.before) for p in detail.order.payments],
        detail.order.paid,
    )


@get(
    "/orders/earlier",
    responses=ERRORS,
    policy="order.view",
    summary="Earlier orders, as the ERP tells them, newest first",
)
async def list_earlier(
    ask: AskDependency,
    cursor: Annotated[str, QueryParameter(description="`next` of the page before")] = "",
    number: Annotated[str, QueryParameter(description="A part of the number")] = "",
) -> PageOf[EarlierOut]:
    """A page of at most 100 orders that were made elsewhere than on the portal."""
    found = await earlier_orders(
        ask, ask.scope, below=decode_place(cursor), wanted=number, most=MOST
    )
    last = encode_place(found[-1].place) if len(found) == MOST else None
    return PageOf([_earlier_out(order) for order in found], last)


@get(
    "/orders/earlier/{uuid:uuid}",
    responses=ERRORS,
    policy="order.view",
    summary="One earlier order with its lines",
)
async def read_earlier(ask: AskDependency, uuid: FromPath[UUID]) -> EarlierDetailOut:
    """404 also for another company's."""
    order = await earlier_order(ask, uuid, ask.scope)
    return EarlierDetailOut(
        _earlier_out(order),
        [
            EarlierLineOut(
                line.product,
                line.sku,
                line.name,
                line.unit,
                line.quantity,
                line.unit_price,
                line.total,
                line.vat_amount,
            )
            for line in order.lines
        ],
        order.comment,
    )


@post(
    "/orders/{uuid:uuid}/cancel",
    responses=ERRORS,
    policy="order.place",
    summary="Cancel an order",
    status_code=200,
)
async def cancel_order(ask: AskDependency, uuid: FromPath[UUID]) -> OrderOut:
    """Again: nothing happens. 409 once it is being picked."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    async with ask.act() as act:
        await Orders(act).cancel(
            detail.order.id, Reason("order.cancelled", "Отменён по API", "Cancelled over the API")
        )
    return _out((await Orders(ask).detail(uuid, ask.scope)).order)


@post(
    "/orders/{uuid:uuid}/approve",
    responses=ERRORS,
    policy="order.approve",
    summary="Approve an order that waits for it",
    status_code=200,
)
async def approve_order(ask: AskDependency, uuid: FromPath[UUID]) -> OrderOut:
    """Again by the same person: nothing happens.

    403 for one's own order and for outlets of others. 409 where somebody else has decided, or where
    goods are gone or dearer; `errors` names the lines.
    """
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    async with ask.act() as act:
        await approve(act, order)
    return _out((await Orders(ask).detail(uuid, ask.scope)).order)


@post(
    "/orders/{uuid:uuid}/refuse",
    responses=ERRORS,
    policy="order.approve",
    summary="Refuse an order that waits for an approval",
    status_code=200,
)
async def refuse_order(
    ask: AskDependency, uuid: FromPath[UUID], data: JSONBody[Refusal]
) -> OrderOut:
    """The order is cancelled, and its buyer reads the reason. 403 and 409 as for an approval."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    async with ask.act() as act:
        await refuse(act, order, data.reason.strip())
    return _out((await Orders(ask).detail(uuid, ask.scope)).order)


def _brought(one: OrderDelivery | None) -> DeliveryOut | None:
    if one is None:
        return None
    return DeliveryOut(
        one.code,
        one.price,
        one.vat,
        one.vat_amount,
        one.arrives_from,
        one.arrives_until,
        one.carrier,
        one.point_code,
        one.point_text,
    )


def _out(order: Order) -> OrderOut:
    return OrderOut(
        order.uuid,
        order.number,
        order.state,
        order.currency,
        order.total,
        order.vat_total,
        order.placed_at,
    )


def _earlier_out(order: EarlierOrder | ListedEarlier) -> EarlierOut:
    return EarlierOut(
        order.uuid,
        order.number,
        order.state,
        order.currency,
        order.total,
        order.vat_total,
        order.placed_at,
        order.legal_entity,
        order.tax_id,
    )
