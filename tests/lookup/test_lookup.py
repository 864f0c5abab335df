"""Addresses, companies and banks through the pages: answered, remembered, and done without."""

import asyncio
import re
import time
from typing import Any

import pytest
from dadata import DaData, Mood
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.lookup import suggesting
from fondaco.lookup.normalising import Normalise, normalise
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words
from fondaco.web.limits import Limit

pytestmark = pytest.mark.plugins("delivery_dadata")

MOODS: tuple[Mood, ...] = (
    "hang",
    "500",
    "garbage",
    "half",
    "429",
    "quota",
    "401",
    "refusing",
    "shape",
)
FILL = {"country": "RU", "tax_id": "7707083893", "fill": "1", "person": "Мария Котова"}


async def _rows(hall: Hall, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    async with hall.database.transaction() as connection:
        return [tuple(row) for row in await connection.execute(text(sql), values)]


def _value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" type="\w+" value="([^"]*)"', html)
    assert found, name
    return found[1]


async def test_an_address_is_suggested_and_what_was_asked_is_remembered(
    shop: WorkingShop, buyer: Client, service: DaData
) -> None:
    page = await buyer.get("/addresses/suggest", params={"q": "Сухонская 11"})
    assert 'data-fill="г Москва, ул Сухонская, д 11, "' in page.text
    assert "Вавилова" not in page.text
    for alike in ("сухонская  11", " СУХОНСКАЯ 11 "):
        assert (await buyer.get("/addresses/suggest", params={"q": alike})).text == page.text
    assert service.asked == [("suggest/address", "сухонская 11")]
    assert "stub-token" not in page.text


@pytest.mark.parametrize("typed", ["", "  ", "мо", "я" * 301])
async def test_too_little_and_too_much_is_not_asked(
    buyer: Client, service: DaData, typed: str
) -> None:
    page = await buyer.get("/addresses/suggest", params={"q": typed})
    assert (page.status_code, page.text.strip()) == (200, "")
    assert service.asked == []


async def test_a_guest_is_not_served(client: Client, service: DaData) -> None:
    page = await client.get("/addresses/suggest", params={"q": "москва"})
    assert page.status_code in (302, 303, 401)
    assert service.asked == []


@pytest.mark.parametrize("mood", MOODS)
async def test_when_it_is_silent_the_portals_own_addresses_and_towns_answer(
    shop: WorkingShop, buyer: Client, service: DaData, mood: Mood
) -> None:
    await shop.run("update fondaco.outlet set address = 'г Казань, ул Баумана, д 1'")
    service.mood = mood
    began = time.monotonic()
    page = await buyer.get("/addresses/suggest", params={"q": "Казань"})
    assert time.monotonic() - began < 3
    assert "Подсказки адресов сейчас недоступны" in page.text
    assert 'data-fill="г Казань, ул Баумана, д 1"' in page.text
    assert "Респ Татарстан, г Казань" in page.text
    # Left alone for a while: nobody waits for it again.
    asked = len(service.asked)
    began = time.monotonic()
    assert "Казань" in (await buyer.get("/addresses/suggest", params={"q": "Казань, "})).text
    assert time.monotonic() - began < 0.9
    assert len(service.asked) == asked


async def test_addresses_of_another_company_are_not_offered(
    shop: WorkingShop, buyer: Client, service: DaData
) -> None:
    other = await shop.new_company("Лютик")
    await shop.run(
        "update fondaco.outlet set address = 'г Казань, тайный проезд, д 9' where company_id = :c",
        c=other.customer.company_id,
    )
    service.mood = "500"
    page = await buyer.get("/addresses/suggest", params={"q": "тайный"})
    assert "тайный" not in page.text


async def test_no_connection_is_held_while_the_service_thinks(
    shop: WorkingShop, buyer: Client, service: DaData, hall: Hall
) -> None:
    service.mood = "hang"
    waiting = asyncio.create_task(buyer.get("/addresses/suggest", params={"q": "долго"}))
    await asyncio.wait_for(service.called.wait(), 5)
    assert hall.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    await waiting


async def test_a_company_fills_in_by_its_tax_id(client: Client, service: DaData) -> None:
    page = await client.send_form("/register", FILL)
    assert page.status_code == 200
    # The head office, not the branch that came first.
    assert _value(page.text, "kpp") == "773601001"
    assert _value(page.text, "name") == "ПАО СБЕРБАНК"
    assert _value(page.text, "ogrn") == "1027700132195"
    assert _value(page.text, "address") == "117312, г Москва, ул Вавилова, д 19"
    assert _value(page.text, "person") == "Мария Котова"
    assert "головной организации" in words(page.text)


async def test_what_was_filled_in_is_kept_with_the_application(
    client: Client, service: DaData, hall: Hall
) -> None:
    page = await client.send_form("/register", FILL)
    names = ("kpp", "name", "full_name", "ogrn", "address")
    form = {name: _value(page.text, name) for name in names}
    more = {"email": "kotova@novaya.test", "phone": "+7 (495) 000-00-01"}
    sent = await client.send_form(
        "/register", {"country": "RU", "tax_id": "7707083893", "person": "М. К.", **form, **more}
    )
    assert sent.status_code == 200
    assert await _rows(
        hall,
        "select full_name, ogrn, address from fondaco.legal_entity where tax_id = '7707083893'",
    ) == [("ПАО СБЕРБАНК ПОЛНОЕ", "1027700132195", "117312, г Москва, ул Вавилова, д 19")]


@pytest.mark.parametrize(
    ("tax_id", "said", "asked"),
    [
        ("7721581040", "компания ликвидирована", 1),
        ("7728168971", "такого ИНН нет", 1),
        ("7707083894", "контрольная цифра", 0),
        ("77070", "нужно цифр", 0),
        ("", "только из цифр", 0),
    ],
)
async def test_what_is_wrong_with_a_company_is_said(
    client: Client, service: DaData, tax_id: str, said: str, asked: int
) -> None:
    page = await client.send_form("/register", {**FILL, "tax_id": tax_id})
    assert said in words(page.text)
    assert len(service.asked) == asked


async def test_a_sole_proprietor_has_no_kpp(client: Client, service: DaData) -> None:
    page = await client.send_form(
        "/register", {**FILL, "tax_id": "500100732259", "kpp": "773601001"}
    )
    assert _value(page.text, "kpp") == ""
    assert _value(page.text, "name") == "ИП Иванов И. И."


@pytest.mark.parametrize("mood", MOODS)
async def test_registration_goes_on_when_the_register_is_silent(
    client: Client, service: DaData, mood: Mood
) -> None:
    service.mood = mood
    page = await client.send_form("/register", {**FILL, "name": "ООО «Своё»"})
    assert page.status_code == 200
    assert _value(page.text, "name") == "ООО «Своё»"
    assert "Справочник сейчас не отвечает" in words(page.text)


async def test_look_ups_from_one_address_are_bounded(client: Client, service: DaData) -> None:
    for _ in range(30):
        assert (await client.send_form("/register", FILL)).status_code == 200
    page = await client.send_form("/register", FILL)
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0
    assert _value(page.text, "person") == "Мария Котова"
    assert len(service.asked) == 1


async def test_staff_fill_in_a_legal_entity_and_a_bank(
    shop: WorkingShop, staff: Client, service: DaData, hall: Hall
) -> None:
    ((uuid,),) = await _rows(
        hall,
        "select uuid from fondaco.company where id = :c",
        c=shop.company.customer.company_id,
    )
    card = f"/staff/customers/{uuid}"
    page = await staff.send_form(
        f"{card}/entities/new", {"country": "RU", "tax_id": "7721581040", "fill": "company"}
    )
    assert _value(page.text, "name") == "ООО «ЗАКРЫТО»"
    assert "ликвидирована" in words(page.text)
    page = await staff.send_form(f"{card}/accounts/new", {"bic": "044525225", "fill": "bank"})
    assert _value(page.text, "bank_name") == "ПАО СБЕРБАНК"
    assert _value(page.text, "correspondent") == "30101810400000000225"
    page = await staff.send_form(f"{card}/accounts/new", {"bic": "04452522", "fill": "bank"})
    assert page.status_code == 422
    ((entity,),) = await _rows(
        hall,
        "select id from fondaco.legal_entity where company_id = :c",
        c=shop.company.customer.company_id,
    )
    wrong = {"entity": entity, "bic": "044525225", "account": "40702810138250123018"}
    page = await staff.send_form(f"{card}/accounts/new", {**wrong, "bank_name": "X"})
    assert "не подходит к БИК" in words(page.text)


async def _job(hall: Hall) -> None:
    outside = Outside()
    await normalise(JobContext(hall, outside, "lookup.normalise", 1), Normalise())
    await outside.close()


async def test_a_task_asks_what_the_addresses_of_outlets_are(
    shop: WorkingShop, hall: Hall, service: DaData
) -> None:
    written = ("г Москва, ул Сухонская, д 11", "г Москва, ул Сухонская", "край света, д 1")
    for number, address in enumerate(written):
        company = shop.company if number == 0 else await shop.new_company(f"К{number}")
        await shop.run(
            "update fondaco.outlet set address = :a where company_id = :c",
            a=address,
            c=company.customer.company_id,
        )
    service.mood = "500"
    await _job(hall)
    assert await _rows(hall, "select distinct text from fondaco.outlet_address") == [("",)]
    service.mood = "well"
    hall.providers.pop(("lookup", "dadata"))
    await _job(hall)
    found = await _rows(
        hall,
        "select text, postal_code, house, lat is not null, verdict from fondaco.outlet_address"
        " where text = any(:texts) order by outlet_id",
        texts=list(written),
    )
    assert found == [
        (written[0], "127642", "д 11", True, "exact"),
        (written[1], "127642", "", False, "no_house"),
        (written[2], "", "", False, "unknown"),
    ]
    asked = len(service.asked)
    await _job(hall)
    assert len(service.asked) == asked
    await shop.run(
        "update fondaco.outlet set address = 'г Москва, ул Вавилова, д 19' where address = :a",
        a=written[2],
    )
    await _job(hall)
    assert len(service.asked) == asked + 1


@pytest.mark.parametrize(
    ("written", "verdict"),
    [("ул Ленина, д 5", "uncertain"), ("г Новосибирск, ул Ленина, д 5", "exact")],
)
async def test_a_town_that_was_guessed_is_not_exact(
    shop: WorkingShop, hall: Hall, service: DaData, written: str, verdict: str
) -> None:
    await shop.run("update fondaco.outlet set address = :a", a=written)
    await _job(hall)
    found = await _rows(hall, "select distinct verdict from fondaco.outlet_address")
    assert found == [(verdict,)]


async def test_one_bad_address_does_not_keep_the_others_from_being_asked(
    shop: WorkingShop, hall: Hall, service: DaData
) -> None:
    addresses = ("г Москва, ул Плохая, д 1", "г Москва, ул Сухонская, д 11")
    for address, company in zip(
        addresses, (shop.company, await shop.new_company("Б")), strict=True
    ):
        await shop.run(
            "update fondaco.outlet set address = :a where company_id = :c",
            a=address,
            c=company.customer.company_id,
        )
    await shop.run(
        "update fondaco.outlet set address = '' where address <> all(:a)", a=[*addresses]
    )
    service.bad.add("г Москва, ул Плохая, д 1")
    await _job(hall)
    verdicts = "select verdict from fondaco.outlet_address where text <> ''"
    assert await _rows(hall, verdicts) == [("exact",)]
    # What comes later is asked about before it.
    third = await shop.new_company("В")
    await shop.run(
        "update fondaco.outlet set address = 'г Москва, ул Вавилова, д 19' where company_id = :c",
        c=third.customer.company_id,
    )
    service.asked.clear()
    await _job(hall)
    assert [query for _, query in service.asked] == ["г Москва, ул Вавилова, д 19", addresses[0]]
    service.bad.clear()
    hall.providers.pop(("lookup", "dadata"))
    await _job(hall)
    assert await _rows(hall, f"{verdicts} and verdict = 'unknown'") == [("unknown",)]


async def test_a_person_cannot_use_up_the_quota(
    shop: WorkingShop, buyer: Client, service: DaData, hall: Hall, monkeypatch: Any
) -> None:
    monkeypatch.setattr(suggesting, "SUGGESTIONS", Limit("address suggestions", 2, 60))
    await shop.run("update fondaco.outlet set address = 'г Казань, ул Баумана, д 1'")
    for typed in ("сухонская", "вавилова"):
        page = await buyer.get("/addresses/suggest", params={"q": typed})
        assert "сейчас недоступны" not in page.text
    page = await buyer.get("/addresses/suggest", params={"q": "казань"})
    assert page.status_code == 200
    assert 'data-fill="г Казань, ул Баумана, д 1"' in page.text
    assert len(service.asked) == 2


async def test_a_closed_warehouse_is_not_suggested(
    shop: WorkingShop, buyer: Client, service: DaData
) -> None:
    service.mood = "500"
    await shop.run("update fondaco.place set pickup = true, address = 'г Тула, Складская, д 2'")
    ask = {"q": "складская"}
    assert "Складская, д 2" in (await buyer.get("/addresses/suggest", params=ask)).text
    await shop.run("update fondaco.place set active = false")
    assert "Складская, д 2" not in (await buyer.get("/addresses/suggest", params=ask)).text


async def test_that_there_is_no_such_bank_is_remembered_for_an_hour(
    shop: WorkingShop, staff: Client, service: DaData, hall: Hall
) -> None:
    ((uuid,),) = await _rows(
        hall, "select uuid from fondaco.company where id = :c", c=shop.company.customer.company_id
    )
    form = {"bic": "044525974", "fill": "bank"}
    path = f"/staff/customers/{uuid}/accounts/new"
    for minutes, asked in ((0, 1), (59, 1), (61, 2)):
        await shop.run(
            "update fondaco.lookup_answer set asked_at = now() - make_interval(mins => :m)",
            m=minutes,
        )
        page = await staff.send_form(path, form)
        assert "Банка с таким БИК нет" in words(page.text)
        assert len(service.asked) == asked
