"""D01 over several warehouses and lots: what we sold, we have, here and on its way.

A product lies on three shelves and in two lots on their way to each; buyers at two processes want
it, while lots are put off and come and shelves are reported.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from processes import app_processes, only_with
from shop import Buyer, Shop, open_shop
from warehouses import NAMES, ROWS, buy, crowd, ledger, refill, spread, unrest

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

pytestmark = pytest.mark.plugins("sourcing")

SMALL = pytest.param(24, 2, 1, id="small")
FULL = pytest.param(200, 5, 5, id="full", marks=pytest.mark.full)


async def _round(shop: Shop, addresses: Sequence[str]) -> list[str]:
    outlet = str(shop.company.outlet)
    async with crowd() as client:
        buyers = [
            Buyer(client, addresses[n % len(addresses)], token)
            for n, token in enumerate(shop.tokens)
        ]
        bought = await asyncio.gather(*(buy(one, outlet, [("A-1", 1)]) for one in buyers))
    return [one.answer for one in bought]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("buyers", "each", "rounds"), [SMALL, FULL])
async def test_exactly_what_lies_and_comes_is_sold(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    buyers: int,
    each: int,
    rounds: int,
) -> None:
    shop = await open_shop(wholesaler, buyers=buyers, on_hand=each)
    places = await spread(hall, shop.products, each)
    there = each * ROWS
    environment = only_with("sourcing")
    with app_processes(database_url, tmp_path, environment=environment) as addresses:
        for number in range(1, rounds + 1):
            async with unrest(hall, places) as stirred:
                answers = await _round(shop, addresses)
            assert min(stirred) > 0
            assert set(answers) <= {"sold", "refused"}
            assert answers.count("sold") == min(there, buyers)
            found = await ledger(hall)
            assert found.ordered == found.reserved == found.held == there * number
            assert found.free == 0
            assert (found.oversold, found.negative, found.broken) == (0, 0, 0)
            await refill(hall, there // len(NAMES))


async def test_without_the_guard_the_same_run_oversells(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=40, on_hand=1)
    await spread(hall, shop.products, 1)
    target, environment = "unguarded:without_stock_guard", only_with("sourcing")
    with app_processes(database_url, tmp_path, target=target, environment=environment) as addresses:
        await _round(shop, addresses)
    found = await ledger(hall)
    assert found.ordered > ROWS or found.ordered != found.reserved
