"""Whether an order that waited for an approval can still be had as it was placed.

While its goods are held, its prices stand. Once the hold has ended it is a new purchase: the goods
are taken again, and no price may have risen. Dates count from the approval in any case.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text

from fondaco.availability.allocate import in_force
from fondaco.availability.reserve import StockMoved
from fondaco.hooks.context import ActContext
from fondaco.orders.holds import TAKEN_AGAIN, lasts, secure
from fondaco.orders.service import add_entry
from fondaco.web.format import day, money, quantity
from fondaco_sdk.errors import Conflict
from fondaco_sdk.hooks.availability import supply_plans
from fondaco_sdk.types.order import Order, OrderLine
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Want

# What is over lies in `reserved` until somebody takes it, and is free for whoever does.
_SHORT: TextClause = text(
    """
    select l.sku, l.unit, sum(r.quantity) as wanted,
           sum(greatest(s.on_hand - s.reserved + coalesce(over.quantity, 0), 0)) as free
      from fondaco.order_line l
      join fondaco.reservation r on r.order_line_id = l.id and r.state <> 'taken'
      join fondaco.stock_row s on s.id = r.stock_id
      left join lateral (
           select sum(e.quantity) as quantity from fondaco.reservation e
            where e.stock_id = s.id and e.state = 'held' and e.expires_at <= clock_timestamp()
      ) over on true
     where l.order_id = :order
     group by l.id, l.sku, l.unit, l.position
    having sum(r.quantity)
           > sum(greatest(s.on_hand - s.reserved + coalesce(over.quantity, 0), 0))
     order by l.position
    """
)
_HELD_ROWS: TextClause = text(
    """
    select r.order_line_id, r.stock_id
      from fondaco.reservation r join fondaco.order_line l on l.id = r.order_line_id
     where l.order_id = :order and r.state = 'held'
    """
)
_MOVE_LINES: TextClause = text(
    """
    update fondaco.order_line l set promised = moved.promised
      from unnest(:lines, :dates) as moved (id, promised)
     where l.id = moved.id
    """
).bindparams(bindparam("lines", type_=ARRAY(BigInteger)), bindparam("dates", type_=ARRAY(Date)))
_MOVE_SHIPMENTS: TextClause = text(
    """
    update fondaco.shipment s
       set promised = (select max(l.promised) from fondaco.order_line l where l.shipment_id = s.id)
     where s.order_id = :order and s.promised is not null
    """
)


async def secure_again(act: ActContext, order: Order) -> None:
    """Hold the goods of an order for its customer, for whom `act` works.

    Statements do not depend on the number of lines. Raises `Conflict`, naming the lines, where
    goods are gone or dearer; nothing has changed then.
    """
    term = lasts(act.hall.settings, prepaid=not order.prepaid)
    try:
        secured = await secure(act, order.id, term)
    except StockMoved:
        raise Conflict(_GONE, await _short(act, order)) from None
    if secured == "again":
        if dearer := await _dearer(act, order):
            raise Conflict(_DEARER, dearer)
        await add_entry(act, order.id, "hold.taken_again", TAKEN_AGAIN)
    await _move_dates(act, order)


async def _short(act: ActContext, order: Order) -> dict[str, Reason]:
    rows = await act.fetch(_SHORT, {"order": order.id})
    return {
        row.sku: Reason(
            "approval.short",
            f"нужно {quantity(row.wanted, row.unit, 'ru')},"
            f" свободно {quantity(row.free, row.unit, 'ru')}",
            f"{quantity(row.wanted, row.unit, 'en')} wanted,"
            f" {quantity(row.free, row.unit, 'en')} free",
        )
        for row in rows
    }


async def _dearer(act: ActContext, order: Order) -> dict[str, Reason]:
    """The lines whose price has risen, or is no more."""
    lines = [PriceLine(line.line, line.product_id, line.quantity) for line in order.lines]
    prices = (await act.pricing.quote(lines)).lines
    return {
        line.sku: _price_moved(line, price.unit_price, order.currency)
        for line, price in zip(order.lines, prices, strict=True)
        if price.unit_price is None or price.unit_price > line.unit_price
    }


def _price_moved(line: OrderLine, now: Decimal | None, currency: str) -> Reason:
    if now is None:
        return Reason("approval.no_price", "цены больше нет", "there is no price any more")
    was = {locale: money(line.unit_price, currency, locale) for locale in ("ru", "en")}
    is_ = {locale: money(now, currency, locale) for locale in ("ru", "en")}
    return Reason(
        "approval.dearer",
        f"цена была {was['ru']}, теперь {is_['ru']}",
        f"the price was {was['en']} and is {is_['en']} now",
    )


async def _move_dates(act: ActContext, order: Order) -> None:
    """Dates that can no longer be kept move to what is promised to whoever orders now."""
    ready = await _ready_now(act, order)
    later = {
        line.line: ready[line.line]
        for line in order.lines
        if line.promised is not None and ready.get(line.line, line.promised) > line.promised
    }
    if not later:
        return
    await act.execute(_MOVE_LINES, {"lines": list(later), "dates": list(later.values())})
    await act.execute(_MOVE_SHIPMENTS, {"order": order.id})
    latest, today = max(later.values()), act.now.astimezone(act.zone).date()
    moved = Reason(
        "approval.later",
        f"Сроки сдвинулись из-за согласования: готово {day(latest, 'ru', today)}",
        f"The approval moved the dates: ready {day(latest, 'en', today)}",
    )
    await add_entry(act, order.id, "approval.later", moved)


async def _ready_now(act: ActContext, order: Order) -> Mapping[int, date]:
    """When each line would be ready from where it is held; without those nobody has a plan for."""
    wants = [Want(line.line, line.product_id, line.quantity) for line in order.lines]
    stock = await act.service("supply").stock([want.product_id for want in wants])
    plans = await act.hall.hooks.collect(supply_plans, ask=act, wants=wants, stock=stock)
    ready: dict[tuple[int, int], date] = {}
    for _, plan in in_force(plans.proposals)[0]:
        if plan.ready_on is not None:
            key = plan.line, plan.stock_id
            ready[key] = min(plan.ready_on, ready.get(key, plan.ready_on))
    held: defaultdict[int, list[date | None]] = defaultdict(list)
    for line, stock_id in await act.fetch(_HELD_ROWS, {"order": order.id}):
        held[line].append(ready.get((line, stock_id)))
    return {line: latest for line, days in held.items() if (latest := _latest(days)) is not None}


def _latest(days: Sequence[date | None]) -> date | None:
    known = [one for one in days if one is not None]
    return max(known) if len(known) == len(days) else None


_GONE = Reason(
    "approval.gone",
    "Пока заказ ждал, резерв закончился и часть товара разобрали. Заказ не отправлен:"
    " отклоните его, чтобы покупатель подобрал замену",
    "While the order waited, its hold ended and some goods were taken. It was not sent:"
    " refuse it, so that the buyer finds a replacement",
)
_DEARER = Reason(
    "approval.prices",
    "Пока заказ ждал, резерв закончился и цены выросли. Заказ не отправлен:"
    " отклоните его, чтобы покупатель оформил его по новым ценам",
    "While the order waited, its hold ended and prices rose. It was not sent:"
    " refuse it, so that the buyer orders at the new prices",
)
