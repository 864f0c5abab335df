"""The staff's pages of places, days, transfers and lots; mistakes stand at their field."""

import re
from datetime import time, timedelta
from html import unescape
from uuid import uuid4

import pytest
from quay import Quay
from sqlalchemy import text

from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD

pytestmark = pytest.mark.plugins("sourcing")

BASE = "/staff/sourcing"
PLACES, TRANSFERS, LOTS = f"{BASE}/places", f"{BASE}/transfers", f"{BASE}/lots"
NEW = {
    "name": "Казань",
    "kind": "own",
    "timezone": "Europe/Moscow",
    **{f"week_{day}": "16:00" for day in range(5)},
    "country": "RU",
    "lead_days": "0",
    "receiving_days": "1",
    "ships": "1",
    "carrier_days": "0",
    "cost": "150,50",
    "report_hours": "48",
}
ACTIONS = text("select action from fondaco.audit_entry where action like 'sourcing.%' order by id")


async def test_a_place_is_made_from_what_people_type(quay: Quay, staff: Client) -> None:
    answer = await staff.send_form(f"{PLACES}/new", NEW)
    assert answer.status_code == 303, words(answer.text)
    page = (await staff.get(answer.headers["location"])).text
    assert "Склад сохранён" in page
    for said in ('value="150.5"', 'value="16:00"', 'value="Казань"'):
        assert said in page, said
    found = (await quay.places())["Казань"]
    assert found.terms and found.terms.week[4:] == (time(16), None, None)
    assert found.cut_off == time(16)
    said = words((await staff.get(BASE)).text)
    assert "Казань: заказ" in said
    assert "Москва: заказ" in said


async def test_a_place_changes_its_kind_and_terms(quay: Quay, staff: Client) -> None:
    await quay.warehouse("Деталь", report_hours=None)
    found = (await quay.places())["Деталь"]
    wanted = {**NEW, "name": "Партнёр Деталь", "kind": "partner", "lead_days": "3"}
    answer = await staff.send_form(f"{PLACES}/{found.uuid}", wanted)
    assert answer.status_code == 303, words(answer.text)
    after = (await quay.places())["Партнёр Деталь"]
    assert (after.id, after.kind, after.pick_days) == (found.id, "partner", 3)
    assert after.terms and after.terms.report_hours == 48


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Заполните поле"),
        ("kind", "ничей", "Выберите из списка"),
        ("timezone", "Europe/Atlantis", "Выберите из списка"),
        ("week_1", "25:99", "Укажите время"),
        ("country", "XX", "Выберите из списка"),
        ("lead_days", "-1", "Целое число от 0 до 365"),
        ("receiving_days", "много", "Целое число от 0 до 365"),
        ("cost", "1,234", "не более двух знаков"),
    ],
)
async def test_mistakes_of_a_place_stand_at_their_field(
    quay: Quay, staff: Client, field: str, typed: str, said: str
) -> None:
    answer = await staff.send_form(f"{PLACES}/new", {**NEW, field: typed})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert f'href="#field-{field}"' in answer.text
    assert said in words(answer.text)
    assert 'value="150,50"' in answer.text or field == "cost"
    assert list(await quay.places()) == ["Москва"]


async def test_a_place_that_never_works_is_refused(quay: Quay, staff: Client) -> None:
    closed = {**NEW, **{f"week_{day}": "" for day in range(7)}}
    answer = await staff.send_form(f"{PLACES}/new", closed)
    assert answer.status_code == 422
    assert "хотя бы один рабочий день" in words(answer.text)


async def test_a_day_that_differs_is_added_removed_and_put_back(quay: Quay, staff: Client) -> None:
    await quay.warehouse("Казань")
    place = (await quay.places())["Казань"].uuid
    before = (await quay.supply(1)).promised
    wanted = {"day": quay.today.isoformat(), "note_ru": "инвентаризация", "note_en": "count"}
    answer = await staff.send_form(f"{PLACES}/{place}/days", wanted)
    assert answer.status_code == 303, words(answer.text)
    assert "инвентаризация" in (await staff.get(f"{PLACES}/{place}")).text
    assert "склад закрыт (инвентаризация)" in words((await staff.get(BASE)).text)
    twice = await staff.send_form(f"{PLACES}/{place}/days", wanted)
    assert twice.status_code == 422
    assert 'id="field-day-error"' in twice.text
    (day,) = await quay.ask.fetch(text("select uuid from plugin_sourcing.special_day"))
    gone = await staff.send_form(f"{BASE}/days/{day.uuid}/remove", {})
    page = await staff.get(gone.headers["location"])
    assert f"{BASE}/days/{day.uuid}/restore" in page.text
    assert "склад закрыт" not in words((await staff.get(BASE)).text)
    await staff.send_form(f"{BASE}/days/{day.uuid}/restore", {})
    assert "склад закрыт" in words((await staff.get(BASE)).text)
    assert (await quay.supply(1)).promised == before


async def test_a_past_day_is_refused(quay: Quay, staff: Client) -> None:
    place = (await quay.places())["Москва"].uuid
    for typed in ("2020-01-01", "вчера", "", "9999-99-99"):
        answer = await staff.send_form(f"{PLACES}/{place}/days", {"day": typed})
        assert answer.status_code == 422
        assert 'id="field-day-error"' in answer.text


async def test_transfers_are_made_changed_removed_and_put_back(quay: Quay, staff: Client) -> None:
    await quay.warehouse("Тверь", ships=False)
    places = await quay.places()
    wanted = {
        "source": str(places["Тверь"].uuid),
        "target": str(places["Москва"].uuid),
        "weekdays": ["1", "3"],
        "cut_off": "12:00",
        "road_days": "1",
        "cost": "300",
    }
    answer = await staff.send_form(TRANSFERS, wanted)
    assert answer.status_code == 303, words(answer.text)
    page = (await staff.get(TRANSFERS)).text
    assert "Тверь → Москва" in page
    assert "вт, чт" in words(page)
    (one,) = await quay.ask.fetch(text("select uuid from plugin_sourcing.transfer"))
    form = (await staff.get(f"{TRANSFERS}/{one.uuid}")).text
    assert 'value="1" checked' in form
    changed = await staff.send_form(f"{TRANSFERS}/{one.uuid}", {**wanted, "weekdays": ["4"]})
    assert changed.status_code == 303
    assert "пт" in words((await staff.get(TRANSFERS)).text)
    gone = await staff.send_form(f"{TRANSFERS}/{one.uuid}/remove", {})
    assert f"{one.uuid}/restore" in (await staff.get(gone.headers["location"])).text
    assert "рейс Тверь" not in words((await staff.get(BASE)).text)
    await staff.send_form(f"{TRANSFERS}/{one.uuid}/restore", {})
    assert "рейс Тверь" in words((await staff.get(BASE)).text)
    actions = [row.action for row in await quay.ask.fetch(ACTIONS)]
    assert actions[-4:] == [
        f"sourcing.transfer.{a}" for a in ("add", "change", "remove", "restore")
    ]


async def test_a_circle_of_transfers_is_refused_and_named(quay: Quay, staff: Client) -> None:
    one, two = await quay.warehouse("Раз"), await quay.warehouse("Два")
    await quay.transfer(one, two)
    back = await quay.transfer(two, quay.moscow)
    places = await quay.places()
    wanted = {
        "source": str(places["Москва"].uuid),
        "target": str(places["Раз"].uuid),
        "weekdays": ["1"],
        "cut_off": "12:00",
        "road_days": "1",
    }
    answer = await staff.send_form(TRANSFERS, wanted)
    assert answer.status_code == 422
    assert "по кругу: Москва → Раз → Два → Москва" in words(answer.text)
    assert 'id="field-target-error"' in answer.text
    await staff.send_form(f"{TRANSFERS}/{back.uuid}/remove", {})
    assert (await staff.send_form(TRANSFERS, wanted)).status_code == 303
    refused = await staff.send_form(f"{TRANSFERS}/{back.uuid}/restore", {})
    assert "по кругу" in words((await staff.get(refused.headers["location"])).text)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("source", "0198c0de-0000-7000-8000-000000000000"),
        ("target", ""),
        ("weekdays", []),
        ("weekdays", ["9"]),
        ("cut_off", ""),
        ("cut_off", "полдень"),
        ("road_days", "61"),
        ("cost", "-1"),
    ],
)
async def test_mistakes_of_a_transfer_stand_at_their_field(
    quay: Quay, staff: Client, field: str, typed: str | list[str]
) -> None:
    await quay.warehouse("Тверь")
    places = await quay.places()
    wanted: dict[str, str | list[str]] = {
        "source": str(places["Тверь"].uuid),
        "target": str(places["Москва"].uuid),
        "weekdays": ["1"],
        "cut_off": "12:00",
        "road_days": "1",
        field: typed,
    }
    answer = await staff.send_form(TRANSFERS, wanted)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert not await quay.ask.fetch(text("select 1 from plugin_sourcing.transfer"))


async def test_a_lot_is_expected_moved_and_comes(quay: Quay, staff: Client) -> None:
    await quay.has(quay.moscow, 10)
    place = str((await quay.places())["Москва"].uuid)
    due = quay.today + timedelta(days=7)
    wanted = {
        "article": "a-1",
        "place": place,
        "lot": "CN 7/Б",
        "quantity": "40,5",
        "arrives_on": due.isoformat(),
    }
    answer = await staff.send_form(LOTS, wanted)
    assert answer.status_code == 303, words(answer.text)
    assert "CN 7/Б" in words((await staff.get(LOTS)).text)
    later = {**wanted, "arrives_on": (due + timedelta(days=30)).isoformat(), "quantity": "50"}
    await staff.send_form(LOTS, later)
    supply = await quay.supply(60)
    assert supply.promised is not None and supply.promised >= due + timedelta(days=30)
    (product,) = await quay.ask.fetch(
        text("select uuid from fondaco.product where id = :id"), {"id": quay.product}
    )
    named = {"product": str(product.uuid), "place": place, "lot": "CN 7/Б"}
    assert (await staff.send_form(f"{LOTS}/arrived", named)).status_code == 303
    supply = await quay.supply(60)
    assert [part.quantity for part in supply.parts] == [60]
    assert (await staff.send_form(f"{LOTS}/arrived", {**named, "lot": "?"})).status_code == 404
    assert (await staff.send_form(f"{LOTS}/arrived", {"lot": "?"})).status_code == 404


async def test_a_lot_is_removed_unless_it_is_held_and_put_back(quay: Quay, staff: Client) -> None:
    await quay.has(quay.moscow, 10)
    await quay.expects(quay.moscow, 40, quay.today + timedelta(days=7))
    place = str((await quay.places())["Москва"].uuid)
    (product,) = await quay.ask.fetch(
        text("select uuid from fondaco.product where id = :id"), {"id": quay.product}
    )
    named = {"product": str(product.uuid), "place": place, "lot": "L1"}
    gone = await staff.send_form(f"{LOTS}/remove", named)
    assert (await quay.supply(30)).missing == 20
    page = unescape((await staff.get(gone.headers["location"])).text)
    back = re.search(rf"{LOTS}/restore[^\"]+", page)
    assert back
    await staff.send_form(back.group(), {})
    assert (await quay.supply(50)).missing == 0
    await quay.order(30)
    refused = await staff.send_form(f"{LOTS}/remove", named)
    assert "в резерве" in words((await staff.get(refused.headers["location"])).text)
    assert (await quay.supply(20)).missing == 0


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("article", "НЕТ-ТАКОГО", "нет такого артикула"),
        ("article", "", "Заполните поле"),
        ("place", "", "Выберите из списка"),
        ("lot", "", "Заполните поле"),
        ("quantity", "0", "Больше 0"),
        ("quantity", "1,2345", "не более трёх"),
        ("quantity", "тонна", "не число"),
        ("arrives_on", "2020-01-01", "Этот день прошёл"),
        ("arrives_on", "скоро", "Выберите день"),
    ],
)
async def test_mistakes_of_a_lot_stand_at_their_field(
    quay: Quay, staff: Client, field: str, typed: str, said: str
) -> None:
    wanted = {
        "article": "A-1",
        "place": str((await quay.places())["Москва"].uuid),
        "lot": "L1",
        "quantity": "40",
        "arrives_on": (quay.today + timedelta(days=7)).isoformat(),
        field: typed,
    }
    answer = await staff.send_form(LOTS, wanted)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert said in words(answer.text)


async def test_who_may_only_see_changes_nothing_and_a_buyer_sees_nothing(
    quay: Quay, client: Client
) -> None:
    await client.sign_in(await quay.wholesaler.staff("manager"), PASSWORD)
    for page in (BASE, TRANSFERS, LOTS):
        assert (await client.get(page)).status_code == 200
    assert (await client.get(f"{PLACES}/new")).status_code == 403
    assert (await client.send_form(LOTS, {})).status_code == 403
    await client.sign_in(quay.company.email, PASSWORD)
    for page in (BASE, TRANSFERS, LOTS):
        assert (await client.get(page)).status_code == 403


async def test_what_is_not_there_is_not_found(quay: Quay, staff: Client) -> None:
    absent = uuid4()
    assert (await staff.get(f"{PLACES}/{absent}")).status_code == 404
    assert (await staff.get(f"{TRANSFERS}/{absent}")).status_code == 404
    assert (await staff.send_form(f"{BASE}/days/{absent}/remove", {})).status_code == 404
