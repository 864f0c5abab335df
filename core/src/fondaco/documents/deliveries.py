"""An order's shipments as they left, with what bringing them costs: for a UPD and a waybill."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.documents.advances import paid_by
from fondaco.documents.parties import basis_of, party_of
from fondaco.documents.service import price_paid, vat_text
from fondaco.documents.service_lines import delivery_line
from fondaco.hooks.context import AskContext
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.order import OrderDelivery
from fondaco_sdk.types.paper import (
    Delivery,
    Line,
    Party,
    total_of,
    untaxed,
    vat_totals_of,
)
from fondaco_sdk.types.reason import Reason

SHIPMENTS: TextClause = text(
    """
    select s.id, s.seller_id, s.delivery, s.address, coalesce(t.name, '') as outlet,
           coalesce(t.address, '') as outlet_address, coalesce(p.name, '') as place,
           o.id as order_id, o.number as order_number, o.currency, o.company_id, o.legal_entity_id,
           (o.placed_at at time zone :zone)::date as order_date,
           left_on.day as shipped_on, s.uuid, s.delivery_code, s.delivery_ru, s.delivery_en,
           s.delivery_price, s.delivery_vat, s.delivery_vat_rate, s.delivery_vat_amount,
           coalesce(v.rate, s.delivery_vat_rate) as rate,
           to_jsonb(l) as seller, to_jsonb(b) as buyer, g.number as agreement, g.signed_on,
           (select jsonb_build_object('account', a.account, 'bic', a.bic,
                   'bank_name', a.bank_name, 'correspondent', a.correspondent)
              from fondaco.bank_account a where a.legal_entity_id = b.id
             order by a.id desc limit 1) as bank
      from fondaco.shipment s
      join fondaco.customer_order o on o.id = s.order_id
      join fondaco.seller l on l.id = s.seller_id
      join fondaco.legal_entity b on b.id = o.legal_entity_id
      join fondaco.agreement g on g.id = o.agreement_id
      left join fondaco.outlet t on t.id = s.outlet_id
      left join fondaco.place p on p.id = s.place_id
      cross join lateral (
           select (coalesce(min(e.at), now()) at time zone :zone)::date as day
             from fondaco.order_entry e
            where e.order_id = o.id and e.kind = 'state.shipped') left_on
      left join fondaco.vat_rate v on v.code = s.delivery_vat and v.valid_from <= left_on.day
            and (v.valid_to is null or v.valid_to >= left_on.day)
     where s.order_id = :order
     order by s.id
    """
)
# The rate is that of the day of shipment, which may be another than the order was priced with.
LINES: TextClause = text(
    """
    select l.shipment_id, l.sku, l.name, l.unit, l.quantity, l.unit_price, l.list_price, l.total,
           l.vat, l.vat_rate, l.vat_amount, coalesce(v.rate, l.vat_rate) as rate,
           p.unit_code, p.country
      from fondaco.order_line l
      join fondaco.product p on p.id = l.product_id
      left join fondaco.vat_rate v
        on v.code = l.vat and v.valid_from <= :on and (v.valid_to is null or v.valid_to >= :on)
     where l.order_id = :order and l.quantity > 0
     order by l.position
    """
)


class Shipped(Struct, frozen=True):
    """A shipment with its goods; the delivery has no number yet."""

    shipment_id: int
    order_id: int
    company_id: int
    legal_entity_id: int
    seller_id: int
    delivery: Delivery


async def shipped_of(ask: AskContext, order_id: int, today: date) -> Sequence[Shipped]:
    """Every shipment of an order that has goods. Three statements."""
    found = await ask.fetch(SHIPMENTS, {"order": order_id, "zone": ask.zone.key})
    if not found:
        return ()
    shipped_on = found[0].shipped_on
    rows = await ask.fetch(LINES, {"order": order_id, "on": shipped_on})
    paid = await paid_by(ask, order_id, shipped_on)
    lines: dict[int, list[Any]] = {}
    for row in rows:
        lines.setdefault(row.shipment_id, []).append(row)
    return [
        Shipped(
            row.id,
            row.order_id,
            row.company_id,
            row.legal_entity_id,
            row.seller_id,
            replace(_delivery(row, lines[row.id], today, ask.locale), paid_by=paid),
        )
        for row in found
        if row.id in lines
    ]


def _delivery(row: Any, goods: Sequence[Any], today: date, locale: str) -> Delivery:
    seller = party_of(row.seller)
    buyer = party_of({**row.buyer, "bank": row.bank})
    lines = tuple(_line(number, line, row.currency) for number, line in enumerate(goods, 1))
    # For nothing there is no line: it would be a service given away, which is a supply of its own.
    if row.delivery_price:
        lines = (*lines, delivery_line(len(lines) + 1, _brought(row), locale))
    if not seller.vat_payer:
        lines = untaxed(lines)
    return Delivery(
        number="",
        date=today,
        shipped_on=row.shipped_on,
        seller=seller,
        buyer=buyer,
        order=row.order_number,
        order_date=row.order_date,
        lines=lines,
        total=total_of(lines),
        vat_totals=vat_totals_of(lines),
        currency=row.currency,
        basis=basis_of(row.agreement, row.signed_on, locale),
        consignee=_consignee(buyer, row),
    )


def _consignee(buyer: Party, row: Any) -> str:
    """Where the goods went, unless they were fetched."""
    if row.delivery == "pickup":
        return ""
    address = row.address or row.outlet_address
    return ", ".join(filter(None, (buyer.full_name or buyer.name, address))) if address else ""


def _brought(row: Any) -> OrderDelivery:
    """At the rate of the day of shipment, as the goods are."""
    vat = row.delivery_vat_amount
    if row.rate != row.delivery_vat_rate:
        vat = vat_inside(row.delivery_price, row.rate, row.currency)
    return OrderDelivery(
        row.uuid,
        row.delivery_code,
        Reason("order.delivery", row.delivery_ru, row.delivery_en),
        row.delivery_price,
        row.delivery_vat,
        row.rate,
        vat,
    )


def _line(number: int, line: Any, currency: str) -> Line:
    vat = line.vat_amount
    if line.rate != line.vat_rate:
        vat = vat_inside(line.total, line.rate, currency)
    return Line(
        number=number,
        sku=line.sku,
        name=line.name,
        unit=line.unit,
        unit_code=line.unit_code,
        country=line.country,
        quantity=line.quantity,
        price=price_paid(line.unit_price, line.quantity, line.total, currency),
        total=line.total,
        vat_rate=vat_text(line.vat, line.rate),
        vat_amount=vat,
        list_price=line.list_price,
    )
