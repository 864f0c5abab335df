"""D03: orders of many articles, in any order, over several warehouses and lots, all at once.

No row gives more than it has, an order holds all it sells or is not placed, and nobody waits in a
circle: stock rows are locked in the order of their ids.
"""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import Struct
from processes import app_processes, only_with
from shop import Buyer, Shop, open_shop
from warehouses import Bought, buy, crowd, deadlocks, ledger, spread, unrest

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

pytestmark = pytest.mark.plugins("sourcing")

LINES = 20
CLIENTS = 16
SEED = 20261127
PROMISED = 0.6
"""Seconds at p95 on the bench (`make bench`, subject `warehouses`)."""


class Scale(Struct, frozen=True):
    """`each`: pieces in a row. `patience`: seconds at p95, on a machine that does other work."""

    orders: int
    articles: int
    each: int
    patience: float


SMALL = pytest.param(Scale(32, 40, 6, 10.0), id="small")
FULL = pytest.param(Scale(200, 60, 20, 3.0), id="full", marks=pytest.mark.full)


async def _run(shop: Shop, addresses: Sequence[str], scale: Scale) -> Sequence[Bought]:
    outlet, dice = str(shop.company.outlet), random.Random(SEED)
    articles = [f"A-{n}" for n in range(1, scale.articles + 1)]
    carts = [
        [(article, dice.randint(1, 5)) for article in dice.sample(articles, LINES)]
        for _ in range(scale.orders)
    ]
    bought: list[Bought] = []
    async with crowd(CLIENTS) as client:

        async def orders_of(number: int) -> None:
            for order in range(number, scale.orders, CLIENTS):
                buyer = Buyer(client, addresses[order % len(addresses)], shop.tokens[order])
                bought.append(await buy(buyer, outlet, carts[order]))

        await asyncio.gather(*(orders_of(number) for number in range(CLIENTS)))
    return bought


def _p95(bought: Sequence[Bought]) -> float:
    """Of the orders that were placed, in seconds."""
    seconds = sorted(one.seconds for one in bought if one.answer == "sold")
    return seconds[int(len(seconds) * 0.95)]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scale", [SMALL, FULL])
async def test_many_orders_over_many_rows_never_wait_in_a_circle(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    scale: Scale,
) -> None:
    shop = await open_shop(
        wholesaler, buyers=scale.orders, on_hand=scale.each, products=scale.articles
    )
    places = await spread(hall, shop.products, scale.each)
    before, there = await deadlocks(hall), (await ledger(hall)).free
    environment = only_with("sourcing")
    with app_processes(database_url, tmp_path, environment=environment) as addresses:
        async with unrest(hall, places) as stirred:
            bought = await _run(shop, addresses, scale)
        assert min(stirred) > 0
        assert await deadlocks(hall) == before
    answers = [one.answer for one in bought]
    assert set(answers) <= {"sold", "refused"}
    assert answers.count("sold") > 0
    found = await ledger(hall)
    assert found.ordered == found.reserved == found.held == there - found.free
    assert (found.oversold, found.negative, found.broken) == (0, 0, 0)
    with capsys.disabled():
        print(
            f"\n{len(answers)} orders of {LINES} lines by {CLIENTS} clients, seed {SEED}:"
            f" {answers.count('sold')} sold, p95 {_p95(bought) * 1000:.0f} ms"
            f" (promised on the bench: {PROMISED * 1000:.0f} ms)"
        )
    assert _p95(bought) < scale.patience


async def test_locks_in_any_order_would_meet_in_a_circle(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scale = Scale(CLIENTS, 24, 20, 60.0)
    shop = await open_shop(
        wholesaler, buyers=scale.orders, on_hand=scale.each, products=scale.articles
    )
    await spread(hall, shop.products, scale.each)
    before = await deadlocks(hall)
    target, environment = "unguarded:with_unsorted_locks", only_with("sourcing")
    with app_processes(database_url, tmp_path, target=target, environment=environment) as addresses:
        await _run(shop, addresses, scale)
        assert await deadlocks(hall) > before
