"""Small orders at once with every plugin: how many a second, how long one takes, and what is left.

Two web processes and a worker. Each order is of an account of its own, whose cart is full before.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from time import perf_counter
from uuid import UUID

import httpx

from benchmarks.buyer import buyer_of, wares
from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import Bare, House
from benchmarks.place_order import OUTLET, Again
from benchmarks.served import served, working
from benchmarks.trade import trading
from benchmarks.warehouses import FILL, ORDER, Account, lines_of, p95, sweep, tokens

ORDERS, LINES, CLIENTS = 400, 5, 8
WARM = 3 * CLIENTS
WARES = 60
A_SECOND = 40
DRAINED_SECONDS = 60
LEFT = """
    select exists (select from fondaco.delivery where state = 'waiting')
        or exists (select from fondaco.pgqueuer where status in ('queued', 'picked')
                                                  and execute_after <= now())
"""


async def measure(house: House) -> Sequence[Figure]:
    """From the post of an order to its answer, and from the last answer to the last event."""
    async with trading(house) as there, there.bare(owner=True) as owner:
        await sweep(owner)
        try:
            with served(there) as one, served(there) as other, working(there):
                ours, seconds, drained = await _orders(there, owner, (one, other))
            bare, bare_seconds = await _floor(there, owner)
        finally:
            await sweep(owner)
    what = f"orders of {LINES} lines, {CLIENTS} clients, HTTP"
    return (
        Figure(
            what=f"{what}: from one to the next",
            unit="ms",
            ours=once(seconds * 1000 / ORDERS),
            floor=once(bare_seconds * 1000 / ORDERS),
            limit=Limit(plus=1000 / A_SECOND),
        ),
        Figure(
            what=f"{what}: p95",
            unit="ms",
            ours=once(p95(ours)),
            floor=once(p95(bare)),
            limit=Limit(plus=500),
        ),
        Figure(
            what=f"{what}: events done after the last",
            unit="s",
            ours=once(drained),
            limit=Limit(plus=DRAINED_SECONDS),
        ),
    )


async def _orders(
    house: House, owner: Bare, addresses: Sequence[str]
) -> tuple[Sample, float, float]:
    async with house.hall() as hall:
        buyer = await buyer_of(hall)
        found = await wares(buyer, WARES)
        known = await buyer.ask().catalog.products([ware.id for ware in found])
    articles = {id_: product.sku for id_, product in known.items()}
    await owner.execute(FILL, [ware.id for ware in found])
    outlet: UUID = await owner.fetchval(OUTLET, buyer.customer.company_id)
    dice = random.Random(1)
    async with AsyncExitStack() as stack:
        sites = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=one, timeout=60))
            for one in addresses
        ]
        waiting: list[tuple[Account, str]] = []
        for number, token in enumerate(await tokens(owner, WARM + ORDERS)):
            account = Account(sites[number % len(sites)], token)
            lines = lines_of(dice.sample(list(found), LINES), articles)
            waiting.append((account, await account.fill(lines)))
        taken: list[float] = []

        async def client(until: int) -> None:
            while len(waiting) > until:
                account, shown = waiting.pop()
                taken.append(await account.order(shown, outlet))

        # The connections of processes that have just started prepare their statements.
        await asyncio.gather(*(client(ORDERS) for _ in range(CLIENTS)))
        taken.clear()
        started = perf_counter()
        await asyncio.gather(*(client(0) for _ in range(CLIENTS)))
        ended = perf_counter()
    while await owner.fetchval(LEFT):  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return Sample(tuple(taken)), ended - started, perf_counter() - ended


async def _floor(house: House, owner: Bare) -> tuple[Sample, float]:
    """The rows of such orders, written by as many connections of the driver at once."""
    again = await Again.of(owner, await owner.fetchval(ORDER))
    taken: list[float] = []

    async def write(connection: Bare) -> None:
        # One plan for all: with another they would lock the goods in another order.
        await connection.execute("set plan_cache_mode = force_generic_plan")
        for _ in range(ORDERS // CLIENTS):
            started = perf_counter()
            await again.write(connection)
            taken.append((perf_counter() - started) * 1000)

    async with AsyncExitStack() as stack:
        bare = [await stack.enter_async_context(house.bare()) for _ in range(CLIENTS)]
        started = perf_counter()
        await asyncio.gather(*map(write, bare))
        return Sample(tuple(taken)), perf_counter() - started
