"""Prices by hand: who may give them, how low, who sees them, and that ending one can be undone."""

import re
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from dearer_plugin import PLUGIN, World

from fondaco_sdk.manifest import Plugin

D = Decimal
WHY = "Обещали в письме"


class Desk:
    """A shop, and one of ours who acts for its first customer with two pieces of A-1 in a cart."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.uuid = ""
        self.until = (shop.company.ask(shop.hall).now + timedelta(days=7)).date().isoformat()

    async def open(self) -> None:
        rows = await self.shop.sql(
            "select uuid from fondaco.company where id = :id",
            id=self.shop.company.customer.company_id,
        )
        self.uuid = str(rows[0][0])

    async def browser(self, role: str) -> Any:
        return await self.shop.browser(await self.shop.wholesaler.staff(role))

    async def acting(self, role: str) -> tuple[Any, str]:
        """A browser of the role, acting, and the address of the line's price."""
        browser = await self.browser(role)
        begun = await browser.send_form(f"/staff/customers/{self.uuid}/act")
        assert begun.status_code == 303, begun.text
        await browser.send_form("/cart/articles", {"article": "A-1", "quantity": "2"})
        line = browser.lines_of((await browser.get("/cart")).text)[0]
        return browser, f"/cart/lines/{line}/price"

    async def set_cost(self, cost: int) -> None:
        await self.shop.sql(
            "insert into fondaco.product_pricing (product_id, cost, cost_vat_included)"
            " values (:product, :cost, true)",
            product=self.shop.products[0],
            cost=cost,
        )

    async def set_floor(self) -> None:
        """Not below the cost."""
        await self.shop.sql(
            "insert into fondaco.margin_rule (uuid, min_percent) values (gen_random_uuid(), 0)"
        )


@pytest_asyncio.fixture
async def desk(shop: Any) -> Desk:
    found = Desk(shop)
    await found.open()
    return found


async def test_a_line_gets_a_price_for_this_order_and_the_order_tells_why(
    shop: Any, desk: Desk, buyer: Any
) -> None:
    manager, path = await desk.acting("manager")
    assert f'href="{path}"' in (await manager.get("/cart")).text
    form = manager.words((await manager.get(path)).text)
    assert "Цена сейчас 100,00 ₽ Вы можете дать от 95,00 ₽" in form
    assert "Себестоимость" not in form
    given = await manager.send_form(path, {"price": "96,50", "reason": WHY, "lasts": "order"})
    assert given.headers["location"] == "/cart"
    page = manager.words((await manager.get("/cart")).text)
    assert "Теперь цена 96,50 ₽" in page
    assert "193,00 ₽" in page
    assert f"Цена согласована с вашим менеджером (Пётр Сотрудник): {WHY}" in page

    # It is of this line: the buyer's own cart knows nothing of it, and it goes with the line.
    await shop.fill(2)
    assert "200,00 ₽" in buyer.words((await buyer.get("/cart")).text)
    placed = await manager.send_form(
        "/checkout", {**await manager.checkout_form(), **shop.choices()}
    )
    order = placed.headers["location"].partition("?")[0]
    assert not await shop.sql("select 1 from fondaco.manual_price")
    for browser in (manager, buyer):
        shown = (await browser.get(order)).text
        why = re.findall(rf'"({order}/lines/[0-9a-f-]+/why)"', shown)[0]
        assert WHY in browser.words((await browser.get(why)).text)
    assert not (await buyer.get("/cart")).text.count("/price")
    head = await desk.browser("head_of_sales")
    card = head.words((await head.get(f"/staff/customers/{desk.uuid}")).text)
    assert "Изменена ручная цена A-1" in card


async def test_a_price_until_a_day_is_for_every_buyer_and_its_end_is_undone(
    shop: Any, desk: Desk, buyer: Any, stranger: Any
) -> None:
    head = await desk.browser("head_of_sales")
    path = f"/staff/prices/{desk.uuid}/manual"
    assert f'href="{path}"' in (await head.get(f"/staff/prices/{desk.uuid}")).text
    form = head.words((await head.get(f"{path}?article=a-1")).text)
    assert "Цена без неё 100,00 ₽ Цена сейчас 100,00 ₽ Вы можете дать от 80,00 ₽" in form
    for price in ("90", "85"):
        typed = {"article": "A-1", "price": price, "reason": WHY, "until": desk.until}
        given = await head.send_form(path, typed)
        assert given.headers["location"] == "/staff/prices/manual", given.text
    page = head.words((await head.get("/staff/prices/manual")).text)
    assert "85,00 ₽ Обещали в письме Пётр Сотрудник" in page
    assert "90,00 ₽" not in page
    assert "85,00 ₽" in head.words((await head.get(f"/staff/prices/{desk.uuid}")).text)

    async def seen_by(browser: Any) -> bool:
        product = (await shop.sql("select uuid from fondaco.product order by id limit 1"))[0][0]
        return "85,00 ₽" in browser.words((await browser.get(f"/products/{product}")).text)

    assert await seen_by(buyer)
    assert not await seen_by(stranger)
    await shop.fill(2)
    assert f"Цена согласована с вашим менеджером (Пётр Сотрудник): {WHY}" in buyer.words(
        (await buyer.get("/cart")).text
    )

    uuid = (await shop.sql("select uuid from fondaco.manual_price where ended_at is null"))[0][0]
    ended = await head.send_form(f"{path}/{uuid}/end")
    offered = (await head.get(ended.headers["location"])).text
    assert f'toast-undo" method="post" action="{path}/{uuid}/resume"' in offered
    assert "Ручных цен нет" in offered
    assert not await seen_by(buyer)
    await head.send_form(f"{path}/{uuid}/end")
    await head.send_form(f"{path}/{uuid}/resume")
    await head.send_form(f"{path}/{uuid}/resume")
    assert await seen_by(buyer)
    assert (await shop.sql("select count(*) from fondaco.manual_price where ended_at is null"))[0][
        0
    ] == 1
    audit = await shop.sql(
        "select before, after, company_id from fondaco.audit_entry"
        " where action = 'price.manual' order by id"
    )
    assert [row[1].get("price") for row in audit] == ["90", "85", None, "85.0000"]
    assert audit[1][1]["reason"] == WHY
    assert {row[2] for row in audit} == {shop.company.customer.company_id}

    await shop.sql("update fondaco.manual_price set valid_to = current_date - 1")
    assert not await seen_by(buyer)


async def test_each_role_has_its_limit_and_a_floor_holds(desk: Desk) -> None:
    for role, least in (("manager", "95"), ("head_of_sales", "80")):
        browser, path = await desk.acting(role)
        for _ in range(2):
            # The limit is of the price before it, not of the last manual one.
            given = await browser.send_form(path, {"price": least, "reason": WHY})
            assert given.status_code == 303, given.text
        refused = await browser.send_form(path, {"price": f"{int(least) - 1}", "reason": WHY})
        assert refused.status_code == 422
        assert f"не ниже {least},00 ₽" in browser.words(refused.text)
        assert 'value="Обещали в письме"' in refused.text
    await desk.set_cost(90)
    await desk.set_floor()
    below = await browser.send_form(path, {"price": "85", "reason": WHY})
    assert "не ниже 90,00 ₽" in browser.words(below.text)
    # A floor that came later binds the price of 80 as well.
    assert "90,00 ₽" in browser.words((await browser.get("/cart")).text)
    raised = {"price": "150", "reason": WHY, "dearer": "1"}
    assert (await browser.send_form(path, raised)).status_code == 303


async def test_the_cost_is_for_those_who_may_see_it(desk: Desk) -> None:
    await desk.set_cost(80)
    for role, seen in (("manager", False), ("head_of_sales", True)):
        browser, path = await desk.acting(role)
        page = browser.words((await browser.get(path)).text)
        assert ("Себестоимость с НДС 80,00 ₽ наценка 25 %" in page) is seen


async def test_a_line_gets_its_own_price_back_and_that_is_undone(desk: Desk) -> None:
    manager, path = await desk.acting("manager")
    await manager.send_form(path, {"price": "96", "reason": WHY})
    ended = await manager.send_form(f"{path}/end")
    page = (await manager.get(ended.headers["location"])).text
    assert "Цена сейчас 100,00 ₽" in manager.words(page)
    undo = re.findall(rf'action="({path}/[0-9a-f-]+/resume)"', page)[0]
    await manager.send_form(undo)
    assert "96,00 ₽" in manager.words((await manager.get("/cart")).text)
    assert (await manager.send_form(f"{path}/end")).status_code == 303
    assert (await manager.send_form(f"{path}/end")).headers["location"] == path


async def test_every_mistake_stands_at_its_field(desk: Desk) -> None:
    manager, path = await desk.acting("manager")
    for typed, field in (
        ({"price": "96", "reason": " "}, "reason"),
        ({"price": "96", "reason": "я" * 201}, "reason"),
        ({"price": "0", "reason": WHY}, "price"),
        ({"price": "95,555", "reason": WHY}, "price"),
        ({"price": "много", "reason": WHY}, "price"),
        ({"price": "96", "reason": WHY, "lasts": "until"}, "until"),
        ({"price": "96", "reason": WHY, "lasts": "until", "until": "2020-01-01"}, "until"),
    ):
        answer = await manager.send_form(path, typed)
        assert answer.status_code == 422, typed
        assert f'id="field-{field}-error"' in answer.text, typed
    head = await desk.browser("head_of_sales")
    form = f"/staff/prices/{desk.uuid}/manual"
    for article in ("НЕТ", ""):
        typed = {"article": article, "price": "96", "reason": WHY, "until": desk.until}
        answer = await head.send_form(form, typed)
        assert answer.status_code == 422
        assert 'id="field-article-error"' in answer.text
    assert not await desk.shop.sql("select 1 from fondaco.manual_price")


async def test_nobody_else_gives_or_ends_one(shop: Any, desk: Desk, buyer: Any) -> None:
    manager, path = await desk.acting("manager")
    await manager.send_form(path, {"price": "96", "reason": WHY})
    other, own = await desk.acting("manager")
    assert own != path
    for verb in ("", "/end"):
        assert (
            await other.send_form(f"{path}{verb}", {"price": "97", "reason": WHY})
        ).status_code == 404
    picker = await desk.browser("picker")
    form = f"/staff/prices/{desk.uuid}/manual"
    for browser in (buyer, picker):
        assert (await browser.get(path)).status_code == 403
        assert (await browser.get(form)).status_code == 403
        assert (await browser.get("/staff/prices/manual")).status_code == 403
    # A customer of another manager's is not dealt with, and one without an agreement has no price.
    boss = await desk.browser("head_of_sales")
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select max(id) from fondaco.user_account where roles = '{head_of_sales}')"
    )
    plain = await desk.browser("manager")
    assert (await plain.get(form)).status_code == 403
    await shop.sql("update fondaco.agreement set active = false")
    assert (await boss.get(form)).status_code == 409
    assert await shop.sql("select price from fondaco.manual_price") == [(D("96.0000"),)]


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
