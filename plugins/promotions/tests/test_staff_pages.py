"""The staff's pages: campaigns with their states, forms with errors at their fields, codes."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from promo_shop import Shop
from sqlalchemy import text

from fondaco.hooks.context import AskContext, system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_promotions.campaigns import all_campaigns
from fondaco_promotions.code_text import ALPHABET, key_of

pytestmark = pytest.mark.plugins("promotions")

BASE = "/staff/promotions"
NEW = {
    "name_ru": "Чёрная пятница",
    "name_en": "Black Friday",
    "takes": "order_percent",
    "value": "7,5",
    "how": "auto",
    "starts_at": "2026-11-20T00:00",
    "ends_at": "2026-12-31T23:59",
    "min_total": "10 000",
    "limit_total": "100",
    "limit_company": "2",
}


async def test_a_campaign_is_made_from_what_people_type(
    shop: Shop, staff: Client, ask: AskContext
) -> None:
    assert "Акций пока нет" in (await staff.get(BASE)).text
    typed = {**NEW, "products": "a-1\nA-2\n", "brands": "крепёж", "companies": "Ромашка"}
    answer = await staff.send_form(f"{BASE}/new", typed)
    assert answer.status_code == 303, words(answer.text)
    page = words((await staff.get(answer.headers["location"])).text)
    for said in ("Акция сохранена", "−7,5 % на заказ", "Болт 1, Болт 2", "КРЕПЁЖ", "10 000,00 ₽"):
        assert said in page, said
    (found,) = await all_campaigns(ask)
    one = found.campaign
    assert one.ends_at == datetime(2026, 12, 31, 20, 59, tzinfo=UTC)
    assert (one.percent, one.min_total, one.limit_company) == (Decimal("7.5"), 10000, 2)
    assert set(one.products) == set(shop.products[:2])
    assert one.companies == (shop.company.customer.company_id,)
    form = unescape((await staff.get(f"{BASE}/{one.uuid}/edit")).text)
    for said in ('value="2026-12-31T23:59"', 'value="7.5"', "A-1\nA-2", "КРЕПЁЖ"):
        assert said in form, said
    actions = await ask.fetch(text("select action from fondaco.audit_entry order by id desc"))
    assert actions[0].action == "promotions.add"


async def test_mistakes_stand_at_their_fields_and_nothing_is_lost(
    shop: Shop, staff: Client, ask: AskContext
) -> None:
    wrong = {
        **NEW,
        "name_en": "",
        "value": "101",
        "ends_at": "2026-11-19T10:00",
        "limit_total": "мало",
        "products": "A-1\nNO-SUCH",
        "companies": "7700000000",
    }
    answer = await staff.send_form(f"{BASE}/new", wrong)
    assert answer.status_code == 422
    for field in ("name_en", "value", "ends_at", "limit_total", "products", "companies"):
        assert f'id="field-{field}-error"' in answer.text, field
        assert f'href="#field-{field}"' in answer.text, field
    said = words(answer.text)
    assert "не больше 100 %" in said
    assert "Не нашли: «NO-SUCH»" in said
    assert 'value="Чёрная пятница"' in answer.text
    assert "A-1\nNO-SUCH" in answer.text
    for change, told in (
        ({"takes": "unit_percent"}, "Минимальная сумма бывает только у скидки на заказ"),
        ({"value": "0"}, "Больше 0"),
        ({"value": "-5", "takes": "order_amount"}, "Сумма больше нуля"),
        ({"limit_company": "200"}, "не может быть больше, чем всего"),
        ({"takes": "gift"}, "Выберите из списка"),
        ({"starts_at": "вчера"}, "Укажите дату и время"),
        ({"categories": "77"}, "Одной из категорий больше нет"),
        ({"name_ru": "я" * 81}, "Не длиннее 80"),
    ):
        answer = await staff.send_form(f"{BASE}/new", {**NEW, **change})
        assert (answer.status_code, told in words(answer.text)) == (422, True), told
    assert await all_campaigns(ask) == []


async def test_states_and_what_moves_between_them(shop: Shop, staff: Client) -> None:
    now = shop.ask.now
    shapes = {
        "Идёт": {},
        "Будет": {"starts_at": now + timedelta(days=1)},
        "Была": {"ends_at": now - timedelta(hours=1)},
    }
    uuids = {
        name: (await shop.campaign(name_ru=name, name_en=name, **shape)).uuid
        for name, shape in shapes.items()
    }
    page = words((await staff.get(BASE)).text)
    for said in ("Идёт Действует", "Будет Запланирована", "Была Завершена"):
        assert said in page
    running = f"{BASE}/{uuids['Идёт']}"
    await staff.send_form(f"{running}/pause")
    assert (await shop.price()).unit_price == 100
    assert "Приостановлена" in words((await staff.get(BASE)).text)
    await staff.send_form(f"{running}/resume")
    assert (await shop.price()).unit_price == 90
    await staff.send_form(f"{running}/end")
    assert (await shop.price()).unit_price == 100
    assert "Идёт Завершена" in words((await staff.get(BASE)).text)
    answer = await staff.send_form(f"{BASE}/{uuids['Будет']}/end")
    assert answer.status_code == 409


async def test_one_that_was_used_is_ended_but_not_removed(shop: Shop, staff: Client) -> None:
    used, fresh = await shop.campaign(), await shop.campaign(percent=Decimal(1))
    order = await shop.order(1)
    await shop.cancel(order.id)
    page = words((await staff.get(f"{BASE}/{used.uuid}")).text)
    assert "Возвращена: заказ отменён" in page
    assert order.number in page
    assert "Ромашка" in page
    assert "Удалить" not in page
    answer = await staff.send_form(f"{BASE}/{used.uuid}/remove")
    assert "можно завершить" in words((await staff.get(answer.headers["location"])).text)
    answer = await staff.send_form(f"{BASE}/{fresh.uuid}/remove")
    page = (await staff.get(answer.headers["location"])).text
    assert "удалена" in page
    assert f"{fresh.uuid}/restore" in page
    assert (await staff.get(f"{BASE}/{fresh.uuid}/edit")).status_code == 303
    await staff.send_form(f"{BASE}/{fresh.uuid}/restore")
    assert len(await all_campaigns(system_ask(shop.hall))) == 2


async def test_a_limit_does_not_fall_below_what_is_used(shop: Shop, staff: Client) -> None:
    campaign = await shop.campaign(level="order", limit_total=9)
    for _ in range(2):
        await shop.order(1)
    for name in ("limit_total", "limit_company"):
        changed = {**NEW, "limit_total": "9", "limit_company": "9", name: "1"}
        if name == "limit_total":
            changed["limit_company"] = ""
        answer = await staff.send_form(f"{BASE}/{campaign.uuid}/edit", changed)
        assert (answer.status_code, "Уже использовано 2" in answer.text) == (422, True)
    answer = await staff.send_form(f"{BASE}/{campaign.uuid}/edit", {**NEW, "limit_total": "2"})
    assert answer.status_code == 303
    assert "лимит исчерпан" in (await staff.get(BASE)).text


async def test_codes_are_made_shown_once_and_kept_as_a_workbook(
    shop: Shop, staff: Client, ask: AskContext
) -> None:
    campaign = await shop.campaign(by_code=True, name_ru="=HYPERLINK(1)", name_en="Formula")
    other = await shop.campaign(by_code=True)
    await shop.code(other, "FOREIGN-1")
    page = (await staff.get(f"{BASE}/{campaign.uuid}")).text
    batch = re.findall(r'name="batch" value="([^"]+)"', page)[0]
    wanted = {"number": "25", "number_most": "1", "batch": batch}
    made = await staff.send_form(f"{BASE}/{campaign.uuid}/codes", wanted)
    assert made.status_code == 200, words(made.text)
    assert "Создано 25 промокодов" in words(made.text)
    shown = re.findall(r"<textarea[^>]*>\n?([^<]+)</textarea>", made.text)[0].split()
    assert len(set(shown)) == 25
    assert set("".join(map(key_of, shown))) <= set(ALPHABET)
    again = await staff.send_form(f"{BASE}/{campaign.uuid}/codes", wanted)
    assert again.status_code == 409
    assert "были показаны один раз" in again.text
    assert shown[0] not in (await staff.get(f"{BASE}/{campaign.uuid}")).text
    stored = await ask.fetch(text("select label, most from plugin_promotions.code where most = 1"))
    assert len(stored) == 25
    assert not any(row.label in shown for row in stored)

    posted = "\n".join([*shown, "=1+1", "FOREIGN-1"])
    file = await staff.send_form(f"{BASE}/{campaign.uuid}/codes.xlsx", {"codes": posted})
    with ZipFile(BytesIO(file.content)) as workbook:
        texts = unescape(workbook.read("xl/sharedStrings.xml").decode())
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    cells = re.findall(r"<t[^>]*>([^<]*)</t>", texts)
    assert sorted(cells) == sorted([*shown, "=HYPERLINK(1)", "Промокод", "Акция"])
    assert "<f>" not in sheet


async def test_mistakes_about_codes_stand_at_their_fields(shop: Shop, staff: Client) -> None:
    campaign = await shop.campaign(by_code=True)
    path = f"{BASE}/{campaign.uuid}"
    assert (await staff.send_form(f"{path}/code", {"code": "SALE-26"})).status_code == 303
    for form, field, said in (
        ({"code": "sаlе 26"}, "code", "Такой код уже есть"),
        ({"code": "A"}, "code", "от 4 до 32"),
        ({"code": ""}, "code", "Заполните поле"),
        ({"code": "SALE-27", "code_most": "0"}, "code_most", "Целое число от 1"),
    ):
        answer = await staff.send_form(f"{path}/code", form)
        assert answer.status_code == 422
        assert f'id="field-{field}-error"' in answer.text
        assert said in words(answer.text)
    for number in ("", "0", "5001", "много"):
        answer = await staff.send_form(f"{path}/codes", {"number": number, "batch": str(uuid4())})
        assert answer.status_code == 422
        assert 'id="field-number-error"' in answer.text


async def test_who_may_see_and_who_may_change(shop: Shop, client: Client) -> None:
    campaign = await shop.campaign()
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    assert (await client.get(BASE)).status_code == 200
    page = (await client.get(f"{BASE}/{campaign.uuid}")).text
    assert "Приостановить" not in page
    assert (await client.get(f"{BASE}/new")).status_code == 403
    assert (await client.send_form(f"{BASE}/{campaign.uuid}/pause")).status_code == 403
    await client.sign_in(shop.company.email, PASSWORD)
    for path in (BASE, f"{BASE}/{campaign.uuid}", f"{BASE}/new"):
        assert (await client.get(path)).status_code == 403
    assert (await client.send_form(f"{BASE}/{campaign.uuid}/end")).status_code == 403
    assert (await shop.price()).unit_price == 90


async def test_what_is_absent_is_not_found_and_pages_are_there_in_english(
    shop: Shop, staff: Client
) -> None:
    campaign = await shop.campaign(by_code=True)
    assert (await staff.get(f"{BASE}/{uuid4()}")).status_code == 404
    assert (await staff.send_form(f"{BASE}/{uuid4()}/pause")).status_code == 404
    await staff.get("/locale/en?next=/staff")
    for path, said in (
        (BASE, "Promotion"),
        (f"{BASE}/new", "Kind of discount"),
        (f"{BASE}/{campaign.uuid}", "Random codes"),
        (f"{BASE}/{campaign.uuid}/edit", "Promotion “Autumn”"),
    ):
        assert said in words((await staff.get(path)).text), path
