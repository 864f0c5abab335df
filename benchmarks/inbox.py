"""Stock from the broker to the stock rows, while the site serves, against the rows written bare."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from uuid import uuid4

from sqlalchemy import text

from benchmarks.brokers import with_broker
from benchmarks.figures import Figure, Limit, Sample
from benchmarks.house import House
from benchmarks.served import browser, served
from fondaco.exchange.amqp.consumer import run_consumers
from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker

ROUNDS = 4
ROWS, IN_ONE = 20_000, 500
SINGLES = 3_000
ROWS_A_SECOND, SINGLES_A_SECOND = 5_000, 1_000
KEY = "1c.stock.changed"
_KNOWN = text(
    """
    select p.external_id, w.external_id, r.id from fondaco.stock_row r
      join fondaco.product p on p.id = r.product_id join fondaco.place w on w.id = r.place_id
     where r.lot = '' and p.external_id is not null and w.external_id is not null
     order by r.id limit :most
    """
)
_BARE = text(
    """
    update fondaco.stock_row r set on_hand = s.quantity, reported_at = now()
      from unnest(cast(:ids as bigint[]), cast(:quantities as numeric[])) s (id, quantity)
     where r.id = s.id
    """
)


async def measure(house: House) -> Sequence[Figure]:
    """Microseconds of a row, in messages of 500 and of one."""
    async with with_broker(house, "inbox") as (hall, broker):
        async with hall.database.reading.connect() as connection:
            known = [tuple(row) for row in await connection.execute(_KNOWN, {"most": ROWS})]
        async with _site_at_work(house):
            return (
                await _figure(hall, broker, known, IN_ONE, ROWS_A_SECOND),
                await _figure(hall, broker, known[:SINGLES], 1, SINGLES_A_SECOND),
            )


async def _figure(
    hall: Hall, broker: Broker, known: Sequence[tuple[str, str, int]], in_one: int, at_least: int
) -> Figure:
    ours, floor = [], []
    for round_ in range(ROUNDS + 1):
        quantity = 100 + round_ * 7 + in_one
        ours.append(await _take(hall, broker, known, in_one, quantity) / len(known) * 1e6)
        floor.append(await _write(hall, known, quantity + 1) / len(known) * 1e6)
    many = f"messages of {in_one}" if in_one > 1 else "single messages"
    return Figure(
        what=f"a stock row in {many}, {len(known):,} of them, the site serving",
        unit="µs",
        ours=Sample(tuple(ours[1:])),
        floor=Sample(tuple(floor[1:])),
        limit=Limit(plus=1e6 / at_least),
    )


async def _take(
    hall: Hall, broker: Broker, known: Sequence[tuple[str, str, int]], in_one: int, quantity: int
) -> float:
    """Seconds from the first message read to the last one settled."""
    bodies = []
    for start in range(0, len(known), in_one):
        records = [
            {"product": product, "place": place, "quantity": quantity + n % 3}
            for n, (product, place, _) in enumerate(known[start : start + in_one])
        ]
        name = str(uuid4())
        said = {"id": name, "type": "stock.changed.v1", "payload": records}
        bodies.append((name, json.dumps(said).encode()))
    exchange = hall.settings.amqp.exchange
    await asyncio.to_thread(broker.send, bodies, exchange=exchange, routing_key=KEY)
    stop = asyncio.Event()
    before = await _taken(hall)
    started = perf_counter()
    consuming = asyncio.create_task(run_consumers(hall, stop))
    while await _taken(hall) - before < len(bodies):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    seconds = perf_counter() - started
    stop.set()
    await consuming
    return seconds


async def _taken(hall: Hall) -> int:
    async with hall.database.reading.connect() as connection:
        found = await connection.execute(text("select count(*) from fondaco.inbox"))
        return int(found.scalar_one())


async def _write(hall: Hall, known: Sequence[tuple[str, str, int]], quantity: int) -> float:
    ids = [row[2] for row in known]
    started = perf_counter()
    async with hall.database.transaction() as connection:
        await connection.execute(_BARE, {"ids": ids, "quantities": [quantity] * len(ids)})
    return perf_counter() - started


@asynccontextmanager
async def _site_at_work(house: House) -> AsyncIterator[None]:
    """Somebody opens a page of search results, again and again."""
    with served(house) as address:
        async with browser(address) as client:
            stop = asyncio.Event()

            async def look() -> None:
                while not stop.is_set():
                    assert (await client.get("/search?q=фильтр")).status_code == 200

            looking = asyncio.create_task(look())
            try:
                yield
            finally:
                stop.set()
                await looking
