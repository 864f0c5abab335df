"""D08: an answer that is lost on its way loses no order and doubles none.

The application commits, the line is cut before the buyer hears of it, and the buyer asks again
under the same key, at the other process: each order is there once, with what it holds of the stock.
"""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from faults import proxy_of
from processes import app_processes
from shop import Buyer, Shop, open_shop
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

SMALL = pytest.param(10, id="small")
FULL = pytest.param(200, id="full", marks=pytest.mark.full)
KEPT = text(
    "select (select count(*) from fondaco.customer_order),"
    " (select count(*) from fondaco.reservation where state = 'held'),"
    " (select sum(reserved) from fondaco.stock_row),"
    " (select count(*) from fondaco.outbox where type = 'order.placed.v1'),"
    " (select count(*) from fondaco.payment)"
)


async def _order_all(shop: Shop, addresses: Sequence[str]) -> tuple[int, list[str]]:
    """How many answers were lost, and what the buyers heard when they asked again."""
    lost, heard = 0, []
    outlet = str(shop.company.outlet)
    async with (
        proxy_of(urlsplit(addresses[0]).port or 0) as proxy,
        httpx.AsyncClient(timeout=60) as client,
    ):
        for token in shop.tokens:
            near = Buyer(client, addresses[1], token)
            await near.add("A-1")
            shown = (await near.cart()).json()["fingerprint"]
            key = uuid4().hex
            await proxy.suffer("deaf")
            far = Buyer(client, f"http://127.0.0.1:{proxy.port}", token)
            try:
                await far.place(shown, outlet, key)
            except httpx.TransportError:
                lost += 1
            again = await near.place(shown, outlet, key)
            assert again.status_code == 201, again.text
            heard.append(again.json()["id"])
    return lost, heard


async def _kept(hall: Hall) -> tuple[int, ...]:
    async with hall.database.transaction() as connection:
        return tuple(int(one or 0) for one in (await connection.execute(KEPT)).one())


@pytest.mark.parametrize("buyers", [SMALL, FULL])
async def test_every_order_is_there_once(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, buyers: int
) -> None:
    shop = await open_shop(wholesaler, buyers=buyers, on_hand=10_000)
    with app_processes(database_url, tmp_path) as addresses:
        lost, heard = await _order_all(shop, addresses)
    assert lost == buyers
    assert len(set(heard)) == buyers
    orders, held, reserved, told, payments = await _kept(hall)
    assert (orders, held, reserved, told) == (buyers, buyers, buyers, buyers)
    assert payments == buyers


async def test_without_the_key_the_buyers_who_ask_again_order_twice(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=3, on_hand=10_000)
    target = "unguarded:without_idempotency"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        lost, _ = await _order_all(shop, addresses)
    assert lost == 3
    assert (await _kept(hall))[0] == 6
