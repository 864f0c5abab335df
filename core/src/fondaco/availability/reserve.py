"""Holding goods: rows locked in the order of their ids, taken whole or not at all."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco_sdk.types.ids import StockId

LOCK: TextClause = text(
    """
    select id from fondaco.stock_row where id = any(cast(:stocks as bigint[]))
     order by id for update
    """
)
TAKE: TextClause = text(
    """
    with wanted as (
        select stock_id, sum(quantity) as quantity
          from unnest(cast(:stocks as bigint[]), cast(:quantities as numeric[]))
               as w (stock_id, quantity)
         group by stock_id
    )
    update fondaco.stock_row s set reserved = s.reserved + w.quantity
      from wanted w
     where s.id = w.stock_id and s.on_hand - s.reserved >= w.quantity
    returning s.id
    """
)
HOLD: TextClause = text(
    """
    insert into fondaco.reservation (stock_id, order_line_id, quantity, expires_at)
    select stock_id, line_id, quantity,
           case when cast(:seconds as double precision) > 0
                then now() + make_interval(secs => cast(:seconds as double precision)) end
      from unnest(cast(:stocks as bigint[]), cast(:lines as bigint[]),
                  cast(:quantities as numeric[])) as h (stock_id, line_id, quantity)
    """
)


class StockMoved(Exception):
    """Between the plan and the lock somebody else took the goods; plan again."""


class Hold(Struct, frozen=True):
    """A quantity of a stock row for an order line."""

    stock_id: StockId
    line_id: int
    quantity: Decimal


async def take(act: ActContext, stocks: Sequence[StockId], quantities: Sequence[Decimal]) -> None:
    """Count the quantities as reserved, all of them or none. Two statements.

    Raises `StockMoved` when a row no longer has enough; the caller's transaction must then end.
    """
    if not stocks:
        return
    wanted = {"stocks": list(stocks), "quantities": list(quantities)}
    await act.fetch(LOCK, {"stocks": list(stocks)})
    taken = await act.fetch(TAKE, wanted)
    if len(taken) < len(set(stocks)):
        raise StockMoved


async def hold(act: ActContext, holds: Sequence[Hold], lasts: timedelta | None) -> None:
    """Write who holds what, until when by the database clock; None: until it is shipped."""
    if not holds:
        return
    await act.execute(
        HOLD,
        {
            "stocks": [h.stock_id for h in holds],
            "lines": [h.line_id for h in holds],
            "quantities": [h.quantity for h in holds],
            "seconds": lasts.total_seconds() if lasts else 0.0,
        },
    )
