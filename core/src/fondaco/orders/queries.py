"""Reading orders; every statement takes a scope."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Select,
    Text,
    TextClause,
    any_,
    bindparam,
    func,
    select,
    text,
)

from fondaco.availability.tables import place
from fondaco.customers.tables import outlet
from fondaco.orders.tables import (
    carriage,
    customer_order,
    former_supply,
    order_entry,
    order_line,
    shipment,
    undated_line,
)
from fondaco_sdk.types.actor import Scope

_SCOPE = bindparam("everything", type_=Boolean) | (
    customer_order.c.company_id == bindparam("company", type_=BigInteger)
)


def scope_parameters(scope: Scope) -> dict[str, Any]:
    """What `_SCOPE` needs. A nobody's scope sees nothing: no company has id 0."""
    return {"everything": scope.everything, "company": scope.company_id or 0}


_HEAD = (
    customer_order.c.id,
    customer_order.c.uuid,
    customer_order.c.number,
    customer_order.c.company_id,
    customer_order.c.legal_entity_id,
    customer_order.c.state,
    customer_order.c.currency,
    customer_order.c.total,
    customer_order.c.vat_total,
    customer_order.c.placed_at,
)
HEADS_BY_IDS: Select[Any] = select(*_HEAD).where(
    customer_order.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))), _SCOPE
)
HEAD_BY_UUID: Select[Any] = select(
    *_HEAD,
    customer_order.c.comment,
    customer_order.c.customer_reference,
    customer_order.c.agreement_id,
    customer_order.c.seller_id,
    customer_order.c.dates_moved,
    customer_order.c.way,
).where(customer_order.c.uuid == bindparam("uuid"), _SCOPE)
# Whoever writes into the timeline of another order only needs its key, and must not wait for this.
LOCK_BY_ID: Select[Any] = (
    select(*_HEAD)
    .where(customer_order.c.id == bindparam("id"), _SCOPE)
    .with_for_update(key_share=True)
)
LINES_OF: Select[Any] = (
    select(
        order_line.c.order_id,
        order_line.c.id,
        order_line.c.product_id,
        order_line.c.sku,
        order_line.c.name,
        order_line.c.unit,
        order_line.c.quantity,
        order_line.c.unit_price,
        order_line.c.total,
        order_line.c.vat,
        order_line.c.vat_amount,
        order_line.c.promised,
        order_line.c.uuid,
        order_line.c.list_price,
        order_line.c.vat_rate,
        order_line.c.shipment_id,
        order_line.c.replaced,
    )
    .where(
        order_line.c.order_id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        # One that was taken off has no quantity, and stays for its history.
        order_line.c.quantity > 0,
    )
    .order_by(order_line.c.order_id, order_line.c.position)
)
FROZEN_LINE: Select[Any] = (
    select(
        order_line.c.price_steps,
        order_line.c.supply,
        order_line.c.unit_price,
        order_line.c.total,
        customer_order.c.currency,
    )
    .select_from(order_line.join(customer_order, customer_order.c.id == order_line.c.order_id))
    .where(
        order_line.c.uuid == bindparam("line"),
        customer_order.c.uuid == bindparam("uuid"),
        _SCOPE,
    )
)
# What a line was promised before, the newest first; the asker was found to see the line.
FORMER_OF: Select[Any] = (
    select(
        former_supply.c.at,
        former_supply.c.promised,
        former_supply.c.supply,
        former_supply.c.ru,
        former_supply.c.en,
    )
    .select_from(former_supply.join(order_line, order_line.c.id == former_supply.c.order_line_id))
    .where(order_line.c.uuid == bindparam("line"))
    .order_by(former_supply.c.id.desc())
)
# The lines of which a part has no day: how much, and why.
UNDATED_OF: Select[Any] = (
    select(undated_line.c.order_line_id, undated_line.c.quantity, undated_line.c.why)
    .select_from(undated_line.join(order_line, order_line.c.id == undated_line.c.order_line_id))
    .where(order_line.c.order_id == bindparam("id"))
)
# A line as it was first: whatever it was in between stands in the history.
CHANGED_OF: TextClause = text(
    """
    select distinct on (l.position, l.id) l.id, l.sku, l.name, l.unit, c.quantity_before,
           c.price_before, l.quantity
      from fondaco.order_line_change c join fondaco.order_line l on l.id = c.order_line_id
     where l.order_id = :id order by l.position, l.id, c.id
    """
)
ENTRIES_OF: Select[Any] = (
    select(order_entry.c.at, order_entry.c.kind, order_entry.c.ru, order_entry.c.en)
    .where(order_entry.c.order_id == bindparam("id"))
    .order_by(order_entry.c.id)
)
_BROUGHT = (
    shipment.c.delivery_code,
    shipment.c.delivery_ru,
    shipment.c.delivery_en,
    shipment.c.delivery_price,
    shipment.c.delivery_vat,
    shipment.c.delivery_vat_rate,
    shipment.c.delivery_vat_amount,
    shipment.c.arrives_from,
    shipment.c.arrives_until,
    shipment.c.carrier,
    shipment.c.point_code,
    shipment.c.point_text,
)
# How shipments are brought; those for which nothing was offered are not there.
DELIVERIES_OF: Select[Any] = (
    select(shipment.c.order_id, shipment.c.uuid, *_BROUGHT)
    .where(
        shipment.c.order_id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        shipment.c.delivery_code != "",
    )
    .order_by(shipment.c.id)
)
SHIPMENTS_OF: Select[Any] = (
    select(
        shipment.c.id,
        shipment.c.uuid,
        shipment.c.state,
        shipment.c.delivery,
        shipment.c.address,
        shipment.c.promised,
        shipment.c.wanted_on,
        outlet.c.uuid,
        func.coalesce(outlet.c.name, ""),
        place.c.uuid,
        func.coalesce(place.c.name, ""),
        carriage.c.state,
        carriage.c.number,
        carriage.c.url,
        carriage.c.at,
        carriage.c.ru,
        carriage.c.en,
        carriage.c.doubt,
        *_BROUGHT,
    )
    .select_from(
        shipment.outerjoin(outlet, outlet.c.id == shipment.c.outlet_id)
        .outerjoin(place, place.c.id == shipment.c.place_id)
        .outerjoin(carriage, carriage.c.shipment_id == shipment.c.id)
    )
    .where(shipment.c.order_id == bindparam("id"))
    .order_by(shipment.c.id)
)
PAGE: Select[Any] = (
    select(*_HEAD)
    .where(
        _SCOPE,
        customer_order.c.id < bindparam("before", type_=BigInteger),
        func.strpos(customer_order.c.number, bindparam("number", type_=Text)) > 0,
    )
    .order_by(customer_order.c.id.desc())
    .limit(bindparam("most"))
)

# The buyer has looked at what moved.
SEE_DATES: TextClause = text(
    """
    update fondaco.customer_order set dates_moved = '' where id = :order and dates_moved <> ''
    """
)

# Nothing is left to decide of an order that is cancelled while it waits.
WITHDRAW: TextClause = text(
    """
    update fondaco.order_approval set outcome = 'withdrawn', decided_at = now()
     where order_id = :order and outcome = 'waiting'
    """
)
WITHDRAW_CHANGE: TextClause = text(
    """
    update fondaco.change_request set state = 'withdrawn', decided_at = now()
     where order_id = :order and state = 'waiting'
    """
)
