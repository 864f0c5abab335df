"""A manager acts on behalf of a customer: seen everywhere, logged, nothing of staff meanwhile."""

from typing import Any

import pytest_asyncio

from fondaco.db.counting import counting
from fondaco.hooks.hall import Hall
from fondaco.identity.who import by_session


@pytest_asyncio.fixture
async def manager(shop: Any) -> Any:
    """The browser of a manager."""
    return await shop.browser(await shop.wholesaler.staff("manager"))


async def _card(shop: Any, company: Any) -> str:
    rows = await shop.sql(
        "select uuid from fondaco.company where id = :id", id=company.customer.company_id
    )
    return f"/staff/customers/{rows[0][0]}"


def _key(browser: Any) -> str:
    return next(c.value or "" for c in browser.cookies.jar if c.name == "sid")


async def test_from_the_card_to_a_placed_order_and_back(
    hall: Hall, shop: Any, buyer: Any, manager: Any, sql_budget: type[counting]
) -> None:
    card = await _card(shop, shop.company)
    await shop.fill(3)  # The buyer's own cart stays the buyer's.
    first = _key(manager)
    begun = await manager.send_form(f"{card}/act")
    assert begun.headers["location"] == "/"
    second = _key(manager)
    assert second != first
    assert (await by_session(hall, first)).actor.user_id is None
    with sql_budget() as count:
        identity = await by_session(hall, second)
    assert count.number == 1
    assert identity.customer is not None
    assert identity.scope.company_id == shop.company.customer.company_id

    product = (await shop.sql("select uuid from fondaco.product order by id limit 1"))[0][0]
    for path in ("/", "/search", "/cart", "/orders", f"/products/{product}", "/documents"):
        page = await manager.get(path)
        assert page.status_code == 200, path
        assert "Вы работаете от имени клиента: Ромашка" in page.text, path
        assert 'action="/behalf/end"' in page.text
        assert "/staff/prices" not in page.text
    english = await manager.get("/", headers={"Cookie": f"sid={second}; locale=en"})
    assert "You are working on behalf of Ромашка" in english.text
    for path in ("/staff", "/staff/customers", card, "/staff/prices", "/staff/holds", "/-/trace"):
        assert (await manager.get(path)).status_code == 403, path
    other = await _card(shop, shop.stranger)
    assert (await manager.send_form(f"{other}/act")).status_code == 403
    token = await manager.send_form("/profile/tokens", {"name": "свой"})
    assert token.status_code == 403

    added = await manager.send_form("/cart/articles", {"article": "A-1", "quantity": "2"})
    assert added.status_code in (200, 303), added.text
    assert (await manager.get("/cart")).text.count('id="line-') == 1
    form = await manager.checkout_form()
    foreign = {**form, **shop.choices(to=f"outlet:{shop.stranger.outlet}")}
    assert (await manager.send_form("/checkout", foreign)).status_code in (404, 422)
    placed = await manager.send_form("/checkout", {**form, **shop.choices()})
    assert placed.status_code == 303, placed.text
    address = placed.headers["location"].partition("?")[0]
    order = manager.words((await manager.get(address)).text)
    assert "от имени клиента: Пётр Сотрудник" in order
    assert "Заказ оформлен от имени клиента: Пётр Сотрудник" in order
    seen = buyer.words((await buyer.get(address)).text)
    assert "от имени клиента: Пётр Сотрудник" in seen
    assert await shop.sql(
        "select o.company_id, u.company_id, u.name from fondaco.customer_order o"
        " join fondaco.user_account u on u.id = o.user_id"
    ) == [(shop.company.customer.company_id, None, "Пётр Сотрудник")]
    assert await shop.sql(
        "select l.quantity from fondaco.cart_line l join fondaco.cart c on c.id = l.cart_id"
        " where c.user_id = :user",
        user=shop.company.user_id,
    ) == [(3,)]

    ended = await manager.send_form("/behalf/end")
    assert ended.headers["location"] == card
    assert _key(manager) not in (first, second)
    assert (await by_session(hall, second)).actor.user_id is None
    page = manager.words((await manager.get(card)).text)
    assert "Вы работаете от имени" not in page
    for said in ("Начата работа от имени клиента", "Закончена работа", "Заказ от имени клиента"):
        assert said in page
    assert (await manager.send_form("/behalf/end")).headers["location"] == "/"
    audit = await shop.sql(
        "select action, company_id, user_id is not null from fondaco.audit_entry"
        " where action like 'behalf.%' or action = 'order.on_behalf' order by id"
    )
    company = shop.company.customer.company_id
    assert [tuple(row) for row in audit] == [
        ("behalf.start", company, True),
        ("order.on_behalf", company, True),
        ("behalf.end", company, True),
    ]


async def test_it_ends_by_itself_with_the_right_or_the_customer(
    hall: Hall, shop: Any, manager: Any
) -> None:
    card = await _card(shop, shop.company)
    await manager.send_form(f"{card}/act")
    assert (await manager.get("/cart")).status_code == 200
    await shop.sql("update fondaco.company set state = 'closed' where name = 'Ромашка'")
    assert (await manager.get("/cart")).status_code == 403
    assert (await manager.get("/staff")).status_code == 200
    assert (await manager.send_form(f"{card}/act")).status_code == 409
    await shop.sql("update fondaco.company set state = 'active' where name = 'Ромашка'")
    await shop.sql("update fondaco.user_account set roles = '{picker}' where name like 'Пётр%'")
    assert (await manager.get("/staff")).status_code == 200
    assert (await manager.get("/orders")).status_code == 403
