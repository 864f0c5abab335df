"""1C comes back after 72 hours: it gets all orders and confirms them, and the site stays calm.

10,000 orders of five lines wait, fewer in a small house; 1C is the played one, over HTTP, with its
books on the disk. Meanwhile a buyer searches, as one did before it came.
"""

import asyncio
import sys
from collections.abc import Sequence
from time import perf_counter

import httpx

from benchmarks.buyer import buyer_of, wares
from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import ROOT, Bare, House
from benchmarks.place_order import LINE_TYPES, ORDER_COLUMNS, OUTLET, Placing
from benchmarks.served import browser, served, working
from benchmarks.trade import trading
from benchmarks.warehouses import p95, sweep
from fondaco.hooks.context import system_ask
from fondaco.identity.machines import make_machine

ORDERS, LINES = 10_000, 5
MOST_MINUTES = 10
CALM_SECONDS = 30
PAUSE = 0.1
LOGIN = "benchmark"
WORDS = ("фильтр", "ремень", "подшипник", "масло", "колодки", "свеча")

_COLUMNS = ", ".join(LINE_TYPES)
_OF_LINES = ", ".join(f"l.{name}" for name in LINE_TYPES)
_OTHERS = ORDER_COLUMNS.removeprefix("number, ")
# As they are once the worker has delivered them to the plugin, which waits for 1C.
COPIES = (
    f"""
    insert into fondaco.customer_order (uuid, number, placed_at, {_OTHERS})
    select gen_random_uuid(), number || '-' || n, now() - interval '72 hours' * random(), {_OTHERS}
      from fondaco.customer_order, generate_series(2, $2::int) n where id = $1
    """,
    """
    insert into fondaco.shipment (uuid, order_id, seller_id, delivery, outlet_id, address, promised)
    select gen_random_uuid(), o.id, s.seller_id, s.delivery, s.outlet_id, s.address, s.promised
      from fondaco.customer_order o, fondaco.shipment s where s.order_id = $1 and o.id <> $1
    """,
    f"""
    insert into fondaco.order_line (order_id, shipment_id, uuid, {_COLUMNS})
    select s.order_id, s.id, gen_random_uuid(), {_OF_LINES}
      from fondaco.shipment s, fondaco.order_line l where l.order_id = $1 and s.order_id <> $1
    """,
    """
    insert into plugin_erp_1c.order_sync (order_id)
    select id from fondaco.customer_order where id >= $1 on conflict do nothing
    """,
)
CONFIRMED = "select count(*) from fondaco.customer_order where state = 'confirmed'"
FLOOR = f"select o.number, {_OF_LINES} from fondaco.customer_order o join fondaco.order_line l"
FLOOR += " on l.order_id = o.id order by o.id, l.position"


async def measure(house: House) -> Sequence[Figure]:
    """From the first call of 1C until the portal shows each order as confirmed."""
    number = min(ORDERS, max(100, house.skus // 5))
    async with trading(house) as there, there.bare(owner=True) as owner:
        await _sweep(owner)
        try:
            with served(there) as address, working(there):
                password = await _prepare(there, owner, number)
                async with browser(address) as buyer:
                    await _searching(buyer, asyncio.Event(), CALM_SECONDS)
                    calm = await _searching(buyer, asyncio.Event(), CALM_SECONDS)
                    done = asyncio.Event()
                    meanwhile = asyncio.create_task(_searching(buyer, done))
                    seconds = await _catch_up(address, password, owner, number)
                    done.set()
                    busy = await meanwhile
            floor = await _read(owner, number)
        finally:
            await _sweep(owner)
    return (
        Figure(
            what=f"1C catches up with {number:,} orders after 72 hours",
            unit="s",
            ours=once(seconds),
            floor=once(floor),
            limit=Limit(plus=MOST_MINUTES * 60),
        ),
        Figure(
            what="  a search meanwhile, against before: p95",
            unit="ms",
            ours=once(p95(busy)),
            floor=once(p95(calm)),
            limit=Limit(times=1.3),
        ),
    )


async def _sweep(owner: Bare) -> None:
    await sweep(owner)
    await owner.execute("delete from plugin_erp_1c.session")
    await owner.execute("delete from fondaco.machine where login = $1", LOGIN)


async def _prepare(house: House, owner: Bare, number: int) -> str:
    """The orders, and a login for 1C; returns its password."""
    async with house.hall() as hall:
        buyer = await buyer_of(hall)
        outlet = await owner.fetchval(OUTLET, buyer.customer.company_id)
        placing = Placing(buyer, await wares(buyer, LINES), outlet, owner)
        await placing.fill()
        order = await placing.place()
        async with system_ask(hall).act() as act:
            password = await make_machine(act, LOGIN, LOGIN)
    for statement in COPIES:
        await owner.execute(statement, order, *([number] if "$2" in statement else []))
    await owner.execute("analyze")
    return password


async def _catch_up(address: str, password: str, owner: Bare, number: int) -> float:
    started = perf_counter()
    words = ["-m", "benchmarks.onec", address, LOGIN, password, str(number)]
    onec = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
    assert await onec.wait() == 0, "1C was told a failure"
    while await owner.fetchval(CONFIRMED) < number:  # noqa: ASYNC110
        await asyncio.sleep(PAUSE)
    return perf_counter() - started


async def _searching(
    buyer: httpx.AsyncClient, done: asyncio.Event, seconds: float = 3600
) -> Sample:
    """Pages of a search, one after the other with a pause, until it is done."""
    taken: list[float] = []
    ends = perf_counter() + seconds
    while perf_counter() < ends and not (done.is_set() and taken):
        started = perf_counter()
        answer = await buyer.get("/search", params={"q": WORDS[len(taken) % len(WORDS)]})
        taken.append((perf_counter() - started) * 1000)
        assert answer.status_code == 200, answer.text[:500]
        await asyncio.sleep(PAUSE)
    return Sample(tuple(taken))


async def _read(owner: Bare, number: int) -> float:
    """The orders and their lines, read by the driver, and their new state written."""
    started = perf_counter()
    assert len(await owner.fetch(FLOOR)) == number * LINES
    await owner.execute("update fondaco.customer_order set state = 'confirmed'")
    return perf_counter() - started
