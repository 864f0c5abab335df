"""Writing an order with everything that decided it: price steps, supply, names, VAT, frozen."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Numeric,
    Text,
    TextClause,
    bindparam,
    insert,
    text,
)
from sqlalchemy.dialects.postgresql import UUID
from uuid_utils.compat import uuid7

from fondaco.cart.reading import customer_of
from fondaco.delivery.consign import Consignment
from fondaco.delivery.offers import Brought
from fondaco.hooks.context import ActContext
from fondaco.orders.payments.deal import PaymentPart
from fondaco.orders.payments.service import write_parts
from fondaco.orders.service import add_entry
from fondaco.orders.tables import customer_order
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.reason import Reason

LINE_COLUMNS: dict[str, Any] = {
    "shipment_id": BigInteger(),
    "uuid": UUID(as_uuid=True),
    "position": BigInteger(),
    "product_id": BigInteger(),
    "sku": Text(),
    "name": Text(),
    "unit": Text(),
    "quantity": Numeric(15, 3),
    "unit_price": Numeric(15, 4),
    "list_price": Numeric(15, 4),
    "total": Numeric(15, 2),
    "vat": Text(),
    "vat_rate": Numeric(5, 2),
    "vat_amount": Numeric(15, 2),
    "price_steps": Text(),
    "supply": Text(),
    "promised": Date(),
    "source": Text(),
    "replaced_product_id": BigInteger(),
    "replaced": Text(),
}
# Written out by msgspec, which is ten times as quick as the type's own way.
_JSON = ("price_steps", "supply")
_SELECTED = [f"cast({name} as jsonb)" if name in _JSON else name for name in LINE_COLUMNS]
INSERT_LINES: TextClause = text(
    f"""
    insert into fondaco.order_line (order_id, {", ".join(LINE_COLUMNS)})
    select :order, {", ".join(_SELECTED)}
      from unnest({", ".join(f":{name}" for name in LINE_COLUMNS)})
           as added ({", ".join(LINE_COLUMNS)})
     order by position
    returning id
    """
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in LINE_COLUMNS.items()))
SHIPMENT_COLUMNS: dict[str, Any] = {
    "uuid": UUID(as_uuid=True),
    "delivery": Text(),
    "place_id": BigInteger(),
    "outlet_id": BigInteger(),
    "address": Text(),
    "wanted_on": Date(),
    "promised": Date(),
    "delivery_code": Text(),
    "delivery_ru": Text(),
    "delivery_en": Text(),
    "delivery_price": Numeric(15, 2),
    "delivery_vat": Text(),
    "delivery_vat_rate": Numeric(5, 2),
    "delivery_vat_amount": Numeric(15, 2),
    "arrives_from": Date(),
    "arrives_until": Date(),
    "carrier": Text(),
    "point_code": Text(),
    "point_text": Text(),
}
INSERT_SHIPMENTS: TextClause = text(
    f"""
    insert into fondaco.shipment (order_id, seller_id, {", ".join(SHIPMENT_COLUMNS)})
    select :order, :seller, {", ".join(SHIPMENT_COLUMNS)}
      from unnest({", ".join(f":{name}" for name in SHIPMENT_COLUMNS)}) with ordinality
           as added ({", ".join(SHIPMENT_COLUMNS)}, position)
     order by position
    returning id
    """
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in SHIPMENT_COLUMNS.items()))


_NUMBERS: TextClause = text(
    """
    with invoiced as (
        update fondaco.document set number = cast(:invoice as text)
         where order_id = :order and kind = 'invoice' and number = ''
    )
    update fondaco.customer_order set number = cast(:number as text) where id = :order
    """
)


class Decisions(msgspec.Struct, frozen=True):
    """What the buyer said of the order as a whole, and how each consignment is brought, in their
    order; None: it is fetched, or nothing was offered.
    """

    payments: Sequence[PaymentPart]
    comment: str
    customer_reference: str
    deliveries: Sequence[Brought | None] = ()


class Written(Struct, frozen=True):
    """The new order's keys; lines in the order of the consignments."""

    order_id: OrderId
    line_ids: tuple[int, ...]


async def write_order(
    act: ActContext,
    cart: PricedCart,
    consignments: Sequence[Consignment],
    decisions: Decisions,
) -> Written:
    """Insert order, shipments, lines, payments and the timeline's first line. Five statements.

    The order has no number yet.
    """
    order_id = await _insert_order(act, cart, decisions)
    shipments = await _insert_shipments(act, order_id, consignments, decisions.deliveries)
    of_lines = [
        (shipment, line)
        for shipment, consignment in zip(shipments, consignments, strict=True)
        for line in consignment.lines
    ]
    steps = _steps_of([line for _, line in of_lines])
    rows = [
        {**_line_values(n, shipment, line), "price_steps": steps[id(line.price.steps)]}
        for n, (shipment, line) in enumerate(of_lines, 1)
    ]
    columns = {name: [row[name] for row in rows] for name in LINE_COLUMNS}
    inserted = await act.fetch(INSERT_LINES, {"order": order_id, **columns})
    await write_parts(act, order_id, cart.quote.currency, decisions.payments)
    await add_entry(act, order_id, "placed", _placed_by(act))
    return Written(order_id, tuple(row.id for row in inserted))


async def give_numbers(act: ActContext, order_id: OrderId, number: str, invoice: str) -> None:
    """The numbers under which people know a new order and its invoice, if it has one."""
    await act.execute(_NUMBERS, {"order": order_id, "number": number, "invoice": invoice})


async def _insert_shipments(
    act: ActContext,
    order_id: OrderId,
    consignments: Sequence[Consignment],
    deliveries: Sequence[Brought | None],
) -> Sequence[int]:
    brought = [*deliveries, *[None] * (len(consignments) - len(deliveries))]
    rows = [_shipment_values(*one) for one in zip(consignments, brought, strict=True)]
    columns = {name: [row[name] for row in rows] for name in SHIPMENT_COLUMNS}
    seller = customer_of(act).seller_id
    written = await act.fetch(INSERT_SHIPMENTS, {"order": order_id, "seller": seller, **columns})
    return [row.id for row in written]


def _shipment_values(consignment: Consignment, brought: Brought | None) -> dict[str, Any]:
    target, offer = consignment.target, brought.offer if brought else None
    return {
        "uuid": uuid7(),
        "delivery": target.way,
        "place_id": target.place_id,
        "outlet_id": target.outlet_id,
        "address": target.address,
        "wanted_on": consignment.wanted_on,
        "promised": consignment.promised,
        "delivery_code": offer.code if offer else "",
        "delivery_ru": offer.title.ru if offer else "",
        "delivery_en": offer.title.en if offer else "",
        "delivery_price": offer.price if offer else Decimal(0),
        "delivery_vat": offer.vat if offer else "",
        "delivery_vat_rate": brought.vat_rate if brought else Decimal(0),
        "delivery_vat_amount": brought.vat_amount if brought else Decimal(0),
        "arrives_from": offer.arrives_from if offer else None,
        "arrives_until": offer.arrives_until if offer else None,
        "carrier": offer.carrier if offer else "",
        "point_code": brought.point_code if brought else "",
        "point_text": brought.point_text if brought else "",
    }


async def _insert_order(act: ActContext, cart: PricedCart, decisions: Decisions) -> OrderId:
    customer = customer_of(act)
    rows = await act.fetch(
        insert(customer_order)
        .values(
            uuid=uuid7(),
            number="",
            company_id=customer.company_id,
            legal_entity_id=customer.legal_entity_id,
            agreement_id=customer.agreement_id,
            seller_id=customer.seller_id,
            user_id=act.actor.user_id,
            currency=cart.quote.currency,
            total=cart.total,
            vat_total=cart.vat_total,
            way=cart.way.value,
            comment=decisions.comment,
            customer_reference=decisions.customer_reference,
        )
        .returning(customer_order.c.id)
    )
    return OrderId(rows[0].id)


def _placed_by(act: ActContext) -> Reason:
    name = act.actor.name
    if act.on_behalf:
        return Reason(
            "order.placed_on_behalf",
            f"Заказ оформлен от имени клиента: {name}",
            f"The order was placed by {name} on behalf of the customer",
        )
    return Reason("order.placed", f"Заказ оформлен: {name}", f"The order was placed by {name}")


def _steps_of(lines: Sequence[PricedCartLine]) -> Mapping[int, str]:
    """The steps of prices by the ids of their tuples, which the shares of a line have in common."""
    found = {id(line.price.steps): line.price.steps for line in lines}
    return {key: msgspec.json.encode(steps).decode() for key, steps in found.items()}


def _line_values(position: int, shipment: int, line: PricedCartLine) -> dict[str, Any]:
    return {
        "shipment_id": shipment,
        "uuid": uuid7(),
        "position": position,
        "product_id": line.product.id,
        "sku": line.product.sku,
        "name": line.product.name,
        "unit": line.product.unit.name,
        "quantity": line.quantity,
        "unit_price": line.price.unit_price,
        "list_price": line.price.list_price,
        "total": line.price.total,
        "vat": line.price.vat,
        "vat_rate": line.price.vat_rate,
        "vat_amount": line.price.vat_amount,
        "supply": msgspec.json.encode(line.supply).decode(),
        "promised": line.promised,
        "source": line.source.value,
        "replaced_product_id": line.replaced.id if line.replaced else None,
        "replaced": (line.replaced.sku or line.replaced.name) if line.replaced else "",
    }
