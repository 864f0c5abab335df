"""The staff's pages of zones and days off; mistakes stand at their field."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_delivery_fleet.stored import Stored, stored

pytestmark = pytest.mark.plugins("delivery_fleet")

BASE = "/staff/fleet"
NEW = {
    "name": "Тверь и область",
    "cities": "Тверь, Ржев;  Старица",
    "postal": "170, 172",
    "weekdays": "1",
    "cut_off": "14:00",
    "lead_days": "1",
    "price": "1 800,50",
    "free_from": "150000",
    "included_kg": "500",
    "per_kg": "6",
    "heaviest_kg": "",
}
ACTIONS = text("select action from fondaco.audit_entry where action like 'delivery_fleet%'")


async def _stored(shop: WorkingShop) -> Stored:
    return await stored(system_ask(shop.hall))


async def test_a_zone_is_made_changed_removed_and_put_back(
    shop: WorkingShop, staff: Client
) -> None:
    assert "Зон пока нет" in (await staff.get(BASE)).text
    answer = await staff.send_form(BASE, NEW)
    assert answer.status_code == 303, words(answer.text)
    (zone,) = (await _stored(shop)).zones
    assert zone.cities == ("Тверь", "Ржев", "Старица")
    assert (str(zone.price), zone.heaviest_kg) == ("1800.50", None)
    one = f"{BASE}/zones/{zone.uuid}"
    assert 'value="1800.5"' in (await staff.get(one)).text
    assert (await staff.send_form(one, {**NEW, "price": "0"})).status_code == 303
    (zone,) = (await _stored(shop)).zones
    assert zone.price == 0
    gone = await staff.send_form(f"{one}/remove", {})
    page = (await staff.get(gone.headers["location"])).text
    assert "Зона «Тверь и область» удалена" in page
    assert (await _stored(shop)).zones == ()
    await staff.send_form(f"{one}/restore", {})
    assert len((await _stored(shop)).zones) == 1
    rows = await system_ask(shop.hall).fetch(ACTIONS)
    assert [row[0].rpartition(".")[2] for row in rows] == ["add", "change", "remove", "restore"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Заполните поле"),
        ("name", "я" * 101, "До 100 знаков"),
        ("postal", "170, Тверь", "«Тверь» не индекс"),
        ("postal", "1234567", "не индекс"),
        ("cut_off", "вечером", "Укажите время"),
        ("lead_days", "-1", "Целое число от 0 до 14"),
        ("price", "дорого", "не число"),
        ("price", "-5", "От 0 до"),
        ("price", "1,005", "знаков после запятой не больше 2"),
        ("heaviest_kg", "0", "Больше нуля"),
    ],
)
async def test_a_mistake_stands_at_its_field_and_nothing_is_lost(
    shop: WorkingShop, staff: Client, field: str, typed: str, said: str
) -> None:
    answer = await staff.send_form(BASE, {**NEW, field: typed})
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert f'id="field-{field}-error"' in answer.text or f'href="#field-{field}"' in answer.text
    assert field == "name" or 'value="Тверь и область"' in answer.text
    assert (await _stored(shop)).zones == ()


async def test_a_zone_goes_somewhere_on_some_day(shop: WorkingShop, staff: Client) -> None:
    nowhere = await staff.send_form(BASE, {**NEW, "cities": "", "postal": " , "})
    assert "Назовите города" in words(nowhere.text)
    never = await staff.send_form(BASE, {k: v for k, v in NEW.items() if k != "weekdays"})
    assert "Отметьте хотя бы один день" in words(never.text)


async def test_an_address_can_be_tried(shop: WorkingShop, staff: Client) -> None:
    await staff.send_form(BASE, NEW)
    tried = {"address": "г Тверь, ул Мира, д 1", "value": "10 000", "weight": "502"}
    said = words((await staff.get(BASE, params=tried)).text)
    assert "1 812,50" in said
    assert "Бесплатно от 150 000" in said
    nowhere = await staff.get(BASE, params={**tried, "address": "Омск"})
    assert "не входит ни в одну зону" in nowhere.text


async def test_a_day_off_is_added_once_removed_and_put_back(
    shop: WorkingShop, staff: Client
) -> None:
    ask = system_ask(shop.hall)
    today = ask.now.astimezone(ask.zone).date()
    day = {"day": str(today + timedelta(days=3)), "note": "Инвентаризация"}
    assert (await staff.send_form(f"{BASE}/days", day)).status_code == 303
    again = await staff.send_form(f"{BASE}/days", day)
    assert again.status_code == 422
    assert "машины уже не ходят" in again.text
    past = await staff.send_form(f"{BASE}/days", {"day": str(today - timedelta(days=1))})
    assert past.status_code == 422
    (found,) = (await _stored(shop)).days
    gone = await staff.send_form(f"{BASE}/days/{found.uuid}/remove", {})
    assert "машины снова ходят" in (await staff.get(gone.headers["location"])).text
    assert (await _stored(shop)).days == ()
    await staff.send_form(f"{BASE}/days/{found.uuid}/restore", {})
    assert len((await _stored(shop)).days) == 1


async def test_managers_see_and_do_not_change(shop: WorkingShop, client: Client) -> None:
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    page = await client.get(BASE)
    assert page.status_code == 200
    assert "Добавить зону" not in page.text
    assert (await client.send_form(BASE, NEW)).status_code == 403
