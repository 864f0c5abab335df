"""Who gives a price by hand is told where the portal would ask less without it."""

import re
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from dearer_plugin import PLUGIN, World
from price_desk import WHY, Desk

from fondaco_sdk.manifest import Plugin

D = Decimal


class TestDearerThanATier:
    """The list asks 100, from ten on 90, and from fifty on 85."""

    @pytest_asyncio.fixture(autouse=True)
    async def tiers(self, shop: Any) -> None:
        """Of A-1."""
        await shop.set_price(1, 90, at_least=10)
        await shop.set_price(1, 85, at_least=50)

    async def test_whoever_gives_it_is_warned_and_the_buyer_reads_why(
        self, shop: Any, desk: Desk, buyer: Any
    ) -> None:
        head = await desk.browser("head_of_sales")
        form = f"/staff/prices/{desk.uuid}/manual"
        typed = {"article": "A-1", "price": "88", "reason": WHY, "until": desk.until}
        warned = await head.send_form(form, typed)
        assert warned.status_code == 422
        assert "заплатил бы меньше (от 50 шт: 85,00 ₽). Она заменяет прайс" in head.words(
            warned.text
        )
        assert 'name="dearer"' in warned.text
        assert 'value="88"' in warned.text
        assert not await shop.sql("select 1 from fondaco.manual_price")
        both = await head.send_form(form, {**typed, "price": "95"})
        assert "(от 10 шт: 90,00 ₽; от 50 шт: 85,00 ₽)" in head.words(both.text)

        given = await head.send_form(form, {**typed, "dearer": "1"})
        assert given.status_code == 303, given.text
        for quantity, dearer in ((2, False), (50, True)):
            await shop.sql("delete from fondaco.cart_line")
            await shop.fill(quantity)
            line = buyer.lines_of((await buyer.get("/cart")).text)[0]
            why = buyer.words((await buyer.get(f"/cart/lines/{line}/why")).text)
            assert "Ваша цена 88,00 ₽" in why
            assert ("без договорённости было бы 85,00 ₽" in why) is dearer

    async def test_no_word_is_lost_on_a_price_that_is_lower_everywhere(self, desk: Desk) -> None:
        head = await desk.browser("head_of_sales")
        typed = {"article": "A-1", "price": "84", "reason": WHY, "until": desk.until}
        given = await head.send_form(f"/staff/prices/{desk.uuid}/manual", typed)
        assert given.status_code == 303, given.text

    async def test_a_price_for_this_order_is_compared_at_its_quantity(self, desk: Desk) -> None:
        head, path = await desk.acting("head_of_sales")
        for price, status in (("101", 422), ("98", 303)):
            answer = await head.send_form(path, {"price": price, "reason": WHY})
            assert answer.status_code == status, answer.text
        until = {"price": "98", "reason": WHY, "lasts": "until", "until": desk.until}
        assert (await head.send_form(path, until)).status_code == 422
        assert (await head.send_form(path, {**until, "dearer": "1"})).status_code == 303


class TestDearerThanTheWholePortalSays:
    """The list asks 100; a plugin has tiers, discounts, a floor and something off the order."""

    @pytest.fixture
    def manifests(self) -> tuple[Plugin, ...]:
        World.forget()
        return (PLUGIN,)

    async def warned(self, desk: Desk, price: str) -> str:
        """What is said to who gives a price until a day; "" where it is given."""
        head = await desk.browser("head_of_sales")
        typed = {"article": "A-1", "price": price, "reason": WHY, "until": desk.until}
        answer = await head.send_form(f"/staff/prices/{desk.uuid}/manual", typed)
        return _said(head, answer)

    async def test_by_a_plugins_tier(self, desk: Desk) -> None:
        World.tier = 30, 70
        assert await self.warned(desk, "80") == "от 30 шт: 70,00 ₽"

    async def test_by_a_plugins_tier_behind_one_of_the_list(self, shop: Any, desk: Desk) -> None:
        World.tier = 30, 70
        await shop.set_price(1, 90, at_least=3)
        assert await self.warned(desk, "95") == "от 3 шт: 90,00 ₽; от 30 шт: 70,00 ₽"

    async def test_by_a_quantity_that_only_the_plugin_knows(self, desk: Desk) -> None:
        World.discount = 64, 30
        assert await self.warned(desk, "80") == "от 64 шт: 70,00 ₽"

    async def test_by_a_floor_and_not_by_the_step_before_it(self, desk: Desk) -> None:
        World.floor = 110
        assert await self.warned(desk, "112") == "от 1 шт: 110,00 ₽"
        World.forget()
        assert await self.warned(desk, "95") == ""
        assert await self.warned(desk, "105") == "от 1 шт: 100,00 ₽"

    async def test_by_what_is_taken_off_the_order(self, desk: Desk) -> None:
        head, path = await desk.acting("head_of_sales")
        World.off_order = 10
        for lasts in ({}, {"lasts": "until", "until": desk.until}):
            typed = {"price": "95", "reason": WHY, **lasts}
            assert _said(head, await head.send_form(path, typed)) == "от 2 шт: 90,00 ₽"
        assert _said(head, await head.send_form(path, {"price": "90", "reason": WHY})) == ""

    async def test_by_a_price_until_a_day_which_the_line_would_have(self, desk: Desk) -> None:
        head, path = await desk.acting("head_of_sales")
        until = {"price": "85", "reason": WHY, "lasts": "until", "until": desk.until}
        assert _said(head, await head.send_form(path, until)) == ""
        assert _said(head, await head.send_form(path, {**until, "price": "90"})) == ""
        dearer = {"price": "95", "reason": WHY}
        assert _said(head, await head.send_form(path, dearer)) == "от 2 шт: 90,00 ₽"
        prices = "select price from fondaco.manual_price where ended_at is null"
        assert await desk.shop.sql(prices) == [(D("90.0000"),)]
        assert _said(head, await head.send_form(path, {**dearer, "dearer": "1"})) == ""
        assert await desk.shop.sql(f"{prices} order by price") == [(D("90.0000"),), (D("95.0000"),)]

    async def test_it_costs_no_more_for_a_longer_cart(self, desk: Desk, sql_budget: Any) -> None:
        head, path = await desk.acting("head_of_sales")
        World.off_order = 10
        spent = []
        for products in (2, 5):
            await desk.shop.sql(
                "insert into fondaco.cart_line (uuid, cart_id, product_id, quantity, source)"
                " select gen_random_uuid(), c.id, p.id, 1, 'search' from fondaco.cart c,"
                " (select id from fondaco.product order by id limit :products) p"
                " on conflict do nothing",
                products=products,
            )
            with sql_budget() as count:
                await head.send_form(path, {"price": "95", "reason": WHY})
            spent.append(count.number)
        assert spent[0] == spent[1]


def _said(browser: Any, answer: Any) -> str:
    if answer.status_code == 303:
        return ""
    found = re.search(r"заплатил бы меньше \((.*?)\)", browser.words(answer.text))
    assert answer.status_code == 422 and found, answer.text
    return found[1]
