"""D10: requests aborted at random lose nothing that was acknowledged, and nobody sees another's."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import httpx
import pytest
from processes import app_processes
from shop import Buyer, Shop, open_shop
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

SMALL = pytest.param(400, id="small")
FULL = pytest.param(5000, id="full", marks=pytest.mark.full)
BUYERS = 8
SEED = 20261122


async def _abort_at_random(
    shop: Shop, addresses: list[str], requests: int, *, may_be_empty: bool = False
) -> Counter[int]:
    """Each buyer adds one piece of an article of its own, again and again; many calls are cut.

    Returns how many additions were acknowledged to each buyer. Only a server that answers before
    it has written may show an empty cart.
    """
    dice = random.Random(SEED)
    acknowledged: Counter[int] = Counter()
    limits = httpx.Limits(max_connections=40)
    async with httpx.AsyncClient(timeout=30, limits=limits) as client:

        async def one(number: int) -> None:
            who = number % BUYERS
            address = addresses[number % len(addresses)]
            buyer = Buyer(client, address, shop.tokens[who])
            try:
                async with asyncio.timeout(dice.uniform(0, 0.06) if number % 2 else 30):
                    answer = await buyer.add(f"A-{who + 1}")
            except (TimeoutError, httpx.TransportError):
                return
            if answer.status_code == 201:
                acknowledged[who] += 1
                skus = {line["sku"] for line in answer.json()["lines"]}
                own = {f"A-{who + 1}"}
                assert skus == own or (may_be_empty and not skus), "an answer of another buyer"

        for start in range(0, requests, 40):
            await asyncio.gather(*(one(n) for n in range(start, min(start + 40, requests))))
    return acknowledged


async def _kept(hall: Hall) -> Counter[int]:
    async with hall.database.transaction() as connection:
        rows = await connection.execute(
            text(
                "select p.sku, sum(l.quantity) from fondaco.cart_line l"
                " join fondaco.product p on p.id = l.product_id group by p.sku"
            )
        )
        return Counter({int(sku.split("-")[1]) - 1: int(n) for sku, n in rows})


async def _idle_in_transaction(hall: Hall) -> int:
    async with hall.database.transaction() as connection:
        found = await connection.execute(
            text(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and state like 'idle in transaction%' and pid <> pg_backend_pid()"
                " and now() - state_change > interval '5 seconds'"
            )
        )
        return int(found.scalar_one())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("requests", [SMALL, FULL])
async def test_nothing_acknowledged_is_missing(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, requests: int
) -> None:
    print(f"seed {SEED}")
    shop = await open_shop(wholesaler, buyers=BUYERS, on_hand=10_000, products=BUYERS)
    with app_processes(database_url, tmp_path) as addresses:
        acknowledged = await _abort_at_random(shop, list(addresses), requests)
        kept = await _kept(hall)
        assert sum(acknowledged.values()) > requests / 4
        missing = acknowledged - kept
        assert not missing, f"acknowledged and lost: {missing}"
        await asyncio.sleep(5.5)
        assert await _idle_in_transaction(hall) == 0
        async with httpx.AsyncClient(timeout=5) as client:
            answers = await asyncio.gather(
                *(Buyer(client, address, shop.tokens[0]).cart() for address in list(addresses) * 10)
            )
        assert {a.status_code for a in answers} == {200}


async def test_an_early_acknowledgement_would_be_found_out(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=BUYERS, on_hand=10_000, products=BUYERS)
    target = "unguarded:acknowledging_too_early"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        acknowledged = await _abort_at_random(shop, list(addresses), 400, may_be_empty=True)
    assert acknowledged - await _kept(hall)
