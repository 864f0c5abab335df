"""The buyer's page: the own company's status and entries, and nobody else's."""

import pytest
from loyalty_shop import Shop
from sqlalchemy import text

from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.testing.contracts.asking import Counting

pytestmark = pytest.mark.plugins("loyalty")


async def _page(client: Client, path: str = "/loyalty", locale: str = "ru") -> str:
    await client.get(f"/locale/{locale}")
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\u202f", " ").replace("\u00a0", " ")


async def test_it_says_what_the_status_is_and_what_is_missing(shop: Shop, client: Client) -> None:
    await shop.tiers()
    await shop.bought("15500")
    order = await shop.order(10)
    await client.sign_in(shop.company.email, PASSWORD)
    page = await _page(client)
    for said in ("Серебро", "5 %", "16 450,00 ₽", "До статуса «Золото» осталось", "33 550,00 ₽"):
        assert said in page, said
    assert f"Заказ {order.number}" in page
    assert f"/orders/{order.uuid}" in page
    assert "Документ УПД-1" in page
    english = await _page(client, locale="en")
    assert "Missing to the status “Gold”" in english
    assert f"Order {order.number}" in english


async def test_what_does_not_count_stands_there_with_its_reason(shop: Shop, client: Client) -> None:
    await shop.tiers()
    await shop.bought("70000", days_ago=400)
    await shop.bought("80000", currency="USD")
    await client.sign_in(shop.company.email, PASSWORD)
    page = await _page(client)
    assert "Не учитывается: вне периода" in page
    assert "Не учитывается: другая валюта, оборот считается в RUB" in page
    assert "Статуса пока нет" in page


async def test_another_company_sees_only_its_own(shop: Shop, client: Client) -> None:
    await shop.tiers()
    order = await shop.order(200)
    other = await shop.new_company("Василёк")
    await client.sign_in(other.email, PASSWORD)
    page = await _page(client)
    assert order.number not in page
    assert "20 000" not in page
    assert "Оборота пока нет" in page


async def test_who_may_see_it(shop: Shop, client: Client) -> None:
    assert (await client.get("/loyalty")).status_code == 303
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    assert (await client.get("/loyalty")).status_code == 403


async def test_pages_of_entries_at_constant_cost(
    shop: Shop, client: Client, sql_budget: Counting
) -> None:
    await shop.tiers()
    await shop.bought("1")
    await client.sign_in(shop.company.email, PASSWORD)
    counts = []
    for _ in range(2):
        with sql_budget() as count:
            await _page(client)
        counts.append(count.number)
        async with shop.hall.database.transaction() as connection:
            await connection.execute(
                text(
                    "insert into plugin_loyalty.turnover"
                    " (company_id, counted_on, amount, currency, kind, document, label)"
                    " select :company, current_date - 1, 10, 'RUB', 'erp', 'd' || n, 'УПД-' || n"
                    " from generate_series(2, 120) n on conflict do nothing"
                ),
                {"company": shop.company.customer.company_id},
            )
    assert counts[0] == counts[1]
    assert "1–50 из 120" in await _page(client)
    last = await _page(client, "/loyalty?page=3")
    assert "101–120 из 120" in last
    assert "page=2" in last
    assert "page=4" not in last
    assert "Оборота пока нет" in await _page(client, "/loyalty?page=9")
