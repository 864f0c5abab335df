"""The staff's pages: add, change, remove and put back, with errors at their fields."""

from decimal import Decimal

import pytest
from loyalty_shop import GOLD, SILVER, Shop
from sqlalchemy import text

from fondaco.hooks.context import AskContext, system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop_fixtures import staff_of_shop
from fondaco.testing.wholesaler import PASSWORD
from fondaco_loyalty.tiers import all_tiers

pytestmark = pytest.mark.plugins("loyalty")

BRONZE = {"name_ru": "Бронза", "name_en": "Bronze", "threshold": "1 000,50", "percent": "2,5"}

staff = staff_of_shop("head_of_sales")


async def test_a_status_is_added_and_holds(shop: Shop, staff: Client, ask: AskContext) -> None:
    assert "Статусов пока нет" in (await staff.get("/p/loyalty")).text
    answer = await staff.send_form("/p/loyalty/tiers", BRONZE)
    assert answer.status_code == 303
    page = await staff.get(answer.headers["location"])
    assert "Статус «Бронза» добавлен" in page.text
    assert [(t.name_en, t.threshold, t.percent) for t in await all_tiers(ask)] == [
        ("Bronze", Decimal("1000.50"), Decimal("2.50"))
    ]
    audit = await ask.fetch(text("select action from fondaco.audit_entry order by id desc limit 1"))
    assert audit[0].action == "loyalty.tier.save"


async def test_mistakes_stand_at_their_fields_and_keep_what_was_typed(
    shop: Shop, staff: Client, ask: AskContext
) -> None:
    await shop.tiers()
    answer = await staff.send_form(
        "/p/loyalty/tiers", {"name_ru": "Бронза", "threshold": "тысяча", "percent": "3"}
    )
    assert answer.status_code == 422
    assert 'id="field-name_en-error"' in answer.text
    assert "«тысяча» не число" in answer.text
    assert 'href="#field-threshold"' in answer.text
    assert 'value="Бронза"' in answer.text
    assert 'value="тысяча"' in answer.text
    for wrong, said in (
        ({"percent": "6"}, "здесь она не может быть больше"),
        ({"percent": "101"}, "Скидка — от 0 до 100 %"),
        ({"threshold": "10000", "percent": "5"}, "С этого оборота уже начинается статус «Серебро»"),
        ({"name_ru": "серебро"}, "Статус с таким названием уже есть"),
    ):
        answer = await staff.send_form("/p/loyalty/tiers", {**BRONZE, **wrong})
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert len(await all_tiers(ask)) == 2


async def test_a_status_is_changed(shop: Shop, staff: Client, ask: AskContext) -> None:
    await shop.tiers()
    path = f"/p/loyalty/tiers/{GOLD.uuid}"
    assert 'value="7.5"' in (await staff.get(path)).text
    changed = {"name_ru": "Золотой", "name_en": "Golden", "threshold": "60000", "percent": "4"}
    wrong = await staff.send_form(path, changed)
    assert wrong.status_code == 422
    assert "здесь она не может быть меньше" in wrong.text
    assert (await staff.send_form(path, {**changed, "percent": "8"})).status_code == 303
    assert [t.name_ru for t in await all_tiers(ask)] == ["Серебро", "Золотой"]


async def test_a_removed_status_gives_nothing_and_can_be_put_back(
    shop: Shop, staff: Client
) -> None:
    await shop.tiers()
    await shop.bought("60000")
    path = f"/p/loyalty/tiers/{GOLD.uuid}"
    answer = await staff.send_form(f"{path}/remove")
    page = await staff.get(answer.headers["location"])
    assert "Статус «Золото» удалён" in page.text
    assert f"{path}/restore" in page.text
    assert (await shop.standing()).tier == SILVER
    assert (await staff.send_form(f"{path}/remove")).status_code == 303
    assert (await staff.get(path)).headers["location"].endswith(f"removed={GOLD.uuid}")
    await staff.send_form(f"{path}/restore")
    assert (await shop.standing()).tier == GOLD


async def test_what_took_its_place_stands_in_the_way(shop: Shop, staff: Client) -> None:
    await shop.tiers()
    await staff.send_form(f"/p/loyalty/tiers/{GOLD.uuid}/remove")
    await staff.send_form("/p/loyalty/tiers", {**BRONZE, "threshold": "50000", "percent": "6"})
    answer = await staff.send_form(f"/p/loyalty/tiers/{GOLD.uuid}/restore")
    assert answer.status_code == 422
    assert "С этого оборота уже начинается статус «Бронза»" in answer.text


async def test_how_many_companies_hold_each(shop: Shop, staff: Client) -> None:
    await shop.tiers()
    await shop.bought("60000")
    await shop.new_company("Василёк")
    page = (await staff.get("/p/loyalty")).text
    row = page[page.index("Золото") :]
    assert ">1<" in row[: row.index("</tr>")]


async def test_who_may_change_them(shop: Shop, client: Client) -> None:
    await shop.tiers()
    for email in (shop.company.email, await shop.wholesaler.staff("manager")):
        await client.sign_in(email, PASSWORD)
        assert (await client.get("/p/loyalty")).status_code == 403
        answer = await client.send_form(f"/p/loyalty/tiers/{GOLD.uuid}/remove")
        assert answer.status_code == 403
    assert len(await all_tiers(system_ask(shop.hall))) == 2
