"""M07: 1C is away for 72 hours and the shop is not; back, it gets each order once, in their order.

Catalogue, prices, orders and their documents work meanwhile. Time is let pass in the database.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from shop import Buyer, Shop, open_shop
from sqlalchemy import text

from fondaco.cli.worker import SWEEPS
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.identity.machines import make_machine
from fondaco.search.documents import rebuild
from fondaco.testing.application import application_of
from fondaco.testing.client import token_in
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

pytest.importorskip("fondaco_erp_1c", reason="the plugin is not installed")

from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.client import Onec
from fondaco_erp_1c.sim.doing import take_payment
from fondaco_erp_1c.sim.over_http import HttpLine
from fondaco_erp_1c.sim.play import Player

pytestmark = [pytest.mark.plugins("erp_1c"), pytest.mark.timeout(600)]

AWAY = timedelta(hours=72)
ORDERS = 120
ADDRESS = "http://portal.test"
# All that the portal noted is as old as if 1C had gone right after the first of the orders.
PASS = (
    "update fondaco.customer_order set placed_at = placed_at - interval '72 hours'",
    "update fondaco.outbox set created_at = created_at - interval '72 hours'",
    "update fondaco.erp_word set at = at - interval '72 hours'",
)
AGED = ("/search", "/cart", "/lists", "/quick-order")


class Forgetful(Books):
    """Says that it has what it has not stored."""

    def store(self, documents: Sequence[Any]) -> None:
        """Of every portion the first gets lost."""
        super().store(documents[1:])


def _web(hall: Hall) -> httpx.AsyncClient:
    transport: Any = httpx.ASGITransport(app=application_of(hall))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS)


async def _order_all(client: httpx.AsyncClient, shop: Shop) -> list[str]:
    """Every buyer orders once; the numbers, in the order they were placed."""
    numbers = []
    for token in shop.tokens:
        buyer = Buyer(client, ADDRESS, token)
        added = await buyer.add("A-1")
        assert added.status_code == 201, added.text
        cart = (await buyer.cart()).json()
        assert cart["lines"][0]["sku"] == "A-1"
        placed = await buyer.place(cart["fingerprint"], str(shop.company.outlet))
        assert placed.status_code == 201, placed.text
        numbers.append(placed.json()["number"])
    return numbers


async def _deliver(hall: Hall) -> None:
    while await deliver_due(hall):
        pass


async def _time_passes(hall: Hall) -> None:
    async with hall.database.transaction() as connection:
        for statement in PASS:
            await connection.execute(text(statement))
    # Whatever tidies up must leave what 1C has not had.
    for sweep in SWEEPS:
        await sweep.function(hall)


async def _awaken(hall: Hall, books: Books, folder: Path) -> Player:
    async with system_ask(hall).act() as act:
        password = await make_machine(act, "ut11", "УТ")
    web = _web(hall)
    line = HttpLine(folder, lambda: Onec(web, "ut11", password, "sale"))
    return Player(books, line, pace=1)


async def _states(hall: Hall) -> dict[str, int]:
    rows = await system_ask(hall).fetch(
        text("select state, count(*) from fondaco.customer_order group by 1")
    )
    return {row[0]: row[1] for row in rows}


async def test_the_shop_works_for_72_hours_and_1c_gets_each_order_once(
    hall: Hall, wholesaler: Wholesaler, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=ORDERS, on_hand=10_000)
    async with hall.database.transaction() as connection:
        await rebuild(connection, shop.products)
    await receive(hall, "erp.stock", [{"product": "A-1", "quantity": "10000"}])
    async with _web(hall) as client:
        numbers = await _order_all(client, shop)
        await _deliver(hall)
        await _time_passes(hall)
        late = await _order_late(client, shop)
        await _pages_tell_the_age(client, shop)
    await _deliver(hall)
    numbers.append(late)

    books = Books(tmp_path / "books.db")
    player = await _awaken(hall, books, tmp_path)
    now = datetime.now(UTC)
    assert (await player.round(now)).fetched == len(numbers)
    assert [one.number for one in books.documents()] == numbers
    assert {one.heard for one in books.documents()} == {1}
    # All of them are paid beforehand: 1C lets none leave without its money.
    for number in numbers:
        take_payment(books, number, None, now)
    for minute in (1, 2, 3):
        await player.round(now + timedelta(minutes=minute))
        await _deliver(hall)
    assert await _states(hall) == {"shipped": len(numbers)}
    assert (await player.round(now + AWAY)).fetched == 0
    for plugin in hall.registry.plugins:
        assert await broken_invariants(hall, plugin.name) == set()


async def _pages_tell_the_age(client: httpx.AsyncClient, shop: Shop) -> None:
    """Every page with stock and prices says of when they are, and how long 1C is silent."""
    page = (await client.get("/login")).text
    await client.post(
        "/login",
        data={"email": shop.company.email, "password": PASSWORD},
        headers={"X-CSRFToken": token_in(page)},
    )
    for path in AGED:
        said = words((await client.get(path)).text)
        assert "Остатки и цены на " in said, path
        assert "1С не отвечает 3 д" in said, path


async def _order_late(client: httpx.AsyncClient, shop: Shop) -> str:
    """After all the time somebody still finds goods, a price, and their order with its lines."""
    buyer = {"Authorization": f"Bearer {shop.tokens[0]}"}
    found = await client.get("/api/v1/products", params={"q": "A-1"}, headers=buyer)
    assert found.status_code == 200 and "A-1" in found.text, found.text
    (number,) = await _order_all(client, Shop(shop.company, shop.products, shop.tokens[:1]))
    orders = await client.get("/api/v1/orders", headers=buyer)
    assert orders.status_code == 200 and number in orders.text
    return number


async def test_control_a_1c_that_confirms_what_it_did_not_store_loses_orders(
    hall: Hall, wholesaler: Wholesaler, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=3, on_hand=100)
    async with _web(hall) as client:
        numbers = await _order_all(client, shop)
    await _deliver(hall)
    books = Forgetful(tmp_path / "books.db")
    player = await _awaken(hall, books, tmp_path)
    await player.round(datetime.now(UTC))
    await player.round(datetime.now(UTC))
    assert [one.number for one in books.documents()] == numbers[1:]
