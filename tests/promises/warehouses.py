"""Goods spread over three warehouses, each with a shelf and two lots on their way.

Meanwhile lots come, are put off, the ERP reports its stock, and orders whose lots moved are planned
anew: none of it changes how much there is in all, so that a promise can count.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import time, timedelta
from decimal import Decimal
from time import perf_counter
from uuid import uuid4

import httpx
from msgspec import Struct
from shop import Buyer
from sqlalchemy import text

from fondaco.availability.changed import REPLAN_TASK, Replan
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.replan.task import replan
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import ExpectedLot, PlaceData
from fondaco_sourcing import place_book
from fondaco_sourcing.calendar import weekdays
from fondaco_sourcing.stored import Terms

NAMES = ("Москва", "Тверь", "Казань")
LOTS = ("L1", "L2")
ROWS = len(NAMES) * (1 + len(LOTS))
EVERY_DAY = weekdays(time(23, 59), range(7))
TRIES = 40


class Ledger(Struct, frozen=True):
    """Counted from the tables. `oversold` and `negative` rows, and `broken` orders: those whose
    lines hold another quantity than they sell.
    """

    ordered: Decimal
    reserved: Decimal
    held: Decimal
    free: Decimal
    oversold: int
    negative: int
    broken: int


_LEDGER = text(
    """
    select (select coalesce(sum(quantity), 0) from fondaco.order_line),
           (select sum(reserved) from fondaco.stock_row),
           (select coalesce(sum(quantity), 0) from fondaco.reservation where state = 'held'),
           (select sum(on_hand - reserved) from fondaco.stock_row),
           (select count(*) from fondaco.stock_row where reserved > on_hand),
           (select count(*) from fondaco.stock_row where reserved < 0 or on_hand < 0)
             + (select count(*) from fondaco.stock_row s
                 where s.reserved <> (select coalesce(sum(r.quantity), 0)
                                        from fondaco.reservation r
                                       where r.stock_id = s.id and r.state = 'held')),
           (select count(*) from fondaco.order_line l
             where l.quantity <> (select coalesce(sum(r.quantity), 0) from fondaco.reservation r
                                   where r.order_line_id = l.id and r.state = 'held'))
    """
)
_DEADLOCKS = text(
    "select pg_stat_clear_snapshot(), deadlocks from pg_stat_database"
    " where datname = current_database()"
)
_LOTS = text(
    """
    select id, product_id, place_id, lot, on_hand from fondaco.stock_row
     where arrives_on is not null order by random() limit :most
    """
)
_SHELVES = text(
    """
    select product_id, on_hand from fondaco.stock_row
     where place_id = :place and lot = '' order by random() limit :most
    """
)


async def spread(hall: Hall, products: Sequence[ProductId], each: int) -> Sequence[PlaceId]:
    """`each` pieces of every product in every row; returns the warehouses."""
    places = [await _warehouse(hall, name) for name in NAMES]
    today = system_ask(hall).now.date()
    for far, place in enumerate(places):
        async with system_ask(hall).act() as act:
            await act.supply.report(place, dict.fromkeys(products, Decimal(each)))
            await act.supply.expect(
                [
                    ExpectedLot(product, place, lot, Decimal(each), today + timedelta(5 + far + n))
                    for product in products
                    for n, lot in enumerate(LOTS)
                ]
            )
    return places


async def _warehouse(hall: Hall, name: str) -> PlaceId:
    async with system_ask(hall).act() as act:
        known = [one for one in await act.supply.places() if one.name == name]
        uuid = known[0].uuid if known else uuid4()
        data = PlaceData(uuid, name, "own", "Europe/Moscow", time(23, 59), 0)
        return await place_book.save_place(act, data, Terms(EVERY_DAY, ""), None)


@asynccontextmanager
async def unrest(hall: Hall, places: Sequence[PlaceId]) -> AsyncIterator[list[int]]:
    """While it lasts lots are put off and come, shelves are reported, and orders planned anew.

    Yields how often each of the three was done.
    """
    done = [0, 0, 0]
    over = asyncio.Event()
    busy = asyncio.create_task(_stir(hall, places, done, over))
    try:
        yield done
    finally:
        over.set()
        await busy


async def _stir(
    hall: Hall, places: Sequence[PlaceId], done: list[int], over: asyncio.Event
) -> None:
    while not over.is_set():
        await _put_off(hall)
        done[0] += 1
        await _come(hall)
        done[1] += 1
        await _report(hall, places[done[2] % len(places)])
        done[2] += 1
        await replan(JobContext(hall, Outside(), REPLAN_TASK, 1), Replan())
        await asyncio.sleep(0.2)


async def _put_off(hall: Hall) -> None:
    async with system_ask(hall).act() as act:
        rows = await act.fetch(_LOTS, {"most": 5})
        later = act.now.date() + timedelta(days=20)
        await act.supply.expect(
            [ExpectedLot(row.product_id, row.place_id, row.lot, row.on_hand, later) for row in rows]
        )


async def _come(hall: Hall) -> None:
    async with system_ask(hall).act() as act:
        rows = await act.fetch(_LOTS, {"most": 2})
        await act.supply.arrived([StockId(row.id) for row in rows], counted=True)


async def _report(hall: Hall, place: PlaceId) -> None:
    async with system_ask(hall).act() as act:
        rows = await act.fetch(_SHELVES, {"place": place, "most": 10})
        await act.supply.report(place, {row.product_id: row.on_hand for row in rows})


async def ledger(hall: Hall) -> Ledger:
    """What the tables say, whatever the buyers were told."""
    async with hall.database.transaction() as connection:
        return Ledger(*(await connection.execute(_LEDGER)).one())


async def deadlocks(hall: Hall) -> int:
    """How many the database has seen; each process tells of its own within a second or two."""
    await asyncio.sleep(2.5)
    async with hall.database.transaction() as connection:
        return int((await connection.execute(_DEADLOCKS)).one().deadlocks)


class Bought(Struct, frozen=True):
    """The `answer` is "sold", "refused", "failed" or "unknown"; the last try took `seconds`."""

    answer: str
    seconds: float


async def buy(buyer: Buyer, outlet: str, lines: Sequence[tuple[str, int]]) -> Bought:
    """Fill a cart and order it; what has changed meanwhile is looked at again."""
    put = await buyer.add_all(lines)
    assert put.status_code in (200, 201), put.text
    seconds = 0.0
    for _ in range(TRIES):
        cart = (await buyer.cart()).json()
        started = perf_counter()
        answer = await buyer.place(cart["fingerprint"], outlet)
        seconds = perf_counter() - started
        if answer.status_code == 201:
            return Bought("sold", seconds)
        if answer.status_code == 422:
            return Bought("refused", seconds)
        if answer.status_code == 500:
            return Bought("failed", seconds)
        assert answer.status_code in (409, 503), answer.text
    return Bought("unknown", seconds)


async def refill(hall: Hall, more: int) -> None:
    """So many more of everything on every shelf, and no cart is left."""
    async with hall.database.transaction() as connection:
        await connection.execute(
            text("update fondaco.stock_row set on_hand = on_hand + :more where lot = ''"),
            {"more": more},
        )
        await connection.execute(text("delete from fondaco.cart_line"))


def crowd(connections: int = 64) -> httpx.AsyncClient:
    """A client for many at once."""
    return httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=connections))
