"""Many orders at once over several warehouses: how long one takes, and whether any met in a circle.

Each order is of an account of its own, whose cart is full before; two web processes share them. The
rows of three warehouses are equally full, so that the orders take from all of them.
"""

import asyncio
import hashlib
import random
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import httpx
from msgspec import Struct

from benchmarks.buyer import EMAIL, Ware, buyer_of, wares
from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import Bare, House
from benchmarks.place_order import FORGET, OUTLET, RELEASE, Again
from benchmarks.served import served

ORDERS, LINES, CLIENTS = 200, 20, 16
WARM = 2 * CLIENTS
WARES, WAREHOUSES = 60, 3
LOT = "benchmark"

FILL = f"""
    insert into fondaco.stock_row (product_id, place_id, lot, on_hand)
    select product, place, '{LOT}', 1000000
      from unnest($1::bigint[]) as product,
           (select id from fondaco.place where active order by id limit {WAREHOUSES}) as p (place)
"""
PEOPLE = f"""
    insert into fondaco.user_account (uuid, company_id, email, name, roles)
    select gen_random_uuid(), company_id, '{LOT}-' || n || '@bench.example', '{LOT}', roles
      from fondaco.user_account, generate_series(1, $1::int) n where email = '{EMAIL}'
    returning id
"""
TOKENS = """
    insert into fondaco.api_token (uuid, user_id, token_hash)
    select gen_random_uuid(), u, h from unnest($1::bigint[], $2::bytea[]) as t (u, h)
"""
CLEAR = (
    f"delete from fondaco.stock_row where lot = '{LOT}'",
    "delete from fondaco.api_token where user_id in"
    f" (select id from fondaco.user_account where name = '{LOT}')",
    f"delete from fondaco.user_account where name = '{LOT}'",
)
OTHERS_OUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
       and backend_type = 'client backend'
"""
ORDER = "select id from fondaco.customer_order order by id desc limit 1"
DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


class Account(Struct, frozen=True):
    """Somebody with a token at one of the processes."""

    http: httpx.AsyncClient
    token: str

    async def fill(self, lines: Sequence[dict[str, Any]]) -> str:
        """Put lines into the cart; returns its fingerprint."""
        return str((await self._post("cart/lines", {"lines": lines}))["fingerprint"])

    async def order(self, shown: str, outlet: UUID) -> float:
        """Place the cart; returns the milliseconds it took."""
        started = perf_counter()
        wanted = {"shown": shown, "delivery": "address", "outlet": str(outlet)}
        await self._post("orders", wanted)
        return (perf_counter() - started) * 1000

    async def _post(self, path: str, wanted: object) -> Any:
        head = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": uuid4().hex}
        answer = await self.http.post(f"/api/v1/{path}", json=wanted, headers=head)
        assert answer.status_code == 201, answer.text
        return answer.json()


async def measure(house: House) -> Sequence[Figure]:
    """From the post of an order to its answer."""
    async with house.bare(owner=True) as owner:
        await sweep(owner)
        try:
            with served(house) as one, served(house) as other:
                ours, deadlocks = await _orders(house, owner, (one, other))
            floor = await _floor(house, await owner.fetchval(ORDER), owner)
        finally:
            await sweep(owner)
    what = f"{ORDERS} orders of {LINES} lines, {WAREHOUSES} warehouses, {CLIENTS} clients"
    return (
        Figure(
            what=f"{what}: p95, HTTP",
            unit="ms",
            ours=once(p95(ours)),
            floor=once(p95(floor)),
            limit=Limit(plus=600),
        ),
        Figure(what=f"{what}: deadlocks", unit="", ours=once(deadlocks), limit=Limit()),
    )


async def _orders(house: House, owner: Bare, addresses: Sequence[str]) -> tuple[Sample, int]:
    async with house.hall() as hall:
        buyer = await buyer_of(hall)
        found = await wares(buyer, WARES)
        known = await buyer.ask().catalog.products([ware.id for ware in found])
    articles = {id_: product.sku for id_, product in known.items()}
    await owner.execute(FILL, [ware.id for ware in found])
    outlet: UUID = await owner.fetchval(OUTLET, buyer.customer.company_id)
    before = await owner.fetchval(DEADLOCKS)
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
        await asyncio.gather(*(client(0) for _ in range(CLIENTS)))
    # Each backend tells what it has counted when it is idle.
    await asyncio.sleep(2)
    return Sample(tuple(taken)), await owner.fetchval(DEADLOCKS) - before


async def sweep(owner: Bare) -> None:
    """Nothing is ordered, held or left of a benchmark; a worker that was killed is cut off."""
    await owner.execute(OTHERS_OUT)
    await owner.execute(FORGET)
    await owner.execute(RELEASE)
    for statement in CLEAR:
        await owner.execute(statement)


async def tokens(owner: Bare, number: int) -> Sequence[str]:
    """So many people of the buyer's company, each with a token."""
    people = [row["id"] for row in await owner.fetch(PEOPLE, number)]
    made = [secrets.token_urlsafe(24) for _ in people]
    hashes = [hashlib.sha256(token.encode()).digest() for token in made]
    await owner.execute(TOKENS, people, hashes)
    return made


def lines_of(chosen: Sequence[Ware], articles: dict[Any, str]) -> Sequence[dict[str, Any]]:
    """Three packs of each, as the API takes them."""
    return [{"article": articles[ware.id], "quantity": str(ware.quantity)} for ware in chosen]


async def _floor(house: House, order: int, owner: Bare) -> Sample:
    """The rows of such an order, written by as many connections of the driver at once."""
    again = await Again.of(owner, order)
    async with AsyncExitStack() as stack:
        bare = [await stack.enter_async_context(house.bare()) for _ in range(CLIENTS)]
        taken = await asyncio.gather(*(_writing(again, one) for one in bare))
    return Sample(tuple(one for some in taken for one in some))


async def _writing(again: Again, connection: Bare) -> Sequence[float]:
    taken: list[float] = []
    for _ in range(ORDERS // CLIENTS):
        started = perf_counter()
        await again.write(connection)
        taken.append((perf_counter() - started) * 1000)
    return taken


def p95(sample: Sample) -> float:
    """The 95th percentile."""
    return sorted(sample.values)[int(len(sample.values) * 0.95)]
