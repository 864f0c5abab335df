"""Prices by hand: who may give them, how low, who sees them, and that ending one can be undone."""

import re
from decimal import Decimal
from typing import Any

from price_desk import WHY, Desk

D = Decimal


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
