"""D07: press twice, order once. One key, many presses at once, two processes."""

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from processes import app_processes
from shop import Buyer, open_shop
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

SMALL = pytest.param(12, id="small")
FULL = pytest.param(50, id="full", marks=pytest.mark.full)


async def _orders(hall: Hall) -> int:
    async with hall.database.transaction() as connection:
        found = await connection.execute(text("select count(*) from fondaco.customer_order"))
        return int(found.scalar_one())


async def _press(
    wholesaler: Wholesaler, addresses: list[str], presses: int
) -> list[httpx.Response]:
    shop = await open_shop(wholesaler, buyers=1, on_hand=1000)
    outlet = str(shop.company.outlet)
    async with httpx.AsyncClient(timeout=60) as client:
        buyers = [Buyer(client, address, shop.tokens[0]) for address in addresses]
        await buyers[0].add("A-1", 3)
        shown = (await buyers[0].cart()).json()["fingerprint"]
        key = uuid4().hex
        return list(
            await asyncio.gather(
                *(buyers[i % len(buyers)].place(shown, outlet, key) for i in range(presses))
            )
        )


@pytest.mark.parametrize("presses", [SMALL, FULL])
async def test_one_key_is_one_order(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, presses: int
) -> None:
    with app_processes(database_url, tmp_path) as addresses:
        answers = await _press(wholesaler, list(addresses), presses)
    assert await _orders(hall) == 1
    placed = [a for a in answers if a.status_code == 201]
    in_flight = [a for a in answers if a.status_code == 409]
    assert len(placed) + len(in_flight) == presses
    assert placed
    assert len({a.json()["id"] for a in placed}) == 1
    assert all("retry-after" in a.headers for a in in_flight)


async def test_a_refused_order_does_not_burn_its_key(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=1, on_hand=5)
    outlet = str(shop.company.outlet)
    with app_processes(database_url, tmp_path) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            buyer = Buyer(client, addresses[0], shop.tokens[0])
            await buyer.add("A-1", 9)
            cart = (await buyer.cart()).json()
            key = uuid4().hex
            refused = await buyer.place(cart["fingerprint"], outlet, key)
            assert refused.status_code == 422
            async with hall.database.transaction() as connection:
                await connection.execute(text("update fondaco.stock_row set on_hand = 9"))
            cart = (await buyer.cart()).json()
            placed = await buyer.place(cart["fingerprint"], outlet, key)
            assert placed.status_code == 201, placed.text
    assert await _orders(hall) == 1


async def test_without_the_key_the_same_presses_order_more_than_once(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    target = "unguarded:without_idempotency"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        await _press(wholesaler, list(addresses), 12)
    assert await _orders(hall) > 1
