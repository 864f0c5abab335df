"""The pages of limits: one's own, everybody's, and the form of the terms."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from credit_shop import Shop
from openpyxl import load_workbook

from fondaco.exchange.deliveries import deliver_due
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_sdk.types.order import OrderState

pytestmark = pytest.mark.plugins("credit_limit")


def _debts(shop: Shop) -> list[dict[str, Any]]:
    return [
        {"amount": "300", "due_on": str(shop.today - timedelta(days=40)), "document": "УПД 7"},
        {"amount": "250", "due_on": str(shop.today + timedelta(days=9)), "document": "УПД 9"},
    ]


async def _uuid(shop: Shop) -> str:
    return str(
        await shop.one(
            f"select uuid from fondaco.legal_entity"
            f" where id = {shop.company.customer.legal_entity_id}"
        )
    )


async def test_the_customer_sees_what_is_free_and_when_to_pay(shop: Shop, buyer: Client) -> None:
    assert "Кредитного лимита пока нет" in words((await buyer.get("/credit")).text)
    await shop.limits({"version": 1, "limit": "2000", "rule": "warn", "items": _debts(shop)})
    await shop.buy(4)
    page = words((await buyer.get("/credit")).text)
    for said in ("1 050", "свободно из 2 000", "УПД 7", "УПД 9", "Просрочено 300", "В резерве"):
        assert said in page, said


async def test_another_companys_limit_is_not_to_be_seen(shop: Shop, buyer: Client) -> None:
    other = await shop.new_company("Василёк")
    await shop.run(
        "insert into plugin_credit_limit.account (legal_entity_id, currency, limit_amount)"
        " values (:id, 'RUB', 777)",
        id=other.customer.legal_entity_id,
    )
    assert "777" not in words((await buyer.get("/credit")).text)
    assert (await buyer.get("/p/credit_limit")).status_code == 403
    assert (await buyer.get(f"/p/credit_limit/{await _uuid(shop)}")).status_code == 403


async def test_an_account_of_thousands_of_debts_is_summed_whole(shop: Shop, staff: Client) -> None:
    late = str(shop.today - timedelta(days=3))
    debts = [{"amount": "10", "due_on": late, "document": f"УПД {n}"} for n in range(2_300)]
    await shop.limits({"version": 1, "limit": "50000", "items": debts})
    answer = await staff.get("/p/credit_limit/export.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert 23_000 in [cell.value for cell in sheet[2]]
    assert "23 000" in words((await staff.get("/p/credit_limit")).text)


async def test_managers_see_who_is_late_and_for_how_long(shop: Shop, staff: Client) -> None:
    await shop.limits({"version": 1, "limit": "500", "items": _debts(shop)})
    page = words((await staff.get("/p/credit_limit?late=1")).text)
    assert "Ромашка" in page
    assert "предоплата из-за просрочки" in page
    assert "Ромашка" not in words((await staff.get("/p/credit_limit?q=никого")).text)
    book = load_workbook(BytesIO((await staff.get("/p/credit_limit/export.xlsx")).content))
    heads, row = list(book.worksheets[0].iter_rows(values_only=True))[:2]
    assert dict(zip(heads, row, strict=True))["31–60 дней"] == 300


async def test_a_limit_is_given_and_changed_and_the_audit_knows(shop: Shop, staff: Client) -> None:
    uuid = await _uuid(shop)
    listed = (await staff.get("/p/credit_limit?q=Ромашка")).text
    assert f"/p/credit_limit/{uuid}" in listed
    terms = {"limit": "1 500,50", "days": "21", "tolerance_days": "2"}
    sent = await staff.send_form(
        f"/p/credit_limit/{uuid}", {**terms, "rule": "stop", "status": "normal"}
    )
    assert sent.status_code == 303
    standing = await shop.standing()
    assert (str(standing.limit), standing.days, standing.rule) == ("1500.50", 21, "stop")
    assert await shop.one("select count(*) from fondaco.audit_entry where action = 'credit.terms'")
    wrong = await staff.send_form(
        f"/p/credit_limit/{uuid}", {"limit": "-1", "days": "1.5", "tolerance_days": "x"}
    )
    assert wrong.status_code == 422
    for field in ("limit", "days", "tolerance_days", "rule", "status"):
        assert f'id="field-{field}-error"' in wrong.text, field
    assert str((await shop.standing()).limit) == "1500.50"
    assert (
        await staff.get("/p/credit_limit/0197a000-0000-7000-8000-0000000000ff")
    ).status_code == 404


async def test_statements_do_not_depend_on_how_much_there_is(
    shop: Shop, buyer: Client, sql_budget: Any
) -> None:
    counted = set()
    for version in (1, 40):
        await shop.limits({"version": version, "limit": "9", "items": _debts(shop) * version})
        with sql_budget() as count:
            assert (await buyer.get("/credit")).status_code == 200
        counted.add(count.number)
    assert len(counted) == 1


async def test_beside_an_order_stands_what_is_owed_for_it_by_the_erp(
    shop: Shop, buyer: Client
) -> None:
    await shop.limits({"version": 1, "limit": "2000", "days": 14})
    order = await shop.buy(4)
    await shop.report(order.id, OrderState.PICKING, OrderState.SHIPPED)
    await deliver_due(shop.hall)
    here = f"/orders/{order.uuid}"
    assert "Оплатить 400,00 ₽ до" in words((await buyer.get(here)).text)
    late = {
        "due_on": str(shop.today - timedelta(days=40)),
        "document": "УПД 7",
        "order": order.number,
    }
    told = {"limit": "2000", "rule": "warn", "items": [{"amount": "300", **late}]}
    await shop.limits({"version": 2, **told})
    assert "Просрочено: 300,00 ₽" in words((await buyer.get(here)).text)
    assert "300,00 ₽" in words((await buyer.get("/credit")).text)
    await shop.run("update fondaco.customer_order set state = 'confirmed'")
    await shop.amend(order, 5)
    assert "Просрочено: 400,00 ₽" in words((await buyer.get(here)).text)


async def test_an_advance_stands_on_no_day_of_payment(shop: Shop, buyer: Client) -> None:
    past = str(shop.today - timedelta(days=9))
    items = [{"amount": "300", "due_on": past}, {"amount": "-50", "due_on": past}]
    await shop.limits({"version": 1, "limit": "2000", "rule": "warn", "items": items})
    page = words((await buyer.get("/credit")).text)
    assert "Просрочено 300,00 ₽" in page
    assert "1 750,00 ₽ свободно" in page
    assert "Ещё 1 сумма без срока оплаты" in page
