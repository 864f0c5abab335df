"""Which orders hold goods that are no longer where or when they were promised, and what they hold.

A row that holds more than it has is short for those who came last. A lot that has come without its
goods being counted is no shortage before its place reports, for a day at most.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import OrderId, OutletId, PlaceId, ProductId, StockId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.supply import LineSupply

MOVABLE = (
    OrderState.AWAITING_APPROVAL,
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.AWAITING_PAYMENT,
)
"""States in which nobody has touched the goods yet."""

# Of rows that hold more than they have, how much of each reservation goes beyond it.
_BEYOND = """
    select q.id, least(q.quantity, q.up_to - q.on_hand) as beyond
      from (select r.id, r.quantity, s.on_hand,
                   sum(r.quantity) over (
                       partition by r.stock_id
                       order by o.state = 'picking' desc nulls last, o.placed_at nulls last, r.id)
                       as up_to
              from fondaco.stock_row s
              join fondaco.reservation r on r.stock_id = s.id and r.state = 'held'
              left join fondaco.order_line l on l.id = r.order_line_id
              left join fondaco.customer_order o on o.id = l.order_id
             where s.reserved > s.on_hand {rows}
               and not exists (
                   select from fondaco.stock_row come
                     join fondaco.place p on p.id = come.place_id
                    where come.product_id = s.product_id and come.place_id = s.place_id
                      and s.lot = '' and come.lot <> '' and come.arrives_on is null
                      and come.reported_at > greatest(s.reported_at, p.reported_at)
                      and come.reported_at > now() - interval '1 day')) q
     where q.up_to > q.on_hand
"""
_OVERDUE = "s.arrives_on < (cast(:now as timestamptz) at time zone p.timezone)::date"
TROUBLED: TextClause = text(
    f"""
    with beyond as ({_BEYOND.format(rows="")}), lines as (
        select r.order_line_id as id from beyond b join fondaco.reservation r on r.id = b.id
        union
        select r.order_line_id
          from fondaco.reservation r
          join fondaco.stock_row s on s.id = r.stock_id
          join fondaco.place p on p.id = s.place_id
         where r.state = 'held' and (s.arrives_on is not null or r.arrives_on is not null)
           and (r.arrives_on is distinct from s.arrives_on or {_OVERDUE})
        union
        select order_line_id from fondaco.undated_line
    )
    select o.id
      from fondaco.customer_order o
     where o.state in ({", ".join(repr(str(state)) for state in MOVABLE)})
       and o.id in (select l.order_id from lines join fondaco.order_line l using (id))
     order by o.placed_at, o.id
    """
)
LOCK_PRODUCTS: TextClause = text(
    """
    select id from fondaco.stock_row
     where product_id in (select product_id from fondaco.order_line where order_id = :order)
     order by id for update
    """
)
_LINES: TextClause = text(
    f"""
    with held as (
        select r.id, r.order_line_id, r.stock_id, r.quantity, r.expires_at,
               r.arrives_on as was_due, s.arrives_on as due, s.place_id,
               r.arrives_on is distinct from s.arrives_on as moved,
               coalesce({_OVERDUE}, false) as overdue
          from fondaco.reservation r
          join fondaco.order_line l on l.id = r.order_line_id
          join fondaco.stock_row s on s.id = r.stock_id
          join fondaco.place p on p.id = s.place_id
         where l.order_id = :order and r.state = 'held'
           and (r.expires_at is null or r.expires_at > clock_timestamp())
    ), beyond as ({_BEYOND.format(rows="and s.id in (select stock_id from held)")})
    select l.id, l.shipment_id, l.product_id, l.sku, sh.outlet_id, sh.wanted_on, l.promised,
           l.supply, u.order_line_id is not null,
           json_agg(json_build_array(h.id, h.stock_id, h.place_id, h.quantity::text,
                                     coalesce(b.beyond, 0)::text, h.was_due, h.due, h.moved,
                                     h.overdue, h.expires_at) order by h.id)
      from held h
      join fondaco.order_line l on l.id = h.order_line_id
      join fondaco.shipment sh on sh.id = l.shipment_id
      left join beyond b on b.id = h.id
      left join fondaco.undated_line u on u.order_line_id = l.id
     group by l.id, sh.outlet_id, sh.wanted_on, u.order_line_id
    having bool_or(h.moved or h.overdue or b.id is not null) or u.order_line_id is not null
     order by l.position
    """
)


class Reserved(Struct, frozen=True, array_like=True):
    """A reservation as it stands. `was_due` and `due`: when its lot was and is expected."""

    id: int
    stock_id: StockId
    place_id: PlaceId
    quantity: Decimal
    beyond: Decimal
    was_due: date | None
    due: date | None
    moved: bool
    overdue: bool
    expires_at: datetime | None


class Line(Struct, frozen=True, array_like=True):
    """A line that holds something that changed, or that has no day: `undated`. It is with the buyer
    not before it is wanted.
    """

    id: int
    shipment_id: int
    product_id: ProductId
    sku: str
    outlet_id: OutletId | None
    wanted_on: date | None
    promised: date | None
    supply: LineSupply
    undated: bool
    reserved: tuple[Reserved, ...]


async def troubled(ask: AskContext) -> Sequence[OrderId]:
    """The orders to be looked at, in the order in which they were placed. One statement."""
    return [OrderId(row.id) for row in await ask.fetch(TROUBLED, {"now": ask.now})]


async def lines_of(ask: AskContext, order_id: OrderId) -> Sequence[Line]:
    """The lines of an order that have to be settled anew. One statement."""
    rows: Sequence[Any] = await ask.fetch(_LINES, {"order": order_id, "now": ask.now})
    return [msgspec.convert(tuple(row), Line, strict=False) for row in rows]
