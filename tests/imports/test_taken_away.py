"""The ERP takes goods away under a reservation: by a list that staff upload, with the worker on."""

from decimal import Decimal

import pytest
from desk import Desk, words
from sheets import csv
from sqlalchemy import text
from test_sheets import look, run_of

from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

HEAD = ["Артикул", "Остаток Москва"]


@pytest.fixture
async def working(desk: Desk, wholesaler: Wholesaler) -> WorkingShop:
    """A shop whose buyer has ordered ten and six of the first product; sixteen are there."""
    shop = WorkingShop(desk.hall, wholesaler)
    await shop.open()
    await shop.run("update fondaco.stock_row set on_hand = 16")
    return shop


async def _upload(desk: Desk, quantity: int) -> str:
    columns = await look(desk, "stock.csv", csv([HEAD, ["A-1", str(quantity)]]))
    values = [columns.value(chosen) for chosen in columns.chosen]
    return await run_of(desk, await columns.start(*values))


async def test_who_ordered_last_waits_without_a_day_until_there_are_goods_again(
    desk: Desk, working: WorkingShop
) -> None:
    first, last = await working.order(10), await working.order(6)
    await _upload(desk, 12)
    waiting = words((await desk.client.get("/staff/undated")).text)
    assert last.number in waiting
    assert first.number not in waiting
    rows = await working.ask.fetch(
        text("select sum(r.quantity) as held from fondaco.reservation r where r.state = 'held'")
    )
    assert rows[0].held == Decimal(16), "whatever happens, the orders hold what they sold"
    page = words((await desk.client.get(f"/orders/{last.uuid}")).text)
    assert "на складе меньше товара, чем было обещано" in page
    assert "товара не хватает" in page

    await _upload(desk, 16)
    await desk.client.send_form("/staff/undated/look", {})
    await desk.work()
    assert last.number not in words((await desk.client.get("/staff/undated")).text)
    page = words((await desk.client.get(f"/orders/{last.uuid}")).text)
    assert "товар нашёлся: теперь" in page


async def test_a_buyer_may_not_look_into_the_queue_of_staff(
    desk: Desk, working: WorkingShop, client: Client
) -> None:
    await client.sign_in(working.company.email, PASSWORD)
    assert (await client.get("/staff/undated")).status_code in (403, 404)
