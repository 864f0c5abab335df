"""A cart shared out over outlets in two tabs, at two processes: nothing given is lost or doubled.

Both tabs write shares, share equally, copy columns, drop rests, undo, change quantities, take lines
out and put them back, begin and end the sharing out, and order, all at once. Whatever comes first:
no line is less than its outlets get, nothing is negative, nothing fails, and an order consigns
exactly the shares of the cart that was shown. The verdict is taken from the tables.
"""

import asyncio
import random
import re
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from decimal import Decimal
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from processes import app_processes
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler

pytestmark = pytest.mark.timeout(900)

SEED = 20261127
PRODUCTS, OUTLETS, AT_ONCE = 3, 4, 10
SMALL = pytest.param(10, id="small")
FULL = pytest.param(120, id="full", marks=pytest.mark.full)
PAGE = "/cart/outlets"
ANSWERS = {200, 201, 204, 303, 404, 409, 422}
_BEFORE = re.compile(r'name="before" value="([^"]*)"')
_UNDO = re.compile(r"/cart/undo/[0-9a-f-]+")

LINES = text(
    """
    select l.uuid, l.quantity, c.way,
           coalesce((select sum(s.quantity) from fondaco.cart_share s
                      where s.cart_line_id = l.id), 0) as shared,
           coalesce((select min(s.quantity) from fondaco.cart_share s
                      where s.cart_line_id = l.id), 1) as least
      from fondaco.cart_line l join fondaco.cart c on c.id = l.cart_id order by l.id
    """
)
CONSIGNED = text(
    """
    select l.sku, o.uuid::text, l.quantity from fondaco.order_line l
      join fondaco.shipment s on s.id = l.shipment_id
      join fondaco.customer_order c on c.id = s.order_id and c.uuid = cast(:order as uuid)
      join fondaco.outlet o on o.id = s.outlet_id
     order by 1, 2
    """
)
Shares = list[tuple[str, str, Decimal]]


class Tab:
    """A page of the buyer at one of the processes, and its API token."""

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers
        self.token = ""
        self.undo: list[tuple[str, dict[str, str]]] = []

    async def send(self, path: str, data: dict[str, str]) -> httpx.Response:
        """Post a form; what its answer offers to undo may be undone later."""
        answer = await self.client.post(path, data=data, headers={"X-CSRFToken": self.token})
        if found := _BEFORE.search(answer.text):
            self.undo.append((f"{PAGE}/undo", {"before": unescape(found[1])}))
        if found := _UNDO.search(answer.text):
            self.undo.append((found[0], {}))
        return answer

    async def cart(self) -> dict[str, Any]:
        """The cart as the API tells it."""
        answer = await self.client.get("/api/v1/cart", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def order(self, cart: dict[str, Any]) -> httpx.Response:
        """Order what was shown."""
        return await self.client.post(
            "/api/v1/orders",
            json={"shown": cart["fingerprint"], "delivery": "outlets"},
            headers={**self.headers, "Idempotency-Key": uuid4().hex},
        )


class Storm:
    """What two tabs do to one cart, and what became of it."""

    def __init__(self, hall: Hall, tabs: Sequence[Tab], outlets: Sequence[str]) -> None:
        self.hall, self.tabs, self.outlets = hall, tabs, outlets
        self.dice = random.Random(SEED)
        self.orders = 0

    async def rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        """From the tables."""
        async with self.hall.database.transaction() as connection:
            result = await connection.execute(statement, values)
            return result.all() if result.returns_rows else ()

    async def round(self, *, ways: bool) -> None:
        """A cart of three lines, a storm over it, the verdict; then it is ordered.

        With `ways` the tabs also begin and end the sharing out.
        """
        tab = self.tabs[0]
        for product in range(1, PRODUCTS + 1):
            await tab.send("/cart/articles", {"article": f"A-{product}", "quantity": "12"})
        await tab.send(f"{PAGE}/begin", {})
        lines = [str(row.uuid) for row in await self.rows(LINES)]
        presses = [self._press(self.tabs[n % 2], lines, ways) for n in range(AT_ONCE)]
        answers = await asyncio.gather(*presses)
        assert {a.status_code for a in answers} <= ANSWERS, [a.text[:300] for a in answers]
        await self.verdict(stored=not ways)
        await self._order_what_is_left()

    async def verdict(self, *, stored: bool) -> None:
        """No line of a cart that is shared out is less than its outlets get."""
        for row in await self.rows(LINES):
            assert row.quantity > 0 and row.least > 0, row
            counts = stored and row.way == "outlets"
            assert not counts or row.quantity >= row.shared, row
        cart = await self.tabs[1].cart()
        for line in cart["lines"]:
            given = sum(Decimal(share["quantity"]) for share in line["shares"])
            assert not cart["by_outlets"] or Decimal(line["quantity"]) >= given, line

    async def _order_what_is_left(self) -> None:
        """Whatever a storm has left can be shared out to the last piece, and is consigned so."""
        tab = self.tabs[0]
        if not (await tab.cart())["lines"]:
            return
        await tab.send(f"{PAGE}/begin", {})
        await tab.send(f"{PAGE}/equal", {})
        await tab.send(f"{PAGE}/fit", {})
        cart = await tab.cart()
        for line in cart["lines"]:
            given = sum(Decimal(share["quantity"]) for share in line["shares"])
            assert given == Decimal(line["quantity"]), line
        placed = await tab.order(cart)
        assert placed.status_code == 201, placed.text
        await self._consigned(placed, cart)
        assert await self.rows(LINES) == []

    async def _consigned(self, placed: httpx.Response, cart: dict[str, Any]) -> None:
        shown: Shares = sorted(
            (line["sku"], share["outlet"], Decimal(share["quantity"]))
            for line in cart["lines"]
            for share in line["shares"]
        )
        rows = await self.rows(CONSIGNED, order=placed.json()["id"])
        assert [tuple(row) for row in rows] == shown
        self.orders += 1

    async def _press(self, tab: Tab, lines: Sequence[str], ways: bool) -> httpx.Response:
        dice = random.Random(self.dice.random())
        await asyncio.sleep(dice.uniform(0, 0.05))
        line, outlet = dice.choice(lines), dice.choice(self.outlets)
        amount = str(dice.randint(0, 9))
        verb = dice.choice(
            ["cells", "cells", "cells", "equal", "copy", "fit", "set", "put_in", "remove", "undo"]
            + ["shares", "order"]
            + ["begin", "end"] * ways
        )
        if verb == "cells":
            some = dice.sample(self.outlets, 2)
            return await tab.send(
                f"{PAGE}/cells", {f"cell.{line}.{one}": str(dice.randint(0, 9)) for one in some}
            )
        if verb == "shares":
            shares = {"shares": [{"line": line, "outlet": outlet, "quantity": amount}]}
            return await tab.client.post("/api/v1/cart/shares", json=shares, headers=tab.headers)
        if verb == "order":
            cart = await tab.cart()
            placed = await tab.order(cart)
            if placed.status_code == 201:
                await self._consigned(placed, cart)
            return placed
        if verb == "undo":
            path, data = tab.undo.pop() if tab.undo else (f"{PAGE}/fit", {})
            return await tab.send(path, data)
        path, form = {
            "equal": (f"{PAGE}/equal", {"line": line}),
            "copy": (f"{PAGE}/copy", {"source": outlet}),
            "fit": (f"{PAGE}/fit", {}),
            "begin": (f"{PAGE}/begin", {}),
            "end": (f"{PAGE}/end", {}),
            "set": (f"/cart/lines/{line}", {"quantity": str(dice.randint(1, 30))}),
            "put_in": ("/cart/articles", {"article": f"A-{dice.randint(1, 3)}", "quantity": "2"}),
            "remove": (f"/cart/lines/{line}/remove", {}),
        }[verb]
        return await tab.send(path, form)


async def _chain(hall: Hall, wholesaler: Wholesaler) -> tuple[CompanyFixture, str, list[str]]:
    """A company with four outlets, and the token of its buyer."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(PRODUCTS, price_list=prices, place=place, on_hand=Decimal(1_000_000))
    company = await wholesaler.company("Сеть", seller, [prices])
    token = secrets.token_urlsafe(24)
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.api_token (uuid, user_id, token_hash)"
                " values (gen_random_uuid(), :user, :hash)"
            ),
            {"user": company.user_id, "hash": sha256(token.encode()).digest()},
        )
        await connection.execute(
            text(
                "insert into fondaco.outlet (uuid, company_id, name) select gen_random_uuid(),"
                " :company, 'Точка ' || n from generate_series(2, cast(:outlets as int)) n"
            ),
            {"company": company.customer.company_id, "outlets": OUTLETS},
        )
        found = await connection.execute(
            text("select uuid::text from fondaco.outlet where company_id = :company order by id"),
            {"company": company.customer.company_id},
        )
        return company, token, [row[0] for row in found]


async def _storm(
    hall: Hall,
    wholesaler: Wholesaler,
    stack: AsyncExitStack,
    addresses: Sequence[str],
) -> Storm:
    company, token, outlets = await _chain(hall, wholesaler)
    tabs = []
    for address in addresses:
        client = await stack.enter_async_context(Client(base_url=address, timeout=60))
        assert (await client.sign_in(company.email, PASSWORD)).status_code == 303
        tab = Tab(client, {"Authorization": f"Bearer {token}"})
        tab.token = await client.token()
        tabs.append(tab)
    return Storm(hall, tabs, outlets)


@pytest.mark.parametrize("rounds", [SMALL, FULL])
async def test_two_tabs_share_one_cart_out_and_nothing_is_lost(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, rounds: int
) -> None:
    print(f"seed {SEED}")
    with app_processes(database_url, tmp_path) as addresses:
        async with AsyncExitStack() as stack:
            storm = await _storm(hall, wholesaler, stack, addresses)
            for number in range(2 * rounds):
                await storm.round(ways=number % 2 == 1)
    assert storm.orders >= rounds


async def test_a_quantity_is_weighed_against_the_shares_of_the_other_tab(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """Of 28 shared out in one tab and 2 typed in the other, whichever is first: never less."""
    with app_processes(database_url, tmp_path) as addresses:
        async with AsyncExitStack() as stack:
            storm = await _storm(hall, wholesaler, stack, addresses)
            assert await _less_than_given(storm, typed="2") == 0


async def test_without_the_lock_a_line_becomes_less_than_its_outlets_get(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """Many cells of one line at once, and the last one counts only its own."""
    target = "unguarded:without_cart_lock"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        async with AsyncExitStack() as stack:
            storm = await _storm(hall, wholesaler, stack, addresses)
            assert await _less_than_given(storm) > 0


async def _less_than_given(storm: Storm, typed: str = "") -> int:
    """How often of 25 times cells, and a quantity if one is `typed`, leave a line too small."""
    await storm.tabs[0].send("/cart/articles", {"article": "A-1", "quantity": "1"})
    await storm.tabs[0].send(f"{PAGE}/begin", {})
    [line] = [str(row.uuid) for row in await storm.rows(LINES)]
    forms = [(f"{PAGE}/cells", {f"cell.{line}.{outlet}": "7"}) for outlet in storm.outlets]
    forms += [(f"/cart/lines/{line}", {"quantity": typed})] * 4 if typed else []
    found = 0
    for _ in range(25):
        await storm.rows(text("delete from fondaco.cart_share"))
        await storm.rows(text("update fondaco.cart_line set quantity = 1"))
        await asyncio.gather(
            *(storm.tabs[n % 2].send(path, form) for n, (path, form) in enumerate(forms))
        )
        [row] = await storm.rows(LINES)
        assert row.shared == 7 * OUTLETS
        found += row.quantity < row.shared
    return found
