"""What was decided anew is written: reservations, promises and what they were before."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec
from sqlalchemy import ARRAY, BigInteger, Date, DateTime, Numeric, Text, TextClause, bindparam, text

from fondaco.hooks.context import ActContext
from fondaco.orders.replan.deciding import Decision
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.reason import Reason

_HOLD: TextClause = text(
    """
    with gone as (
        delete from fondaco.reservation where id = any(:ids) returning stock_id, quantity
    ), added as (
        insert into fondaco.reservation
            (stock_id, order_line_id, quantity, arrives_on, moved_at, expires_at)
        select a.stock_id, a.line_id, a.quantity, s.arrives_on,
               (select case when count(*) = 0 then clock_timestamp() else max(b.moved_at) end
                  from fondaco.reservation b
                 where b.id = any(:ids) and b.order_line_id = a.line_id
                   and b.stock_id = a.stock_id),
               a.expires_at
          from unnest(:stocks, :lines, :quantities, :ends)
               as a (stock_id, line_id, quantity, expires_at)
          join fondaco.stock_row s on s.id = a.stock_id
        returning stock_id, quantity
    ), moved as (
        select stock_id, sum(quantity) as quantity
          from (select stock_id, -quantity from gone
                union all select stock_id, quantity from added) as m (stock_id, quantity)
         group by stock_id having sum(quantity) <> 0
    )
    update fondaco.stock_row s set reserved = s.reserved + m.quantity
      from moved m where s.id = m.stock_id
    """
).bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)),
    bindparam("stocks", type_=ARRAY(BigInteger)),
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(Numeric(15, 3))),
    bindparam("ends", type_=ARRAY(DateTime(timezone=True))),
)
_PROMISE: TextClause = text(
    """
    with anew as (
        select * from unnest(:lines, :promised, :supplies, :ru, :en)
                   as a (id, promised, supply, ru, en)
    ), former as (
        insert into fondaco.former_supply (order_line_id, promised, supply, ru, en)
        select l.id, l.promised, l.supply, a.ru, a.en
          from anew a join fondaco.order_line l on l.id = a.id
    )
    update fondaco.order_line l set promised = a.promised, supply = cast(a.supply as jsonb)
      from anew a where l.id = a.id
    """
).bindparams(
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("promised", type_=ARRAY(Date)),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("supplies", "ru", "en")),
)
_SHIPMENTS: TextClause = text(
    """
    update fondaco.shipment s set promised = l.promised
      from (select shipment_id,
                   case when count(promised) = count(*) then max(promised) end as promised
              from fondaco.order_line where order_id = :order and quantity > 0
             group by shipment_id) l
     where s.id = l.shipment_id and s.promised is distinct from l.promised
    """
)
_UNDATED: TextClause = text(
    """
    with dated as (
        delete from fondaco.undated_line where order_line_id = any(:dated)
    )
    insert into fondaco.undated_line as u (order_line_id, quantity, why)
    select * from unnest(:lines, :quantities, :why)
    on conflict (order_line_id) do update
       set quantity = excluded.quantity, why = excluded.why,
           settled_at = case when excluded.quantity > u.quantity then null else u.settled_at end
    """
).bindparams(
    bindparam("dated", type_=ARRAY(BigInteger)),
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(Numeric(15, 3))),
    bindparam("why", type_=ARRAY(Text)),
)
# Bad news that was not looked at yet is not covered up by good ones.
_MOVED: TextClause = text(
    """
    update fondaco.customer_order
       set dates_moved = case when dates_moved = 'later' then 'later' else :moved end
     where id = :order
    """
)


async def hold_anew(act: ActContext, decisions: Sequence[Decision]) -> None:
    """The lines hold what was decided, until the same moment as before. One statement.

    The stock rows are locked by the caller.
    """
    await rehold(
        act,
        [gone.id for one in decisions for gone in one.line.reserved],
        [
            (piece.stock_id, one.line.id, piece.quantity, one.line.reserved[0].expires_at)
            for one in decisions
            for piece in one.pieces
        ],
    )


async def rehold(
    act: ActContext,
    gone: Sequence[int],
    pieces: Sequence[tuple[int, int, Decimal, datetime | None]],
) -> None:
    """Reservations `gone` give way to pieces: (stock row, line, quantity, end). One statement.

    The stock rows are locked by the caller.
    """
    await act.execute(
        _HOLD,
        {
            "ids": list(gone),
            "stocks": [stock for stock, _, _, _ in pieces],
            "lines": [line for _, line, _, _ in pieces],
            "quantities": [quantity for _, _, quantity, _ in pieces],
            "ends": [ends for _, _, _, ends in pieces],
        },
    )


async def promise_anew(
    act: ActContext, order_id: OrderId, decisions: Sequence[Decision], why: Sequence[Reason]
) -> None:
    """Lines and shipments get their new days, the former decisions are kept. Three statements."""
    await act.execute(
        _PROMISE,
        {
            "lines": [one.line.id for one in decisions],
            "promised": [one.promised for one in decisions],
            "supplies": [msgspec.json.encode(one.supply).decode() for one in decisions],
            "ru": [reason.ru for reason in why],
            "en": [reason.en for reason in why],
        },
    )
    await promise_shipments(act, order_id)
    undated = [one for one in decisions if one.why_undated]
    await act.execute(
        _UNDATED,
        {
            "dated": [one.line.id for one in decisions if not one.why_undated],
            "lines": [one.line.id for one in undated],
            "quantities": [one.outcome.missing for one in undated],
            "why": [one.why_undated for one in undated],
        },
    )


async def promise_shipments(act: ActContext, order_id: OrderId) -> None:
    """Each shipment is ready when the last of its lines is. One statement."""
    await act.execute(_SHIPMENTS, {"order": order_id})


async def mark_moved(act: ActContext, order_id: OrderId, moved: Literal["later", "sooner"]) -> None:
    """Until the buyer has seen it."""
    await act.execute(_MOVED, {"order": order_id, "moved": moved})
