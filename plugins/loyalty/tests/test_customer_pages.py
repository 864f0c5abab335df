"""Staff's pages: find a customer, give a status, change points, the scale, what was pasted."""

from decimal import Decimal
from uuid import uuid4

import pytest
from loyalty_shop import GOLD, SILVER, Shop
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_loyalty.status import Step
from fondaco_sdk.testing.contracts.asking import Counting

pytestmark = pytest.mark.plugins("loyalty")

HOME = "/p/loyalty/customers"


async def _card(shop: Shop, name: str = "Ромашка") -> str:
    rows = await system_ask(shop.hall).fetch(_UUID, {"name": name})
    return f"{HOME}/{rows[0][0]}"


async def _audited(shop: Shop) -> list[str]:
    rows = await system_ask(shop.hall).fetch(
        text("select action from fondaco.audit_entry where action like 'loyalty%' order by id")
    )
    return [row[0] for row in rows]


_UUID = text("select uuid from fondaco_api.company_v1 where name = :name")


async def test_customers_are_found_by_name_and_by_tax_id(shop: Shop, staff: Client) -> None:
    await shop.new_company("Василёк")
    await shop.bought("12000")
    await shop.grant(77)
    page = words((await staff.get(HOME)).text)
    for said in ("Василёк", "Ромашка", "Серебро", "12 000,00 ₽", "77"):
        assert said in page, said
    assert "Ромашка" not in words((await staff.get(f"{HOME}?q=васил")).text)
    tax_id = f"77{shop.company.customer.company_id:08d}"
    assert "Ромашка" in words((await staff.get(f"{HOME}?q={tax_id}")).text)
    assert "Никого не нашлось" in words((await staff.get(f"{HOME}?q=%25")).text)


async def test_the_list_costs_the_same_for_many(
    shop: Shop, staff: Client, sql_budget: Counting
) -> None:
    counts = []
    for many in (1, 8):
        for n in range(many):
            await shop.new_company(f"Клиент {many} {n}")
        with sql_budget() as count:
            await staff.get(HOME)
        counts.append(count.number)
    assert counts[0] == counts[1]


async def test_a_status_is_given_ended_and_put_back(shop: Shop, staff: Client) -> None:
    card = await _card(shop)
    wrong = await staff.send_form(
        f"{card}/status",
        {"tier": str(uuid4()), "valid_from": "вчера", "valid_to": "2020-01-01"},
    )
    assert wrong.status_code == 422
    for said in ("Выберите статус из списка", "Выберите день", "раньше первого", "Заполните поле"):
        assert said in words(wrong.text), said
    good = {"tier": str(GOLD.uuid), "valid_to": str(await shop.day(9)), "status_reason": "Договор"}
    assert (await staff.send_form(f"{card}/status", good)).status_code == 303
    assert (await shop.standing()).tier == GOLD
    page = (await staff.get(card)).text
    assert "Договор" in page
    given = page.split("/status/")[1].split("/end")[0]
    ended = await staff.send_form(f"{card}/status/{given}/end")
    assert (
        "Вернуть" in words((await staff.get(ended.headers["location"])).text)
        or given in (await staff.get(ended.headers["location"])).text
    )
    assert (await shop.standing()).tier is None
    await staff.send_form(f"{card}/status/{given}/resume")
    assert (await shop.standing()).tier == GOLD
    assert await _audited(shop) == [
        "loyalty.tier.save",
        "loyalty.tier.save",
        "loyalty.status.give",
        "loyalty.status.end",
        "loyalty.status.resume",
    ]
    other = await _card(shop, (await shop.new_company("Василёк")).customer.company_name)
    assert (await staff.send_form(f"{other}/status/{given}/end")).status_code == 404


async def test_points_are_changed_once_with_a_reason_that_the_buyer_sees(
    shop: Shop, staff: Client
) -> None:
    card = await _card(shop)
    more = {"amount": "150", "reason": "За отзыв", "key": str(uuid4())}
    for _ in range(2):
        assert (await staff.send_form(f"{card}/points", more)).status_code == 303
    assert await shop.entries() == [("adjust", 150, 0)]
    less = {"amount": "-40", "reason": "Ошибка"}
    assert (await staff.send_form(f"{card}/points", less)).status_code == 303
    assert (await shop.points()).available == 110
    assert (await _audited(shop))[-2:] == ["loyalty.points.adjust"] * 2
    assert await broken_invariants(shop.hall, "loyalty") == set()
    await staff.sign_in(shop.company.email, PASSWORD)
    mine = words((await staff.get("/loyalty")).text)
    for said in ("Доступно бонусов 110", "Изменено сотрудником", "За отзыв", "−40"):
        assert said in mine, said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "", "reason": "x"}, "Заполните поле"),
        ({"amount": "0", "reason": "x"}, "Введите число"),
        ({"amount": "0.001", "reason": "x"}, "Введите число"),
        ({"amount": "1e40", "reason": "x"}, "Введите число"),
        ({"amount": "-1", "reason": "x"}, "Столько бонусов у клиента нет"),
        ({"amount": "5", "reason": ""}, "Заполните поле"),
        ({"amount": "5", "reason": "x" * 201}, "Не длиннее 200 знаков"),
        ({"amount": "5", "reason": "x", "expires_on": "2020-01-01"}, "Этот день уже прошёл"),
    ],
)
async def test_a_wrong_change_is_said_at_its_field(
    shop: Shop, staff: Client, fields: dict[str, str], said: str
) -> None:
    answer = await staff.send_form(f"{await _card(shop)}/points", fields)
    assert answer.status_code == 422
    assert said in words(answer.text)
    for value in fields.values():
        assert f'value="{value}"' in answer.text
    assert await shop.entries() == []


async def test_the_scale_is_saved_as_a_whole_and_lowers_prices(shop: Shop, staff: Client) -> None:
    await shop.bought("12000", days_ago=500)
    wrong = {"threshold_1": "100", "percent_1": "5", "threshold_2": "200", "percent_2": "5"}
    answer = await staff.send_form("/p/loyalty/scale", wrong)
    assert answer.status_code == 422
    assert "С ростом оборота скидка должна расти" in words(answer.text)
    half = await staff.send_form("/p/loyalty/scale", {"threshold_2": "7"})
    assert half.status_code == 422
    assert "Заполните поле" in words(half.text)
    good = {"threshold_1": "10000", "percent_1": "3", "threshold_3": "20000", "percent_3": "8"}
    assert (await staff.send_form("/p/loyalty/scale", good)).status_code == 303
    standing = await shop.standing()
    assert standing.step == Step(Decimal(10_000), Decimal(3))
    assert (await shop.order(10)).total == 970
    await shop.bought("10000")
    order = await shop.order(10)
    assert order.total == 920
    assert "Серебро" in words((await staff.get("/p/loyalty")).text)
    await staff.sign_in(shop.company.email, PASSWORD)
    mine = words((await staff.get("/loyalty")).text)
    assert "Ваша накопительная скидка — 8 %." in mine


async def test_pasted_lines_are_taken_and_those_of_nobody_stay(shop: Shop, staff: Client) -> None:
    tax_id = f"77{shop.company.customer.company_id:08d}"
    await shop.new_company("Василёк")
    lines = f"{tax_id}\t1 500,5\nВасилёк;20\nНикто;5\nВасилёк2;много"
    page = await staff.send_form("/p/loyalty/paste", {"what": "balances", "lines": lines})
    said = words(page.text)
    assert "Учтено записей: 2, не учтено: 2." in said
    assert "«Никто» на портале нет" in said
    assert "Никто;5" in page.text.split("<textarea")[1]
    assert tax_id not in page.text.split("<textarea")[1]
    assert (await shop.points()).available == Decimal("1500.5")
    given = {"what": "statuses", "lines": f"{tax_id}\tЗолото"}
    assert "Учтено записей: 1" in words((await staff.send_form("/p/loyalty/paste", given)).text)
    assert (await shop.standing()).tier == GOLD
    empty = await staff.send_form("/p/loyalty/paste", {"what": "statuses", "lines": " "})
    assert empty.status_code == 422
    assert SILVER.name_ru not in words(empty.text)


async def test_who_may_not(shop: Shop, client: Client) -> None:
    card = await _card(shop)
    for email in (shop.company.email, await shop.wholesaler.staff("manager")):
        await client.sign_in(email, PASSWORD)
        for path in (HOME, card, "/p/loyalty/scale", "/p/loyalty/paste"):
            assert (await client.get(path)).status_code == 403, path
        assert (await client.send_form(f"{card}/points", {"amount": "5"})).status_code == 403
