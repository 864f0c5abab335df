"""One order for several outlets where it leaves the pages: API, workbooks, documents, discounts."""

import re
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "checkout"))

from order_discount_plugin import PLUGIN, World
from outlet_chain import PAGE, Chain

from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client
from fondaco.testing.pdf import text_of
from fondaco_sdk.manifest import Plugin

D = Decimal


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The rebate is the only plugin besides the built-in ones."""
    return (PLUGIN,)


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    """Nothing off, until the test says otherwise."""
    World.amount, World.refuses, World.placing = D(0), False, []
    yield


@pytest_asyncio.fixture
async def chain(shop: Any) -> Chain:
    """Three outlets: Аша, Бор, Вятка."""
    found = Chain(shop)
    await found.open("Аша", "Бор", "Вятка")
    return found


async def _shared(shop: Any, buyer: Any, chain: Chain) -> None:
    await shop.fill(6, 3)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([1, 2, 3], [1, 1, 1]))


async def _file(shop: Any, buyer: Any, address: str) -> bytes:
    await shop.render(address.rpartition("/")[2])
    return bytes((await buyer.get(f"{address}/file")).content)


async def test_a_discount_of_the_order_is_spread_over_all_its_lines(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    World.amount = D(100)
    await _shared(shop, buyer, chain)
    assert "Итого с НДС 800,00 ₽" in buyer.words((await buyer.get("/cart")).text)
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    assert placed.status_code == 303, placed.text
    ((order, priced),) = World.placing
    assert (order.total, priced.quote.total) == (800, 800)
    assert sum(line.total for line in order.lines) == 800
    shares = [share.price.total for ln in priced.lines for share in ln.shares]
    assert sorted(shares) == sorted(line.total for line in order.lines)


async def test_workbooks_quote_and_invoice_name_the_outlets(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await _shared(shop, buyer, chain)
    book = load_workbook(BytesIO((await buyer.get("/cart/export.xlsx")).content))
    assert [row[-1].value for row in book.active.iter_rows(min_row=2)] == [
        *("Аша", "Бор", "Вятка"),
        *("Аша", "Бор", "Вятка"),
    ]
    for kind in ("pdf", "xlsx"):
        issued = await buyer.send_form("/cart/quote", {"format": kind})
        data = await _file(shop, buyer, issued.headers["location"])
        if kind == "pdf":
            assert re.search("Аша.*Бор.*Вятка", text_of(data))
        else:
            cells = [c.value for row in load_workbook(BytesIO(data)).active for c in row]
            assert cells.count("Вятка") == 2

    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    address = placed.headers["location"].partition("?")[0]
    book = load_workbook(BytesIO((await buyer.get(f"{address}/export.xlsx")).content))
    assert [(row[1].value, row[-2].value) for row in book.active.iter_rows(min_row=2)] == [
        (sku, name) for name in ("Аша", "Бор", "Вятка") for sku in ("A-1", "A-2")
    ]
    page = (await buyer.get(address)).text
    invoice = re.search(r"/documents/[0-9a-f-]+", page)
    assert invoice
    data = await _file(shop, buyer, invoice[0])
    assert re.search("Аша, г. Аша.*Бор, г. Бор.*Вятка, г. Вятка", text_of(data))


async def test_a_program_shares_out_and_orders(shop: Any, client: Client, chain: Chain) -> None:
    async with shop.company.ask(shop.hall).act() as act:
        client.headers["Authorization"] = f"Bearer {await make_token(act, 'test')}"
    api = client
    await shop.fill(6)
    outlets = (await api.get("/api/v1/outlets")).json()
    assert [outlet["name"] for outlet in outlets] == ["Аша", "Бор", "Вятка"]
    (line,) = await chain.lines()
    shares = [{"line": str(line), "outlet": outlet["id"], "quantity": "2"} for outlet in outlets]
    cart = (await api.post("/api/v1/cart/shares", json={"shares": shares})).json()
    assert cart["by_outlets"] is True
    assert [share["quantity"] for share in cart["lines"][0]["shares"]] == ["2.000"] * 3
    for wrong in (
        {**shares[0], "outlet": str(shop.stranger.outlet)},
        {**shares[0], "line": str(shop.stranger.outlet)},
    ):
        refused = await api.post("/api/v1/cart/shares", json={"shares": [wrong]})
        assert refused.status_code == 404
    refused = await api.post(
        "/api/v1/cart/shares", json={"shares": [{**shares[0], "quantity": "-1"}]}
    )
    assert refused.status_code in (400, 422)
    order = {"shown": cart["fingerprint"], "delivery": "outlets"}
    placed = await api.post("/api/v1/orders", json=order, headers={"Idempotency-Key": "k" * 12})
    assert placed.status_code == 201, placed.text
    detail = (await api.get(f"/api/v1/orders/{placed.json()['id']}")).json()
    assert [one["outlet_name"] for one in detail["shipments"]] == ["Аша", "Бор", "Вятка"]
    assert [ln["shipment"] for ln in detail["lines"]] == [s["id"] for s in detail["shipments"]]
    assert (await api.delete("/api/v1/cart/shares")).status_code == 204
