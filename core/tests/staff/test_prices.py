"""Prices for staff: a customer's conditions are added, refused with reasons, and ended."""

from typing import Any

import pytest
import pytest_asyncio

PRICE = {
    "article": "A-1",
    "price": "90",
    "currency": "RUB",
    "vat_included": "yes",
    "valid_from": "2026-01-01",
}


@pytest_asyncio.fixture
async def head(shop: Any) -> Any:
    """The browser of the head of sales."""
    return await shop.browser(await shop.wholesaler.staff("head_of_sales"))


@pytest_asyncio.fixture
async def home(shop: Any) -> str:
    """The page of the first company's conditions."""
    rows = await shop.sql(
        "select uuid from fondaco.company where id = :id", id=shop.company.customer.company_id
    )
    return f"/staff/prices/{rows[0][0]}"


async def test_a_customer_is_found_by_name_or_tax_id(shop: Any, head: Any, home: str) -> None:
    tax_id = (await shop.sql("select tax_id from fondaco.legal_entity order by id limit 1"))[0][0]
    for wanted in ("ромаш", tax_id[:9] if tax_id[:9] != "770000000" else tax_id):
        page = await head.get(f"/staff/prices?q={wanted}")
        assert home in page.text
        assert "Василёк" not in page.text
    assert "Клиент не нашёлся" in (await head.get("/staff/prices?q=nobody")).text


async def test_a_price_is_added_shown_used_and_ended(
    shop: Any, head: Any, buyer: Any, home: str
) -> None:
    added = await head.send_form(f"{home}/price", PRICE)
    assert added.status_code == 303, added.text
    page = await head.get(home)
    assert "90,00 ₽" in head.words(page.text)
    assert "действует" in head.words(page.text)
    product = (await shop.sql("select uuid from fondaco.product order by id limit 1"))[0][0]
    assert "90,00 ₽" in buyer.words((await buyer.get(f"/products/{product}")).text)

    before = await shop.sql("select number from fondaco.generation order by subject")
    uuid = (await shop.sql("select uuid from fondaco.individual_price"))[0][0]
    ended = await head.send_form(f"{home}/price/{uuid}/end")
    page = (await head.get(ended.headers["location"])).text
    assert "завершено" in head.words(page)
    assert (
        f'class="toast show tone-info toast-undo" method="post" action="{home}/price/{uuid}/'
        in page
    )
    assert "90,00 ₽" not in buyer.words((await buyer.get(f"/products/{product}")).text)
    assert (await head.send_form(f"{home}/price/{uuid}/end")).status_code == 409
    assert await shop.sql("select number from fondaco.generation order by subject") == before

    audit = await shop.sql("select action, subject from fondaco.audit_entry order by id")
    assert [tuple(row) for row in audit if row[0].startswith("price.")] == [
        ("price.agree", f"individual_price:{uuid}"),
        ("price.end", f"individual_price:{uuid}"),
    ]


async def test_an_ended_condition_comes_back_unless_another_has_taken_its_place(
    shop: Any, head: Any, buyer: Any, home: str
) -> None:
    product = (await shop.sql("select uuid from fondaco.product order by id limit 1"))[0][0]

    async def shown(price: str) -> bool:
        return price in buyer.words((await buyer.get(f"/products/{product}")).text)

    rule = {"brand": "крепёж", "percent": "30", "valid_from": "2026-01-01"}
    for kind, table, form, price in (
        ("rule", "discount_rule", rule, "70,00 ₽"),
        ("price", "individual_price", PRICE, "90,00 ₽"),
    ):
        await head.send_form(f"{home}/{kind}", form)
        (uuid,) = (await shop.sql(f"select uuid from fondaco.{table}"))[0]
        await head.send_form(f"{home}/{kind}/{uuid}/end")
        assert not await shown(price)
        for _ in range(2):
            back = await head.send_form(f"{home}/{kind}/{uuid}/resume")
            assert "снова действует" in head.words((await head.get(back.headers["location"])).text)
        assert await shown(price)
        await head.send_form(f"{home}/{kind}/{uuid}/end")
        assert (await head.send_form(f"{home}/{kind}", form)).status_code == 303
        back = await head.send_form(f"{home}/{kind}/{uuid}/resume")
        assert "На эти дни уже действует" in head.words(
            (await head.get(back.headers["location"])).text
        )
        count = f"select count(*) from fondaco.{table} where ended_at is null"
        assert (await shop.sql(count))[0][0] == 1
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await manager.send_form(f"{home}/price/{uuid}/resume")).status_code == 403


async def test_an_overlapping_price_is_refused_and_names_the_other(
    shop: Any, head: Any, home: str
) -> None:
    tier = {**PRICE, "min_quantity": "10", "valid_to": "2026-12-31"}
    assert (await head.send_form(f"{home}/price", tier)).status_code == 303
    again = await head.send_form(f"{home}/price", {**tier, "valid_from": "2026-12-31",
                                                   "valid_to": ""})  # fmt: skip
    assert again.status_code == 422
    assert "На эти дни уже действует 90,00 ₽ от 10, с 01.01.2026 по 31.12.2026" in head.words(
        again.text
    )
    assert 'value="2026-12-31"' in again.text
    for free in ({"min_quantity": "20"}, {"valid_from": "2027-01-01", "valid_to": ""}):
        assert (await head.send_form(f"{home}/price", {**tier, **free})).status_code == 303
    assert len(await shop.sql("select 1 from fondaco.individual_price")) == 3


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("article", "", "Заполните поле"),
        ("article", "НЕТ", "в каталоге нет"),
        ("price", "0", "больше нуля"),
        ("price", "много", "не число"),
        ("price", "1,00001", "не больше 4"),
        ("currency", "руб", "три латинские буквы"),
        ("min_quantity", "-1", "Введите число от 0"),
        ("valid_from", "скоро", "Выберите день"),
        ("valid_to", "2025-01-01", "раньше первого"),
        ("entity", "чужое", "Выберите из списка"),
    ],
)
async def test_each_mistake_stands_at_its_field(
    head: Any, home: str, field: str, typed: str, said: str
) -> None:
    answer = await head.send_form(f"{home}/price", {**PRICE, field: typed})
    assert answer.status_code == 422
    at_field = answer.text.partition(f'id="field-{field}-error"')[2].partition("</p>")[0]
    assert said in head.words(f"<p{at_field}")


async def test_a_rule_is_added_counts_and_ends(shop: Any, head: Any, buyer: Any, home: str) -> None:
    rule = {"brand": "крепёж", "way": "surcharge", "percent": "10", "valid_from": "2026-01-01"}
    assert (await head.send_form(f"{home}/rule", rule)).status_code == 303
    assert "+10 %" in head.words((await head.get(home)).text)
    product = (await shop.sql("select uuid from fondaco.product order by id limit 1"))[0][0]
    assert "110,00 ₽" in buyer.words((await buyer.get(f"/products/{product}")).text)
    again = await head.send_form(f"{home}/rule", {**rule, "percent": "5"})
    assert again.status_code == 422
    assert "уже действует -10 %" in head.words(again.text).replace("−", "-")
    doubled = {**rule, "brand": "", "percent": "150"}
    assert (await head.send_form(f"{home}/rule", doubled)).status_code == 303
    wrong = await head.send_form(
        f"{home}/rule", {**rule, "brand": "НЕТ", "percent": "101", "way": "discount"}
    )
    assert "нет бренда «НЕТ»" in head.words(wrong.text)
    assert "Введите число от" in head.words(wrong.text)
    for (uuid,) in await shop.sql("select uuid from fondaco.discount_rule"):
        assert (await head.send_form(f"{home}/rule/{uuid}/end")).status_code == 303
    assert "100,00 ₽" in buyer.words((await buyer.get(f"/products/{product}")).text)


async def test_bounds_are_set_replaced_and_removed(shop: Any, head: Any) -> None:
    address = "/staff/prices/margins"
    for low in ("10", "12,5"):
        saved = await head.send_form(address, {"price_group": "A", "low": low})
        assert saved.status_code == 303
    rows = await shop.sql("select uuid, min_percent, max_percent from fondaco.margin_rule")
    assert [(str(low), high) for _, low, high in rows] == [("12.50", None)]
    assert "12,5 %" in head.words((await head.get(address)).text)
    wrong = await head.send_form(address, {"low": "20", "high": "10"})
    assert "меньше наименьшей" in head.words(wrong.text)
    assert "Укажите" in head.words((await head.send_form(address, {})).text)
    dropped = await head.send_form(f"{address}/{rows[0][0]}/drop")
    page = (await head.get(dropped.headers["location"])).text
    assert "12,5 %" not in head.words(page)
    assert f'action="{address}/{rows[0][0]}/resume"' in page
    assert (await head.send_form(f"{address}/{rows[0][0]}/drop")).status_code == 404
    for _ in range(2):
        assert (await head.send_form(f"{address}/{rows[0][0]}/resume")).status_code == 303
        assert "12,5 %" in head.words((await head.get(address)).text)
    await head.send_form(f"{address}/{rows[0][0]}/drop")
    await head.send_form(address, {"price_group": "A", "low": "15"})
    await head.send_form(f"{address}/{rows[0][0]}/resume")
    assert await shop.sql("select min_percent::int from fondaco.margin_rule") == [(15,)]


async def test_who_may_look_and_who_may_write(shop: Any, buyer: Any, home: str) -> None:
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    page = await manager.get(home)
    assert page.status_code == 200
    assert f"{home}/price" not in page.text
    assert (await manager.send_form(f"{home}/price", PRICE)).status_code == 403
    assert (await manager.get("/staff/prices/margins")).status_code == 403
    for path in ("/staff/prices", home, "/staff/prices/rates"):
        assert (await buyer.get(path)).status_code == 403


async def test_rates_have_their_age_and_say_what_is_missing(shop: Any, head: Any) -> None:
    await shop.wholesaler.price_list("Долларовая", currency="USD")
    await shop.wholesaler.price_list("В юанях", currency="CNY")
    await shop.sql(
        "insert into fondaco.currency_rate (currency, valid_from, rate)"
        " values ('USD', current_date - 10, 82.5)"
    )
    words = head.words((await head.get("/staff/prices/rates")).text)
    assert "Есть цены в валютах без курса: CNY" in words
    assert "Давно не обновлялись: USD" in words
    assert "82,5" in words
