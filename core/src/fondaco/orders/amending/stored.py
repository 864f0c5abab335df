"""Reading what is to be changed, under locks, and writing what it becomes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Numeric, Text, TextClause, bindparam, text
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext
from fondaco.orders.amending.rule import Change, Free, Held, Line, Plan
from fondaco.orders.holds import lasts
from fondaco.orders.replan.writing import promise_shipments, rehold
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.ids import OrderId, ProductId

_SHIPMENT: TextClause = text(
    "select id, place_id, outlet_id from fondaco.shipment where uuid = :uuid and order_id = :order"
)
_LINES: TextClause = text(
    """
    select id, product_id, sku, name, unit, quantity, unit_price, total, vat_rate
      from fondaco.order_line where shipment_id = :shipment order by position, id
    """
)
# Every stock row that may be touched, in the one order in which everybody locks them.
_STOCK: TextClause = text(
    """
    select id, product_id, place_id, arrives_on, on_hand - reserved as free
      from fondaco.stock_row
     where product_id = any(cast(:products as bigint[]))
        or id in (select r.stock_id from fondaco.reservation r
                   where r.order_line_id = any(cast(:lines as bigint[])) and r.state = 'held')
     order by id for update
    """
)
_HELD: TextClause = text(
    """
    select id, order_line_id, stock_id, quantity, expires_at from fondaco.reservation
     where order_line_id = any(cast(:lines as bigint[])) and state = 'held' order by id
    """
)
_ENDS: TextClause = text(
    """
    select case
           when count(*) > 0 then min(r.expires_at)
           when exists (select 1 from fondaco.payment p
                         where p.order_id = :order and p.before and p.received < p.amount)
           then clock_timestamp() + cast(:term as interval)
           end
      from fondaco.reservation r
      join fondaco.order_line l on l.id = r.order_line_id
     where l.order_id = :order and r.state = 'held'
       and (r.expires_at is null or r.expires_at > clock_timestamp())
    """
)
_ADD: TextClause = text(
    """
    insert into fondaco.order_line
        (uuid, order_id, shipment_id, position, product_id, sku, name, unit, quantity, unit_price,
         total, vat, vat_rate, vat_amount, source)
    select cast(a.uuid as uuid), :order, :shipment,
           (select max(position) from fondaco.order_line where order_id = :order) + a.n,
           p.id, p.sku, p.name, u.name, a.quantity, a.price, a.total, p.vat, coalesce(r.rate, 0),
           0, 'erp'
      from unnest(:uuids, :products, :quantities, :prices, :totals) with ordinality
           as a (uuid, product_id, quantity, price, total, n)
      join fondaco.product p on p.id = a.product_id
      join fondaco.unit u on u.code = p.unit_code
      left join fondaco.vat_rate r on r.code = p.vat and r.valid_from <= current_date
            and coalesce(r.valid_to, current_date) >= current_date
     order by a.n
    returning id, product_id, sku, name, unit, quantity, unit_price, total, vat_rate
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(Text)),
    bindparam("products", type_=ARRAY(BigInteger)),
    *(bindparam(name, type_=ARRAY(Numeric(15, 4))) for name in ("quantities", "prices", "totals")),
)
_SET: TextClause = text(
    """
    update fondaco.order_line l
       set quantity = a.quantity, unit_price = a.price, total = a.total, vat_amount = a.vat,
           price_steps = l.price_steps || cast(a.steps as jsonb)
      from unnest(:lines, :quantities, :prices, :totals, :vats, :steps)
           as a (id, quantity, price, total, vat, steps)
     where l.id = a.id
    """
).bindparams(
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("steps", type_=ARRAY(Text)),
    *(
        bindparam(name, type_=ARRAY(Numeric(15, 4)))
        for name in ("quantities", "prices", "totals", "vats")
    ),
)
_SUMS: TextClause = text(
    """
    update fondaco.customer_order o set total = l.total + s.total, vat_total = l.vat + s.vat
      from (select sum(total) as total, sum(vat_amount) as vat
              from fondaco.order_line where order_id = :order) l,
           (select sum(delivery_price) as total, sum(delivery_vat_amount) as vat
              from fondaco.shipment where order_id = :order) s
     where o.id = :order returning o.total, o.vat_total
    """
)
# Nobody brings a shipment of which nothing is left.
_NOT_BROUGHT: TextClause = text(
    """
    update fondaco.shipment s
       set delivery_code = '', delivery_ru = '', delivery_en = '', delivery_price = 0,
           delivery_vat = '', delivery_vat_rate = 0, delivery_vat_amount = 0, arrives_from = null,
           arrives_until = null, carrier = '', point_code = '', point_text = ''
     where s.order_id = :order and s.delivery_code <> ''
       and not exists (select from fondaco.order_line l
                        where l.shipment_id = s.id and l.quantity > 0)
    """
)
_UNDATED: TextClause = text(
    """
    with dated as (
        delete from fondaco.undated_line u
         using fondaco.order_line l
         where l.id = u.order_line_id and u.order_line_id = any(:lines)
           and not u.order_line_id = any(:short)
    )
    insert into fondaco.undated_line as u (order_line_id, quantity, why)
    select line, quantity, 'short' from unnest(:short, :quantities) as s (line, quantity)
    on conflict (order_line_id) do update
       set quantity = excluded.quantity, why = 'short', settled_at = null
    """
).bindparams(
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("short", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(Numeric(15, 3))),
)


class Part(Struct, frozen=True):
    """The shipment that is changed."""

    id: int
    place_id: int | None
    outlet_id: int | None


async def part_of(act: ActContext, order_id: OrderId, shipment: UUID) -> Part | None:
    """A shipment of the order. One statement."""
    rows = await act.fetch(_SHIPMENT, {"uuid": shipment, "order": order_id})
    return Part(*rows[0]) if rows else None


async def lines_of(act: ActContext, part: Part) -> Sequence[Line]:
    """Its lines, without what they hold: that counts only under locks. One statement."""
    return [_line(row) for row in await act.fetch(_LINES, {"shipment": part.id})]


async def lock_stock(
    act: ActContext, part: Part, found: Sequence[Change]
) -> tuple[Sequence[Change], Sequence[Free]]:
    """The changes with what their lines hold, and what is free beside. Two statements.

    Rows of the shipment's own place serve first, then others; what is on its way last.
    """
    lines = [change.line.id for change in found if change.line]
    products = list({change.product_id for change in found})
    rows = await act.fetch(_STOCK, {"products": products, "lines": lines})
    held: dict[int, list[Held]] = defaultdict(list)
    for one in await act.fetch(_HELD, {"lines": lines}):
        held[one.order_line_id].append(Held(one.id, one.stock_id, one.quantity, one.expires_at))
    serving = sorted(rows, key=lambda r: (r.arrives_on is not None, r.place_id != part.place_id))
    free = [Free(r.id, ProductId(r.product_id), r.free) for r in serving]
    return [
        Change(
            msgspec.structs.replace(one.line, held=tuple(held[one.line.id])) if one.line else None,
            one.to,
        )
        for one in found
    ], free


async def new_holds_end(act: ActContext, order_id: OrderId) -> datetime | None:
    """When what a new line holds is given back; None: it stays until it is shipped. One statement.

    With the first hold of the order that is in force. Where none is and something is to be paid
    beforehand still, as that of a new order.
    """
    values = {"order": order_id, "term": lasts(act.hall.settings, prepaid=True)}
    found: datetime | None = (await act.fetch(_ENDS, values))[0][0]
    return found


async def add_lines(
    act: ActContext, order_id: OrderId, part: Part, plans: Sequence[Plan]
) -> Mapping[int, Line]:
    """The new lines by the place of their plan. One statement."""
    new = [(n, one.change.to) for n, one in enumerate(plans) if one.change.line is None]
    wanted = [(n, to) for n, to in new if to is not None]
    if not wanted:
        return {}
    values = {
        "order": order_id,
        "shipment": part.id,
        "uuids": [str(uuid7()) for _ in wanted],
        "products": [to.product_id for _, to in wanted],
        "quantities": [to.quantity for _, to in wanted],
        "prices": [to.unit_price for _, to in wanted],
        "totals": [to.total for _, to in wanted],
    }
    rows = await act.fetch(_ADD, values)
    return {n: _line(row) for (n, _), row in zip(wanted, rows, strict=True)}


async def write(
    act: ActContext,
    order_id: OrderId,
    plans: Sequence[tuple[Line, Plan]],
    *,
    currency: str,
    steps: Sequence[str],
) -> tuple[Decimal, Decimal]:
    """Lines, holds and sums become what was planned; the order's total and VAT. Six statements."""
    after = [(line, plan.change.to if plan.change.quantity else None) for line, plan in plans]
    totals = [to.total if to else Decimal(0) for _, to in after]
    await act.execute(
        _SET,
        {
            "lines": [line.id for line, _ in after],
            "quantities": [to.quantity if to else Decimal(0) for _, to in after],
            "prices": [to.unit_price if to else line.unit_price for line, to in after],
            "totals": totals,
            "vats": [
                vat_inside(total, line.vat_rate, currency)
                for (line, _), total in zip(after, totals, strict=True)
            ],
            "steps": list(steps),
        },
    )
    await rehold(
        act,
        [held.id for line, _ in plans for held in line.held],
        [
            (piece.stock_id, line.id, piece.quantity, piece.ends)
            for line, plan in plans
            for piece in plan.pieces
        ],
    )
    short = [(line.id, plan.short) for line, plan in plans if plan.short > 0]
    await act.execute(
        _UNDATED,
        {
            "lines": [line.id for line, _ in plans],
            "short": [id_ for id_, _ in short],
            "quantities": [quantity for _, quantity in short],
        },
    )
    await promise_shipments(act, order_id)
    await act.execute(_NOT_BROUGHT, {"order": order_id})
    row = (await act.fetch(_SUMS, {"order": order_id}))[0]
    return row.total, row.vat_total


def _line(row: Any) -> Line:
    return Line(
        row.id, ProductId(row.product_id), row.sku, row.name, row.unit, row.quantity,
        row.unit_price, row.total, row.vat_rate, (),
    )  # fmt: skip
