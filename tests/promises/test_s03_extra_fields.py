"""S03: a price, a total, a company or a state that the client names never counts.

Every column of every table is sent along with each write, as forms and as JSON; what is then in the
database is what the server decided. Quantities that are none are refused where they are taken.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import app_processes
from route_table import Listed, Visitor
from sqlalchemy import text
from two_companies import Scene, set_the_scene, state_of_everything

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Auth

NO_QUANTITIES = (
    "-1",
    "0",
    "0.0001",
    "1e18",
    "1000000000",
    "NaN",
    "Infinity",
    "-0",
    "=2+2",
    "",
    "x",
)
FORM_FIELDS = frozenset(("quantity", "article", "shown", "key", "comment", "customer_reference"))
"""Columns that are also fields of forms: they are sent with their own meaning."""

ORDER = """
    select o.company_id, o.user_id, o.legal_entity_id, o.agreement_id, o.seller_id, o.state,
           o.currency, o.total, o.vat_total, l.quantity, l.unit_price, l.list_price, l.total
      from fondaco.customer_order o join fondaco.order_line l on l.order_id = o.id
     order by o.id desc, l.id desc limit 1
"""


async def columns(hall: Hall) -> Sequence[str]:
    """The names of all columns of the kernel."""
    async with hall.database.transaction() as connection:
        rows = await connection.execute(
            text(
                "select distinct column_name from information_schema.columns"
                " where table_schema = 'fondaco' order by 1"
            )
        )
        return [row[0] for row in rows]


async def newest_order(hall: Hall) -> tuple[Any, ...]:
    """What the database has of the newest order and its last line."""
    async with hall.database.transaction() as connection:
        return tuple((await connection.execute(text(ORDER))).one())


@asynccontextmanager
async def buyers_browser(
    scene: Scene, database_url: str, data: Path, target: str = "fondaco.serve:application"
) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """The buyer at each of two processes."""
    with app_processes(database_url, data, target=target) as (one, other):
        async with (
            httpx.AsyncClient(base_url=one, timeout=30) as first,
            httpx.AsyncClient(base_url=other, timeout=30) as second,
        ):
            buyer = scene.own.people["buyer"]
            yield await Visitor(first, buyer).open(), await Visitor(second, buyer).open()


def page(path: str) -> Listed:
    """A form of the site."""
    return Listed("POST", path, "order.place", Auth.COOKIE, "")


def call(path: str, method: str = "POST") -> Listed:
    """A call of the API."""
    return Listed(method, f"/api/v1{path}", "order.place", Auth.TOKEN, "")


async def _order_by_forms(scene: Scene, first: Visitor, second: Visitor, extra: Any) -> None:
    """Add, edit, look and order, each with everything else along with it."""
    await first.send(page("/cart/clear"), "/cart/clear", extra)
    added = await first.send(
        page("/cart/articles"), "/cart/articles", {**extra, "article": "A-2", "quantity": "3"}
    )
    assert added.status_code == 303, added.text
    cart = (await second.send(call("/cart", "GET"), "/api/v1/cart")).json()
    path = f"/cart/lines/{cart['lines'][0]['id']}"
    edited = await second.send(page(path), path, {**extra, "quantity": "4"})
    assert edited.status_code == 303, edited.text
    cart = (await second.send(call("/cart", "GET"), "/api/v1/cart")).json()
    decided = {
        "shown": cart["fingerprint"],
        "key": "s03-one-order-only",
        "to": f"outlet:{scene.own.ids['outlet']}",
        "payment": "invoice",
    }
    placed = await first.send(page("/checkout"), "/checkout", {**extra, **decided})
    assert placed.status_code == 303, placed.text


async def test_columns_sent_along_change_nothing(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    names = [name for name in await columns(hall) if name not in FORM_FIELDS]
    assert {"unit_price", "total", "company_id", "state", "roles"} <= set(names)
    extra = dict.fromkeys(names, "1")
    async with buyers_browser(scene, database_url, tmp_path) as (first, second):
        await _order_by_forms(scene, first, second, {})
        plain = await newest_order(hall)
        async with hall.database.transaction() as connection:
            await connection.execute(text("delete from fondaco.idempotency_key"))
        await _order_by_forms(scene, first, second, extra)
        assert await newest_order(hall) == plain
    customer = scene.own.company.customer
    assert plain[0] == customer.company_id
    assert plain[5:8] == ("placed", "RUB", Decimal(400))
    assert plain[9:] == (Decimal(4), Decimal(100), Decimal(100), Decimal(400))
    print(f"S03: {len(names)} columns with each of 5 forms")


async def test_the_api_refuses_fields_it_does_not_know(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    line = scene.own.ids["cart_line"]
    calls: dict[str, dict[str, Any]] = {
        "/cart/lines": {"lines": [{"article": "A-1", "quantity": 1}]},
        f"/cart/lines/{line}": {"quantity": 1},
        "/orders": {"shown": "x", "delivery": "pickup", "place": scene.shared["place"]},
    }
    before = await state_of_everything(hall)
    refused = 0
    async with buyers_browser(scene, database_url, tmp_path) as (first, second):
        for path, body in calls.items():
            for name in await columns(hall):
                if name in body or name in FORM_FIELDS:
                    continue
                for visitor, sent in ((first, {**body, name: "1"}), (second, _inside(body, name))):
                    answer = await visitor.send(call(path), f"/api/v1{path}", sent)
                    assert answer.status_code in (400, 409, 422), (path, name, answer.text)
                    refused += answer.status_code != 409
                    assert answer.status_code != 409 or sent is body
    assert refused > 300
    assert await state_of_everything(hall) == before


def _inside(body: dict[str, Any], name: str) -> dict[str, Any]:
    """The same with the field in its first line, where it has lines."""
    if "lines" not in body:
        return {**body, name: None}
    return {"lines": [{**body["lines"][0], name: "1"}]}


async def _taken(scene: Scene, visitor: Visitor, quantity: str) -> list[str]:
    """Where a quantity that is none was taken."""
    line, listed = scene.own.ids["cart_line"], scene.own.ids["list"]
    forms = {f"/cart/lines/{line}": {"quantity": quantity}}
    if quantity:  # elsewhere an empty field means one pack, or what the file said
        forms[f"/quick-order/{listed}/rows/1/quantity"] = {"quantity": quantity}
        forms["/cart/articles"] = {"article": "A-1", "quantity": quantity}
        product = scene.shared["product"]
        forms["/products/cart"] = {f"quantity-{product}": quantity, "only": product}
    taken = []
    for path, fields in forms.items():
        answer = await visitor.send(page(path), path, fields)
        if answer.status_code != 422:
            taken.append(f"{path} {quantity!r}: {answer.status_code}")
    number: Any = float(quantity) if quantity in ("-1", "0", "0.0001", "1e18") else quantity
    for path, body in (
        ("/cart/lines", {"lines": [{"article": "A-1", "quantity": number}]}),
        (f"/cart/lines/{line}", {"quantity": number}),
    ):
        answer = await visitor.send(call(path), f"/api/v1{path}", body)
        if answer.status_code not in (400, 422):
            taken.append(f"API {path} {quantity!r}: {answer.status_code}")
    return taken


async def test_what_is_no_quantity_is_refused_everywhere(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    before = await state_of_everything(hall)
    async with buyers_browser(scene, database_url, tmp_path) as (first, _):
        taken = [at for quantity in NO_QUANTITIES for at in await _taken(scene, first, quantity)]
    assert not taken, "\n".join(taken)
    assert await state_of_everything(hall) == before


@pytest.mark.parametrize("target", ["without_quantity_check", "taking_prices_of_forms"])
async def test_control_a_shop_that_believes_its_clients_is_found(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, target: str
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    browsers = buyers_browser(scene, database_url, tmp_path, f"unguarded:{target}")
    async with browsers as (first, second):
        if target == "without_quantity_check":
            assert await _taken(scene, first, "-1")
        else:
            await _order_by_forms(scene, first, second, {"unit_price": "1"})
            assert (await newest_order(hall))[10] != Decimal(100)
