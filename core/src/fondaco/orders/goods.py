"""The goods that an order holds: they are let go of, held until they are shipped, or go out.

Whoever changes them locks their stock rows first, in the order of their ids.
"""

from datetime import timedelta

from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco_sdk.types.ids import OrderId

# Before reservations are released, kept or taken: stock rows are locked in one order by everybody.
_LOCK: TextClause = text(
    """
    select s.id from fondaco.stock_row s
     where s.id in (select r.stock_id from fondaco.reservation r
                      join fondaco.order_line l on l.id = r.order_line_id
                     where l.order_id = :order)
     order by s.id for update
    """
)
_RELEASE: TextClause = text(
    """
    with released as (
        update fondaco.reservation r set state = 'released', ended_at = clock_timestamp()
          from fondaco.order_line l
         where l.id = r.order_line_id and l.order_id = :order and r.state = 'held'
        returning r.stock_id, r.quantity
    ), per_row as (
        select stock_id, sum(quantity) as quantity from released group by stock_id
    )
    update fondaco.stock_row s set reserved = s.reserved - p.quantity
      from per_row p where s.id = p.stock_id
    """
)
_KEEP: TextClause = text(
    """
    update fondaco.reservation r
       set expires_at = case when cast(:seconds as double precision) > 0
                then clock_timestamp() + make_interval(secs => cast(:seconds as double precision))
           end
      from fondaco.order_line l
     where l.id = r.order_line_id and l.order_id = :order and r.state = 'held'
       and (r.expires_at > clock_timestamp()
            or (r.expires_at is null and cast(:seconds as double precision) > 0))
    returning r.id
    """
)
# Off the shelf and out of the reserve at once, so that what is free stays what it was.
_SEND_OFF: TextClause = text(
    """
    with taken as (
        update fondaco.reservation r set state = 'taken', ended_at = clock_timestamp()
          from fondaco.order_line l
         where l.id = r.order_line_id and l.order_id = :order and r.state = 'held'
        returning r.stock_id, r.quantity
    ), per_row as (
        select stock_id, sum(quantity) as quantity from taken group by stock_id
    )
    update fondaco.stock_row s
       set reserved = s.reserved - p.quantity, on_hand = s.on_hand - p.quantity
      from per_row p where s.id = p.stock_id
    """
)


async def lock_goods(act: ActContext, order_id: OrderId) -> None:
    """Nobody else takes from the stock rows of an order until the transaction ends."""
    await act.fetch(_LOCK, {"order": order_id})


async def let_go(act: ActContext, order_id: OrderId) -> None:
    """The goods of an order are free again."""
    await lock_goods(act, order_id)
    await act.execute(_RELEASE, {"order": order_id})


async def keep_goods(act: ActContext, order_id: OrderId, lasts: timedelta | None) -> bool:
    """What an order still holds is held for `lasts` from now on, or until it is shipped.

    False where there was nothing to change. The stock rows are locked by the caller.
    """
    seconds = lasts.total_seconds() if lasts else 0.0
    return bool(await act.fetch(_KEEP, {"order": order_id, "seconds": seconds}))


async def send_off(act: ActContext, order_id: OrderId) -> None:
    """The goods that an order holds leave: they are on no shelf any more."""
    await lock_goods(act, order_id)
    await act.execute(_SEND_OFF, {"order": order_id})
