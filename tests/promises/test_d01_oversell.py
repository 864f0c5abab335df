"""D01: what we sold, we have. Many buyers, one stock row, two processes."""

import asyncio
from pathlib import Path

import httpx
import pytest
from processes import app_processes
from shop import Buyer, Shop, open_shop
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

SMALL = pytest.param(40, 10, 1, id="small")
FULL = pytest.param(200, 50, 5, id="full", marks=pytest.mark.full)


async def _buy(buyer: Buyer, outlet: str) -> str:
    """Until the order is placed or refused; a cart that changed is looked at again."""
    await buyer.add("A-1")
    for _ in range(20):
        cart = (await buyer.cart()).json()
        answer = await buyer.place(cart["fingerprint"], outlet)
        if answer.status_code == 201:
            return "sold"
        if answer.status_code == 422:
            return "refused"
        assert answer.status_code in (409, 503), answer.text
    return "unknown"


async def _round(shop: Shop, addresses: list[str]) -> list[str]:
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        buyers = [
            Buyer(client, addresses[i % len(addresses)], token)
            for i, token in enumerate(shop.tokens)
        ]
        outlet = str(shop.company.outlet)
        return await asyncio.gather(*(_buy(buyer, outlet) for buyer in buyers))


async def _ledger(hall: Hall) -> tuple[int, int, int]:
    """Counted from the tables: ordered, reserved, and rows that promise more than they have."""
    async with hall.database.transaction() as connection:
        row = await connection.execute(
            text(
                "select (select coalesce(sum(quantity), 0) from fondaco.order_line),"
                " (select sum(reserved) from fondaco.stock_row),"
                " (select count(*) from fondaco.stock_row where reserved > on_hand)"
            )
        )
        ordered, reserved, oversold = row.one()
    return int(ordered), int(reserved), int(oversold)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("buyers", "stock", "rounds"), [SMALL, FULL])
async def test_exactly_what_is_there_is_sold(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    buyers: int,
    stock: int,
    rounds: int,
) -> None:
    shop = await open_shop(wholesaler, buyers=buyers, on_hand=stock)
    with app_processes(database_url, tmp_path) as addresses:
        for number in range(1, rounds + 1):
            answers = await _round(shop, list(addresses))
            assert answers.count("sold") == stock
            assert answers.count("unknown") == 0
            assert await _ledger(hall) == (stock * number, stock * number, 0)
            async with hall.database.transaction() as connection:
                await connection.execute(
                    text("update fondaco.stock_row set on_hand = on_hand + :more"), {"more": stock}
                )
                await connection.execute(text("delete from fondaco.cart_line"))


async def test_without_the_guard_the_same_run_oversells(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=40, on_hand=10)
    target = "unguarded:without_stock_guard"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        await _round(shop, list(addresses))
    ordered, reserved, _ = await _ledger(hall)
    assert ordered > 10 or ordered != reserved
