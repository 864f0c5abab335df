"""What a plugin takes off an order: on the cart, at the checkout, on the order and on paper."""

import re
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from order_discount_plugin import PLUGIN, World

from fondaco.testing.pdf import pages_of, text_of
from fondaco_sdk.manifest import Plugin

D = Decimal


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The rebate is the only plugin besides the built-in ones."""
    return (PLUGIN,)


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    """A hundred roubles off, until the test says otherwise."""
    World.amount, World.refuses, World.placing = D(100), False, []
    yield


async def test_it_stands_on_every_page_and_the_sums_are_exact(shop: Any, buyer: Any) -> None:
    await shop.fill(1, 1, 1)
    page = (await buyer.get("/cart")).text
    words = buyer.words(page)
    assert "Скидка на заказ 100,00 ₽" in words
    assert "Итого с НДС 200,00 ₽" in words
    assert words.count("66,67 ₽ скидка −33,33 ₽") == 2
    assert "66,66 ₽ скидка −33,34 ₽" in words
    line = buyer.lines_of(page)[0]
    why = buyer.words((await buyer.get(f"/cart/lines/{line}/why")).text)
    assert "Скидка на заказ Скидка на весь заказ −33,34 ₽ Ваша цена 100,00 ₽" in why
    assert "Сумма строки 66,66 ₽" in why
    assert "Скидка на заказ 100,00 ₽" in buyer.words((await buyer.get("/checkout")).text)

    order = await shop.order(buyer)
    ((placed, priced),) = World.placing
    assert (placed.total, priced.quote.total) == (200, 200)
    assert [ln.total for ln in placed.lines] == [ln.price.total for ln in priced.lines]
    page = (await buyer.get(order)).text
    assert "66,66 ₽ скидка −33,34 ₽" in buyer.words(page)
    assert "экономия к прайс-листу 100,00 ₽" in buyer.words(page)
    why_path = re.findall(rf'"({order}/lines/[0-9a-f-]+/why)"', page)[0]
    assert "Сумма строки 66,66 ₽" in buyer.words((await buyer.get(why_path)).text)


async def test_the_invoice_prints_the_price_paid(shop: Any, buyer: Any) -> None:
    order = await shop.order(buyer, 3, 1)
    document = re.findall(r"/documents/([0-9a-f-]{36})", (await buyer.get(order)).text)[0]
    await shop.render(document)
    file = await buyer.get(f"/documents/{document}/file")
    said = text_of(file.content)
    assert "75,00" in said
    assert "225,00" in said
    assert "300,00" in said


async def test_another_discount_than_shown_orders_nothing(shop: Any, buyer: Any) -> None:
    await shop.fill(1)
    form = await buyer.checkout_form()
    World.amount = D(40)
    answer = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert answer.status_code == 409
    assert "Скидка на заказ 100,00 ₽ 40,00 ₽" in buyer.words(answer.text)
    assert World.placing == []


async def test_who_refuses_at_the_last_moment_leaves_nothing_behind(shop: Any, buyer: Any) -> None:
    World.refuses = True
    await shop.fill(2)
    form = await buyer.checkout_form()
    answer = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert answer.status_code == 409
    assert "Скидки больше нет" in answer.text
    assert len(World.placing) == 2
    for table in ("customer_order", "order_line", "document", "idempotency_key"):
        assert (await shop.sql(f"select count(*) from fondaco.{table}"))[0][0] == 0
    assert (await shop.sql("select sum(reserved) from fondaco.stock_row"))[0][0] == 0
    World.refuses = False
    assert (await buyer.send_form("/checkout", {**form, **shop.choices()})).status_code == 303


async def test_a_quote_keeps_how_its_prices_came_about(shop: Any, buyer: Any) -> None:
    await shop.sql(
        "insert into fondaco.individual_price (uuid, company_id, product_id, price, valid_from)"
        " values (gen_random_uuid(), :company, :product, 90, '2026-01-01')",
        company=shop.company.customer.company_id,
        product=shop.products[0],
    )
    await shop.fill(1, 1)
    issued = await buyer.send_form("/cart/quote", {"format": "pdf"})
    document = issued.headers["location"].rpartition("/")[2]
    # What happens to the conditions afterwards changes nothing on paper.
    await shop.sql("update fondaco.individual_price set ended_at = now()")
    World.amount = D(0)
    await shop.render(document)
    file = await buyer.get(f"/documents/{document}/file")
    said = pages_of(file.content)[-1]
    assert "Как получены цены" in said
    assert "Индивидуальная цена компании 90,00" in said
    assert "Скидка на весь заказ −47,37" in said
