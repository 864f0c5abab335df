"""Monthly limits: set by the company's administrator and by staff, with what is left of them."""

from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

HOME = "/company/limits"


@pytest_asyncio.fixture
async def admin(shop: Any) -> Any:
    """The browser of the company's administrator."""
    await shop.sql(
        "update fondaco.user_account set roles = '{buyer,company_admin}' where id = :id",
        id=shop.company.user_id,
    )
    return await shop.browser(shop.company.email)


async def _ids(shop: Any) -> tuple[str, str]:
    """The person and the outlet, as forms name them."""
    rows = await shop.sql(
        "select uuid from fondaco.user_account where id = :id", id=shop.company.user_id
    )
    return str(rows[0][0]), str(shop.company.outlet)


async def _limits(shop: Any) -> list[tuple[Any, ...]]:
    rows = await shop.sql(
        "select user_id is not null, outlet_id is not null, amount, ended_at is not null"
        " from fondaco.spending_limit order by id"
    )
    return [tuple(row) for row in rows]


async def test_an_administrator_sets_changes_removes_and_brings_back(shop: Any, admin: Any) -> None:
    person, outlet = await _ids(shop)
    assert "Лимитов пока нет" in (await admin.get(HOME)).text
    made = await admin.send_form(f"{HOME}/new", {"outlet": outlet, "amount": "1 000,50"})
    assert made.headers["location"] == HOME
    both = {"person": person, "outlet": outlet, "amount": "0"}
    assert (await admin.send_form(f"{HOME}/new", both)).status_code == 303
    assert await _limits(shop) == [
        (False, True, pytest.approx(1000.5), False),
        (True, True, 0, False),
    ]
    await shop.sql("update fondaco.spending_limit set amount = 1000 where amount = 0")
    await shop.order(admin, 7)
    words = admin.words((await admin.get(HOME)).text)
    assert "Все сотрудники Магазин 1 000,50 ₽ 700,00 ₽ 300,50 ₽" in words

    uuid = (await shop.sql("select uuid from fondaco.spending_limit order by id"))[0][0]
    assert 'value="1000.5"' in (await admin.get(f"{HOME}/{uuid}")).text
    assert (await admin.send_form(f"{HOME}/{uuid}", {"amount": "500"})).status_code == 303
    assert "превышен" in admin.words((await admin.get(HOME)).text)

    ended = await admin.send_form(f"{HOME}/{uuid}/end")
    page = (await admin.get(ended.headers["location"])).text
    assert "Лимит снят: Магазин" in admin.words(page)
    assert f'action="{HOME}/{uuid}/restore"' in page
    assert (await _limits(shop))[0][3] is True
    assert (await admin.send_form(f"{HOME}/{uuid}/restore")).status_code == 303
    assert (await _limits(shop))[0][3] is False
    actions = await shop.sql(
        "select action, company_id from fondaco.audit_entry where action like 'limit%' order by id"
    )
    company = shop.company.customer.company_id
    assert [tuple(row) for row in actions] == [
        (f"limit.{verb}", company) for verb in ("add", "add", "change", "end", "restore")
    ]


async def test_a_limit_that_was_replaced_is_not_brought_back(shop: Any, admin: Any) -> None:
    _, outlet = await _ids(shop)
    await admin.send_form(f"{HOME}/new", {"outlet": outlet, "amount": "100"})
    uuid = (await shop.sql("select uuid from fondaco.spending_limit"))[0][0]
    await admin.send_form(f"{HOME}/{uuid}/end")
    await admin.send_form(f"{HOME}/new", {"outlet": outlet, "amount": "200"})
    assert (await admin.send_form(f"{HOME}/{uuid}/restore")).status_code == 409
    assert [(row[2], row[3]) for row in await _limits(shop)] == [(100, True), (200, False)]
    assert (await admin.send_form(f"{HOME}/{uuid}", {"amount": "5"})).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("amount", {"amount": ""}, "Заполните поле"),
        ("amount", {"amount": "много"}, "«много» не число"),
        ("amount", {"amount": "-1"}, "Сумма — от нуля"),
        ("amount", {"amount": "10,005"}, "Сумма — от нуля"),
        ("amount", {"amount": "1e30"}, "Сумма — от нуля"),
        ("person", {"outlet": ""}, "Выберите сотрудника, торговую точку"),
    ],
)
async def test_a_mistake_is_named_at_its_field_and_what_was_typed_stays(
    shop: Any, admin: Any, field: str, typed: dict[str, str], words: str
) -> None:
    _, outlet = await _ids(shop)
    answer = await admin.send_form(f"{HOME}/new", {"outlet": outlet, "amount": "70", **typed})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert words in admin.words(answer.text)
    if "outlet" not in typed:
        assert f'<option value="{outlet}" selected>' in answer.text
    assert await _limits(shop) == []


async def test_the_same_limit_twice_is_one(shop: Any, admin: Any) -> None:
    _, outlet = await _ids(shop)
    for _ in range(2):
        answer = await admin.send_form(f"{HOME}/new", {"outlet": outlet, "amount": "70"})
    assert answer.status_code == 422
    assert "Такой лимит уже есть" in admin.words(answer.text)
    assert len(await _limits(shop)) == 1


async def test_others_people_outlets_and_limits_are_absent(
    shop: Any, admin: Any, stranger: Any
) -> None:
    foreign = {"outlet": str(shop.stranger.outlet), "amount": "70"}
    assert (await admin.send_form(f"{HOME}/new", foreign)).status_code == 404
    for nonsense in (str(uuid4()), "нет"):
        answer = await admin.send_form(f"{HOME}/new", {"person": nonsense, "amount": "70"})
        assert answer.status_code == 404
    assert (await stranger.get(HOME)).status_code == 403


async def test_staff_set_limits_of_their_customers(shop: Any, admin: Any) -> None:
    company = (
        await shop.sql(
            "select uuid from fondaco.company where id = :id", id=shop.company.customer.company_id
        )
    )[0][0]
    _, outlet = await _ids(shop)
    mine, other = [await shop.wholesaler.staff("manager") for _ in range(2)]
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select id from fondaco.user_account where email = :email)",
        email=mine,
    )
    home = f"/staff/customers/{company}/limits"
    manager, colleague = await shop.browser(mine), await shop.browser(other)
    assert f'href="{home}"' in (await manager.get(f"/staff/customers/{company}")).text
    posted = {"outlet": outlet, "amount": "70"}
    assert (await colleague.send_form(f"{home}/new", posted)).status_code == 403
    assert (await manager.send_form(f"{home}/new", posted)).headers["location"] == home
    seen = (await colleague.get(home)).text
    assert "70,00" in seen
    assert f"{home}/new" not in seen
    uuid = (await shop.sql("select uuid from fondaco.spending_limit"))[0][0]
    assert (await manager.send_form(f"{home}/{uuid}", {"amount": "90"})).status_code == 303
    assert "90,00" in (await admin.get(HOME)).text
    ended = await manager.send_form(f"{home}/{uuid}/end")
    after = (await manager.get(ended.headers["location"])).text
    assert f'toast-undo" method="post" action="{home}/{uuid}/restore"' in after
    assert (await manager.send_form(f"{home}/{uuid}/restore")).status_code == 303
    assert "Задан лимит" in manager.words((await manager.get(f"/staff/customers/{company}")).text)


async def test_in_another_currency_an_order_counts_at_the_rate_of_its_day(
    shop: Any, admin: Any
) -> None:
    _, outlet = await _ids(shop)
    await admin.send_form(f"{HOME}/new", {"outlet": outlet, "amount": "1000"})
    await shop.sql("update fondaco.agreement set currency = 'EUR'")
    await shop.sql("update fondaco.price_list set currency = 'EUR'")
    await shop.fill(5)
    words = admin.words((await admin.send_form("/checkout/costs", {"to": f"outlet:{outlet}"})).text)
    assert "Нет курса валюты EUR" in words
    assert "Отправить на согласование" in words
    await shop.sql(
        "insert into fondaco.currency_rate (currency, valid_from, nominal, rate)"
        " values ('EUR', current_date - 1, 1, 1.5)"
    )
    words = admin.words((await admin.send_form("/checkout/costs", {"to": f"outlet:{outlet}"})).text)
    assert "Этому заказу нужно 750,00 ₽" in words
    form = await admin.checkout_form()
    assert (await admin.send_form("/checkout", {**form, **shop.choices()})).status_code == 303
    assert await shop.sql("select kind, amount from fondaco.spending_entry") == [("placed", 750)]


async def test_fifty_limits_take_the_statements_of_one(
    shop: Any, admin: Any, sql_budget: Any
) -> None:
    """For the company itself and for staff."""
    manager = await shop.browser(await shop.wholesaler.staff("head_of_sales"))
    company = shop.company.customer.company_id
    rows = await shop.sql("select uuid from fondaco.company where id = :id", id=company)
    pages = ((admin, HOME), (manager, f"/staff/customers/{rows[0][0]}/limits"))
    counted: dict[str, list[int]] = {path: [] for _, path in pages}
    for first, last in ((1, 1), (2, 50)):
        await shop.sql(
            "with made as (insert into fondaco.outlet (uuid, company_id, name)"
            " select gen_random_uuid(), :company, 'Лавка ' || n"
            "   from generate_series(cast(:first as int), :last) n returning id)"
            " insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)"
            " select gen_random_uuid(), :company, id, 100 from made",
            company=company,
            first=first,
            last=last,
        )
        for browser, path in pages:
            await browser.get(path)
            with sql_budget() as count:
                page = await browser.get(path)
            assert f"Лавка {last}" in page.text
            counted[path].append(count.number)
    assert all(len(set(numbers)) == 1 for numbers in counted.values()), counted
