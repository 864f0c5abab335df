"""What an order holds: until when, what happens at the end, and the payment that comes in time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.availability.reserve import Hold, StockMoved, hold, release_ended, take
from fondaco.hooks.context import ActContext, AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.goods import keep_goods, lock_goods
from fondaco.orders.service import Orders, add_entry
from fondaco.settings import Settings
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.ids import OrderId, StockId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

AT_ONCE = 200
OPEN = frozenset((OrderState.PLACED, OrderState.CONFIRMED, OrderState.AWAITING_PAYMENT))

ENDED = Reason(
    "hold.ended",
    "Резерв закончился: оплата не пришла вовремя, товар снова в свободном остатке",
    "The hold ended: no payment came in time, and the goods are free again",
)
NOT_APPROVED = Reason(
    "hold.not_approved",
    "Резерв закончился: заказ не согласовали вовремя, товар снова в свободном остатке",
    "The hold ended: the order was not approved in time, and the goods are free again",
)
KEPT = Reason(
    "hold.kept",
    "Товар удержан до отгрузки",
    "The goods are held until they are shipped",
)
TAKEN_AGAIN = Reason(
    "hold.taken_again",
    "Резерв успел закончиться; товар ещё был свободен и удержан снова",
    "The hold had ended; the goods were still free and are held again",
)

_NOTE: TextClause = text(
    """
    insert into fondaco.order_entry (order_id, kind, ru, en)
    select id, 'hold.ended',
           case state when 'awaiting_approval' then :waiting_ru else :ru end,
           case state when 'awaiting_approval' then :waiting_en else :en end
      from fondaco.customer_order
     where id in (select order_id from fondaco.order_line
                   where id = any(cast(:lines as bigint[])))
    """
)
_STATE: TextClause = text(
    """
    select count(*) filter (where r.state = 'held'), count(*) filter (where r.state = 'released'),
           extract(epoch from min(r.expires_at) filter (where r.state = 'held')
                              - clock_timestamp())::double precision
      from fondaco.reservation r
      join fondaco.order_line l on l.id = r.order_line_id
     where l.order_id = :order
    """
)
# What of each line was let go of; `now` is how much the line is, `was` how much it was by then.
_LET_GO: TextClause = text(
    """
    select r.stock_id, r.order_line_id, r.quantity, l.quantity as now,
           coalesce(c.quantity_before, l.quantity) as was
      from fondaco.reservation r
      join fondaco.order_line l on l.id = r.order_line_id
      join fondaco.stock_row s on s.id = r.stock_id
      left join lateral (
           select quantity_before from fondaco.order_line_change
            where order_line_id = l.id
              and at > (select max(case e.state when 'held' then 'infinity' else e.ended_at end)
                          from fondaco.reservation e where e.order_line_id = l.id)
            order by id limit 1
      ) c on true
     where l.order_id = :order and r.state <> 'taken'
       and not exists (select 1 from fondaco.reservation other
                        where other.order_line_id = r.order_line_id and other.state <> 'released'
                          and (other.expires_at is null
                               or other.expires_at > clock_timestamp()))
       and r.id in (select max(id) from fondaco.reservation
                     where order_line_id = r.order_line_id group by stock_id)
     order by r.order_line_id, s.arrives_on nulls first, r.id
    """
)


class Held(Struct, frozen=True):
    """How an order's goods are held.

    `seconds` are left by the database clock; None: held without an end, or not held at all.
    """

    held: bool
    ended: bool
    seconds: float | None

    def until(self, now: datetime) -> datetime:
        """When the hold ends; only where `seconds` are left."""
        return now + timedelta(seconds=self.seconds or 0)


def lasts(settings: Settings, *, prepaid: bool) -> timedelta | None:
    """How long an order's goods are held; None: until they are shipped.

    Who pays afterwards has them until then; who has to pay some of it beforehand (`prepaid`), for a
    while.
    """
    hours = settings.orders.prepaid_hold_hours
    return timedelta(hours=hours) if hours and prepaid else None


def lasts_unapproved(settings: Settings) -> timedelta | None:
    """How long the goods of an order that waits for an approval are held."""
    return timedelta(hours=settings.orders.approval_hold_hours) or None


async def held_of(ask: AskContext, order_id: OrderId) -> Held:
    """How the goods of an order are held now. One statement."""
    held, released, seconds = (await ask.fetch(_STATE, {"order": order_id}))[0]
    over = seconds is not None and seconds <= 0
    return Held(bool(held) and not over, over or bool(released and not held), seconds)


async def note_ended(act: ActContext, lines: Sequence[int]) -> None:
    """Say in the timelines of the orders of these lines that their holds have ended."""
    if lines:
        words = {
            "ru": ENDED.ru,
            "en": ENDED.en,
            "waiting_ru": NOT_APPROVED.ru,
            "waiting_en": NOT_APPROVED.en,
        }
        await act.execute(_NOTE, {"lines": list(lines), **words})


async def keep(act: ActContext, order_id: OrderId) -> Reason:
    """The payment is there: hold the goods until they are shipped. Again changes nothing.

    Where the hold has ended meanwhile they are taken again, if all of them are still free. Raises
    `NotFound`, and `Conflict` where they are not, or the order is past holding.
    """
    order = await Orders(act).locked(order_id)
    if order.state not in OPEN:
        raise Conflict(
            Reason(
                "hold.closed",
                f"Заказ {order.number} уже не ждёт товара",
                f"Order {order.number} no longer waits for goods",
            )
        )
    try:
        secured = await secure(act, order_id, None)
    except StockMoved:
        raise Conflict(
            Reason(
                "hold.gone",
                f"Резерв заказа {order.number} закончился, и товар уже занят."
                " Подберите замену или свяжитесь с клиентом",
                f"The hold of order {order.number} ended and the goods are taken."
                " Find a replacement or call the customer",
            )
        ) from None
    if secured == "again":
        await add_entry(act, order_id, "hold.taken_again", TAKEN_AGAIN)
        return TAKEN_AGAIN
    if secured == "kept":
        await add_entry(act, order_id, "hold.kept", KEPT)
    return KEPT


async def secure(
    act: ActContext, order_id: OrderId, lasts: timedelta | None
) -> Literal["same", "kept", "again"]:
    """Hold an order's goods for `lasts` from now on; what was let go of is taken again.

    A line that was changed meanwhile takes what it needs by now. All of it or nothing: raises
    `StockMoved` where something is no longer free. The order is locked by the caller. "same":
    nothing of it had an end.
    """
    await lock_goods(act, order_id)
    # In this order: what was over for the first is over for the second too.
    kept = await keep_goods(act, order_id, lasts)
    gone = await act.fetch(_LET_GO, {"order": order_id})
    again = [
        one for _, rows in groupby(gone, attrgetter("order_line_id")) for one in _again(list(rows))
    ]
    if not again:
        return "kept" if kept else "same"
    async with act.connection.begin_nested():
        ended = await take(act, [one.stock_id for one in again], [one.quantity for one in again])
        await note_ended(act, ended)
    await hold(act, again, lasts)
    return "again"


def _again(rows: Sequence[Any]) -> Iterator[Hold]:
    """Of a line what it let go of, as far as it needs it still; by what it grew meanwhile more."""
    let_go = sum((row.quantity for row in rows), Decimal(0))
    needed = min(rows[0].now, let_go + max(rows[0].now - rows[0].was, Decimal(0)))
    more = max(needed - let_go, Decimal(0))
    for row in rows:
        quantity, more = min(row.quantity + more, needed), Decimal(0)
        if quantity > 0:
            needed -= quantity
            yield Hold(StockId(row.stock_id), row.order_line_id, quantity)


async def let_go_of_ended(hall: Hall) -> None:
    """The sweep: holds that are over give their goods back, and the orders say so."""
    found = AT_ONCE
    while found >= AT_ONCE:
        async with system_ask(hall).act() as act:
            found, lines = await release_ended(act, AT_ONCE)
            await note_ended(act, lines)
