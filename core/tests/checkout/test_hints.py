"""What a little more would bring: the order discount and the least order, one click away."""

import re
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))

from order_discount_plugin import PLUGIN, World

from fondaco.settings import Settings
from fondaco_sdk.manifest import Plugin

D = Decimal


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The rebate is the only plugin besides the built-in ones."""
    return (PLUGIN,)


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    """Fifty roubles off orders from five hundred."""
    World.amount, World.min_total, World.refuses, World.placing = D(50), D(500), False, []
    yield
    World.min_total = None


async def test_the_next_order_discount_is_one_click_away_in_the_cart(shop: Any, buyer: Any) -> None:
    await shop.fill(3, 1)
    page = (await buyer.get("/cart")).text
    words = buyer.words(page)
    assert "До скидки не хватает 100,00 ₽. Скидка на весь заказ" in words
    assert "До скидки на заказ хватит ещё 1 шт" in words
    assert "Скидка на заказ 50,00 ₽" not in words
    line = buyer.lines_of(page)[0]
    assert 'name="quantity" value="4"' in page
    taken = buyer.words((await buyer.partial(f"/cart/lines/{line}", {"quantity": "4"})).text)
    assert "Скидка на заказ 50,00 ₽" in taken
    assert "До скидки" not in taken
    await buyer.get("/locale/en?next=/")
    await buyer.partial(f"/cart/lines/{line}", {"quantity": "3"})
    english = buyer.words((await buyer.get("/cart")).text)
    assert "100.00 more brings a discount. Off the whole order" in english


async def test_it_is_one_click_away_in_the_checkout_too(shop: Any, buyer: Any) -> None:
    await shop.fill(3, 1)
    page = (await buyer.get("/checkout")).text
    assert "До скидки не хватает 100,00 ₽" in buyer.words(page)
    action, quantity = re.findall(
        r'action="(/checkout/lines/[0-9a-f-]+)".*?name="quantity" value="(\d+)"', page, re.DOTALL
    )[0]
    taken = await buyer.send_form(action, {"quantity": quantity})
    assert taken.headers["location"] == "/checkout"
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert placed.status_code == 303, placed.text
    assert await shop.sql("select total from fondaco.customer_order") == [(450,)]


async def test_what_was_typed_and_chosen_is_kept_when_a_hint_is_taken(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(3, 1)
    page = (await buyer.get("/checkout")).text
    action = re.findall(r'hx-post="(/checkout/lines/[0-9a-f-]+)"', page)[0]
    place = re.findall(r'value="(place:[0-9a-f-]+)"', page)[0]
    form = {
        **buyer.hidden(page),
        "to": place,
        "payment": "invoice",
        "customer_reference": "ЗК-17",
        "comment": "Позвонить Ивану\nдо 10 утра <b>",
    }
    taken = await buyer.partial(action, {**form, "quantity": "4"})
    assert taken.status_code == 200
    assert "cart-changed" in taken.headers["hx-trigger"]
    assert "До скидки" not in taken.text
    assert "450,00 ₽" in buyer.words(taken.text)
    assert 'value="ЗК-17"' in taken.text
    assert "Позвонить Ивану\nдо 10 утра &lt;b&gt;</textarea>" in taken.text
    assert re.search(rf'value="{place}"[^>]*checked', taken.text)
    fresh = buyer.hidden(taken.text)
    assert fresh["key"] == form["key"]
    assert fresh["shown"] != form["shown"]
    placed = await buyer.send_form("/checkout", {**form, **fresh})
    assert placed.status_code == 303, placed.text
    assert await shop.sql("select total, comment from fondaco.customer_order") == [
        (450, "Позвонить Ивану\nдо 10 утра <b>")
    ]


async def test_a_hint_of_somebody_elses_line_is_absent(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    await shop.fill(3, 1)
    page = (await buyer.get("/checkout")).text
    action = re.findall(r'hx-post="(/checkout/lines/[0-9a-f-]+)"', page)[0]
    assert (await stranger.partial(action, {"quantity": "4"})).status_code == 404
    assert (await buyer.partial(action, {"quantity": "x"})).status_code == 422


async def test_nobody_is_told_to_buy_more_than_twice_as_much(shop: Any, buyer: Any) -> None:
    await shop.fill(1, 1)
    assert "До скидки" not in (await buyer.get("/cart")).text


class TestLeastOrder:
    """A site whose orders begin at a thousand roubles."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """With the rule."""
        return replace(settings, plugins={"order_rules": {"minimum": 1000}})

    async def test_less_is_refused_and_mended_by_one_click(self, shop: Any, buyer: Any) -> None:
        World.amount = D(0)
        await shop.fill(6, 1)
        form = await buyer.checkout_form()
        page = (await buyer.get("/cart")).text
        words = buyer.words(page)
        assert "Минимальная сумма заказа — 1 000,00 ₽, не хватает 300,00 ₽" in words
        assert "До минимальной суммы заказа хватит ещё 3 шт" in words
        assert (await buyer.get("/checkout")).headers["location"] == "/cart"
        refused = await buyer.send_form("/checkout", {**form, **shop.choices()})
        assert refused.status_code in (409, 422)
        assert not await shop.sql("select 1 from fondaco.customer_order")
        line = buyer.lines_of(page)[0]
        await buyer.partial(f"/cart/lines/{line}", {"quantity": "9"})
        form = await buyer.checkout_form()
        placed = await buyer.send_form("/checkout", {**form, **shop.choices()})
        assert placed.status_code == 303, placed.text

    async def test_a_cart_of_another_currency_is_compared_at_the_rate_of_the_day(
        self, shop: Any, buyer: Any
    ) -> None:
        World.amount = D(0)
        await shop.sql("update fondaco.agreement set currency = 'USD'")
        await shop.sql("insert into fondaco.currency_rate values ('USD', '2020-01-01', 1, 50)")
        await shop.fill(8)
        words = buyer.words((await buyer.get("/cart")).text)
        assert "Минимальная сумма заказа — 20,00 $, не хватает 4,00 $" in words
