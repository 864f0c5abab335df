"""Holding goods: rows locked in the order of their ids, taken whole or not at all.

A hold with an end is over when the database clock says so, whoever looks at it first: the sweep,
or somebody who takes from the same stock rows. Whether it is over is decided under the row's lock.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco_sdk.types.ids import CompanyId, StockId, UserId

# One list of keys: rows that stand in this list or in that are sought through the whole table.
LOCK: TextClause = text(
    """
    select id from fondaco.stock_row
     where id = any(array(
               select unnest(cast(:stocks as bigint[]))
               union
               select stock_id from fondaco.reservation
                where user_id = :user and company_id = :company and state = 'held'))
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
    insert into fondaco.reservation
        (stock_id, order_line_id, user_id, company_id, quantity, arrives_on, expires_at)
    select h.stock_id, line_id, cast(:user as bigint), cast(:company as bigint), quantity,
           s.arrives_on,
           case when cast(:seconds as double precision) > 0
                then clock_timestamp() + make_interval(secs => cast(:seconds as double precision))
           end
      from unnest(cast(:stocks as bigint[]), cast(:lines as bigint[]),
                  cast(:quantities as numeric[])) as h (stock_id, line_id, quantity)
      join fondaco.stock_row s on s.id = h.stock_id
    """
)
# Those that have ended, and the holder's own, which what is taken now replaces.
RELEASE: TextClause = text(
    """
    with ended as (
        update fondaco.reservation set state = 'released', ended_at = clock_timestamp()
         where stock_id = any(cast(:stocks as bigint[])) and state = 'held'
           and (expires_at <= clock_timestamp() or (user_id = :user and company_id = :company))
        returning stock_id, order_line_id, quantity
    ), per_row as (
        select stock_id, sum(quantity) as quantity from ended group by stock_id
    ), given_back as (
        update fondaco.stock_row s set reserved = s.reserved - p.quantity
          from per_row p where s.id = p.stock_id
    )
    select distinct order_line_id from ended where order_line_id is not null
    """
)
ENDING: TextClause = text(
    """
    select stock_id from fondaco.reservation
     where state = 'held' and expires_at <= clock_timestamp()
     order by expires_at limit :most
    """
)
HELD_BY: TextClause = text(
    """
    select stock_id, quantity,
           extract(epoch from expires_at - clock_timestamp())::double precision
      from fondaco.reservation
     where user_id = :user and company_id = :company and state = 'held'
       and expires_at > clock_timestamp()
    """
)


class StockMoved(Exception):
    """Between the plan and the lock somebody else took the goods; plan again."""


class Hold(Struct, frozen=True):
    """A quantity of a stock row, for an order line or at the checkout."""

    stock_id: StockId
    line_id: int | None
    quantity: Decimal


class Holder(Struct, frozen=True):
    """A person who holds goods at the checkout for a company."""

    user: UserId | None = None
    company: CompanyId | None = None

    def parameters(self) -> dict[str, int | None]:
        """For the statements."""
        return {"user": self.user, "company": self.company}


NOBODY = Holder()


async def take(
    act: ActContext,
    stocks: Sequence[StockId],
    quantities: Sequence[Decimal],
    instead: Holder = NOBODY,
) -> Sequence[int]:
    """Count the quantities as reserved, all of them or none. Three statements.

    Holds of these rows that have ended are let go first, and so are all holds of `instead`. Returns
    the order lines whose holds ended. Raises `StockMoved` when a row no longer has enough; the
    caller's transaction must then end.
    """
    if not stocks:
        return ()
    locked = await act.fetch(LOCK, {"stocks": list(stocks), **instead.parameters()})
    ended = await act.fetch(RELEASE, {"stocks": [row.id for row in locked], **instead.parameters()})
    taken = await act.fetch(TAKE, {"stocks": list(stocks), "quantities": list(quantities)})
    if len(taken) < len(set(stocks)):
        raise StockMoved
    return [row[0] for row in ended]


async def hold(
    act: ActContext, holds: Sequence[Hold], lasts: timedelta | None, holder: Holder = NOBODY
) -> None:
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
            **holder.parameters(),
        },
    )


async def held_by(act: ActContext, holder: Holder) -> tuple[dict[StockId, Decimal], float]:
    """What a person holds at the checkout, by stock row, and for how many seconds still."""
    rows = await act.fetch(HELD_BY, holder.parameters())
    held: dict[StockId, Decimal] = {}
    for stock_id, quantity, _ in rows:
        held[stock_id] = held.get(stock_id, Decimal(0)) + quantity
    return held, min((row[2] for row in rows), default=0.0)


async def release_ended(act: ActContext, most: int) -> tuple[int, Sequence[int]]:
    """Let go of holds that are over: how many rows were found, and the order lines among them."""
    found = await act.fetch(ENDING, {"most": most})
    if not found:
        return 0, ()
    stocks = sorted({row[0] for row in found})
    await act.fetch(LOCK, {"stocks": stocks, **NOBODY.parameters()})
    ended = await act.fetch(RELEASE, {"stocks": stocks, **NOBODY.parameters()})
    return len(found), [row[0] for row in ended]
