"""Customers for staff: found, made, accepted or refused, kept; another manager's stay theirs."""

from email import message_from_bytes, policy
from typing import Any
from uuid import uuid4

import msgspec
import pytest_asyncio
from sqlalchemy import text

from fondaco.db.counting import counting
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.notifications.letters import MAIL_TASK, Letter
from fondaco.notifications.post import mail_folder, send_letter
from fondaco.staff.customers.card import read_card
from fondaco.staff.customers.listing import list_customers
from fondaco.staff.customers.rights import find_customer
from fondaco.testing.wholesaler import _HASH

HOME = "/staff/customers"
APPLICATION = {
    "country": "RU",
    "tax_id": "7707083893",
    "kpp": "770701001",
    "name": "ООО «Новая»",
    "person": "Мария Котова",
    "email": "kotova@novaya.test",
    "phone": "+7 495 000-00-01",
}
ENTITY = {"country": "RU", "tax_id": "", "kpp": "", "ogrn": "", "name": "ИП Петров"}


@pytest_asyncio.fixture
async def manager(shop: Any) -> Any:
    """The browser of a manager."""
    return await shop.browser(await shop.wholesaler.staff("manager"))


async def _home(shop: Any, company: int) -> str:
    rows = await shop.sql("select uuid from fondaco.company where id = :id", id=company)
    return f"{HOME}/{rows[0][0]}"


async def _agreement(shop: Any, company: str, **changes: str) -> dict[str, str]:
    """What a manager fills in to accept a company."""
    uuid = company.rpartition("/")[2]
    rows = await shop.sql(
        "select e.id, (select min(id) from fondaco.seller) from fondaco.legal_entity e"
        " join fondaco.company c on c.id = e.company_id where c.uuid = :uuid order by e.id",
        uuid=uuid,
    )
    return {
        "entity": str(rows[0][0]),
        "seller": str(rows[0][1]),
        "number": "77/2026",
        "signed_on": "2026-11-01",
        "list_1": str(shop.lists[1]),
        "list_2": str(shop.lists[0]),
        "list_3": "",
        "list_4": "",
        "currency": "rub",
        "payment_days": "14",
        "manager": "",
        **changes,
    }


async def _letters(hall: Hall) -> list[Any]:
    """Do the worker's part; the letters, oldest first."""
    ask = system_ask(hall)
    rows = await ask.fetch(
        text("select payload from fondaco.pgqueuer where entrypoint = :task order by id"),
        {"task": MAIL_TASK},
    )
    for (payload,) in rows:
        envelope = msgspec.json.decode(payload)
        letter = msgspec.convert(envelope.get("payload", envelope), Letter)
        await send_letter(JobContext(hall, Outside(), MAIL_TASK, 1), letter)
    files = sorted(mail_folder(hall.settings).glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


async def test_an_applicant_is_accepted_and_sees_prices_and_orders(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    await client.send_form("/register", APPLICATION)
    listed = await manager.get(f"{HOME}?show=applied")
    assert "ООО «Новая»" in listed.text
    assert "Ромашка" not in listed.text
    company = (await shop.sql("select max(id) from fondaco.company"))[0][0]
    home = await _home(shop, company)
    card = manager.words((await manager.get(home)).text)
    assert "Мария Котова , kotova@novaya.test, +7 495 000-00-01" in card
    assert "Пришла заявка" in card
    assert (await manager.send_form(f"{home}/act")).status_code == 409

    typed = await _agreement(shop, home)
    for changes, field, said in (
        ({"list_1": "", "list_2": ""}, "list_1", "хотя бы один прайс-лист"),
        ({"list_2": typed["list_1"]}, "list_2", "уже выбран"),
        ({"seller": "999999"}, "seller", "Выберите из списка"),
        ({"entity": str(shop.company.customer.legal_entity_id)}, "entity", "Выберите из списка"),
        ({"currency": "рубли"}, "currency", "три латинские буквы"),
        ({"payment_days": "-1"}, "payment_days", "от 0 до 365"),
        ({"signed_on": "вчера"}, "signed_on", "Выберите день"),
        ({"manager": str(shop.company.user_id)}, "manager", "Выберите из списка"),
    ):
        answer = await manager.send_form(f"{home}/accept", {**typed, **changes})
        assert answer.status_code == 422, field
        assert said in answer.text.partition(f'id="field-{field}-error"')[2].partition("</p>")[0]
    assert await shop.sql("select state from fondaco.company where id = :id", id=company) == [
        ("applied",)
    ]

    assert (await manager.send_form(f"{home}/accept", typed)).status_code == 303
    assert (await manager.send_form(f"{home}/accept", typed)).status_code == 409
    assert await shop.sql(
        "select g.number, g.currency, g.payment_days, array(select price_list_id"
        " from fondaco.agreement_price_list where agreement_id = g.id order by rank)"
        " from fondaco.agreement g join fondaco.legal_entity e on e.id = g.legal_entity_id"
        " where e.company_id = :id",
        id=company,
    ) == [("77/2026", "RUB", 14, [shop.lists[1], shop.lists[0]])]
    letters = await _letters(hall)
    assert [(m["To"], m["Subject"]) for m in letters] == [
        ("kotova@novaya.test", "Fondaco: ваша компания принята")
    ]
    assert hall.settings.site.url in letters[0].get_content()

    await shop.sql("update fondaco.user_account set password_hash = :h where email = :e",
                   h=_HASH, e=APPLICATION["email"])  # fmt: skip
    buyer = await shop.browser(APPLICATION["email"])
    assert (await buyer.get("/")).status_code == 200
    product = (await shop.sql("select uuid from fondaco.product order by id limit 1"))[0][0]
    assert "100,00 ₽" in buyer.words((await buyer.get(f"/products/{product}")).text)


async def test_a_refused_applicant_reads_why_and_can_be_accepted_later(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    await client.send_form("/register", APPLICATION)
    home = await _home(shop, (await shop.sql("select max(id) from fondaco.company"))[0][0])
    assert (await manager.send_form(f"{home}/refuse", {"reason": ""})).status_code == 422
    why = {"reason": "Компания ликвидирована"}
    assert (await manager.send_form(f"{home}/refuse", why)).status_code == 303
    assert (await manager.send_form(f"{home}/refuse", why)).status_code == 409
    [letter] = await _letters(hall)
    assert letter["To"] == APPLICATION["email"]
    assert "Компания ликвидирована" in letter.get_content()
    await shop.sql("update fondaco.user_account set password_hash = :h where email = :e",
                   h=_HASH, e=APPLICATION["email"])  # fmt: skip
    person = await shop.browser(APPLICATION["email"])
    assert "Компания ликвидирована" in (await person.get("/waiting")).text
    assert home in (await manager.get(f"{HOME}?show=closed")).text
    await manager.send_form(f"{home}/accept", await _agreement(shop, home))
    assert (await person.get("/")).status_code == 200
    assert "Fondaco: ваша компания принята" in [one["Subject"] for one in await _letters(hall)]
    assert await shop.sql("select state from fondaco.registration") == [("accepted",)]


async def test_who_is_accepted_without_an_application_gets_no_letter_and_it_is_said(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    await client.send_form("/register", APPLICATION)
    home = await _home(shop, (await shop.sql("select max(id) from fondaco.company"))[0][0])
    await shop.sql("delete from fondaco.registration")
    await manager.send_form(f"{home}/accept", await _agreement(shop, home))
    page = manager.words((await manager.get(home)).text)
    assert "письмо никому не отправлено" in page
    assert await _letters(hall) == []


CORRECTED = {**APPLICATION, "kpp": "773601001", "name": "ООО «Новая плюс»"}


async def _refused_and_applying_anew(shop: Any, client: Any, manager: Any) -> tuple[int, str]:
    """The company and its page for staff."""
    await client.send_form("/register", APPLICATION)
    company = (await shop.sql("select max(id) from fondaco.company"))[0][0]
    home = await _home(shop, company)
    await manager.send_form(f"{home}/refuse", {"reason": "КПП другой"})
    await client.send_form("/register", CORRECTED)
    return company, home


async def test_a_refused_applicant_applies_anew_with_corrected_data(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    _, home = await _refused_and_applying_anew(shop, client, manager)
    assert await shop.sql(
        "select c.name, c.state, c.state_reason, e.name, e.kpp from fondaco.company c"
        " join fondaco.legal_entity e on e.company_id = c.id where e.tax_id = '7707083893'"
    ) == [("ООО «Новая плюс»", "applied", "", "ООО «Новая плюс»", "773601001")]
    assert await shop.sql(
        "select r.state, r.joins, u.company_id = r.company_id from fondaco.registration r"
        " join fondaco.user_account u on u.id = r.user_id order by r.id"
    ) == [("refused", False, True), ("open", False, True)]
    # Who applies again while that waits asks to join.
    await client.send_form("/register", {**CORRECTED, "email": "third@novaya.test"})
    assert await shop.sql("select joins from fondaco.registration order by id desc limit 1") == [
        (True,)
    ]
    await manager.send_form(f"{home}/accept", await _agreement(shop, home))
    assert await shop.sql("select state from fondaco.registration order by id") == [
        ("refused",),
        ("accepted",),
        ("open",),
    ]


async def test_a_customer_who_was_refused_once_and_is_closed_by_now_is_not_reopened_by_anybody(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    company, home = await _refused_and_applying_anew(shop, client, manager)
    await manager.send_form(f"{home}/accept", await _agreement(shop, home))
    await shop.sql(f"update fondaco.company set state = 'closed' where id = {company}")
    await client.send_form("/register", {**APPLICATION, "email": "stranger@evil.test"})
    assert await shop.sql(
        "select c.state, r.joins, (select count(*) from fondaco.user_account u"
        f"                          where u.company_id = {company})"
        "  from fondaco.registration r join fondaco.company c on c.id = r.company_id"
        " order by r.id desc limit 1"
    ) == [("closed", True, 1)]


async def test_who_was_refused_for_somebody_elses_company_is_not_let_in_with_them(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    await client.send_form("/register", {**APPLICATION, "email": "stranger@evil.test"})
    home = await _home(shop, (await shop.sql("select max(id) from fondaco.company"))[0][0])
    await manager.send_form(f"{home}/refuse", {"reason": "Не ваша компания"})
    await client.send_form("/register", APPLICATION)
    await manager.send_form(f"{home}/accept", await _agreement(shop, home))
    assert await shop.sql(
        "select email, company_id is not null, roles from fondaco.user_account"
        " where email in ('stranger@evil.test', 'kotova@novaya.test') order by id"
    ) == [("stranger@evil.test", False, []), ("kotova@novaya.test", True, ["company_admin"])]
    # They may apply for a company of their own.
    own = {**APPLICATION, "tax_id": "7728168971", "email": "stranger@evil.test"}
    await client.send_form("/register", own)
    assert await shop.sql(
        "select c.state from fondaco.user_account u join fondaco.company c on c.id = u.company_id"
        " where u.email = 'stranger@evil.test'"
    ) == [("applied",)]


async def test_who_asks_to_join_is_let_in_or_turned_away(
    hall: Hall, shop: Any, client: Any, manager: Any
) -> None:
    company = shop.company.customer.company_id
    await shop.sql("update fondaco.legal_entity set tax_id = '7736050003' where company_id = :id",
                   id=company)  # fmt: skip
    for email in ("one@romashka.test", "two@romashka.test", shop.stranger.email):
        await client.send_form("/register", {**APPLICATION, "tax_id": "7736050003", "email": email})
    home = await _home(shop, company)
    assert "3 человека просят доступ" in manager.words((await manager.get(HOME)).text)
    page = manager.words((await manager.get(home)).text)
    assert "У этой почты уже есть учётная запись: Василёк" in page
    requests = [
        row[0] for row in await shop.sql("select uuid from fondaco.registration order by id")
    ]
    other = await _home(shop, shop.stranger.customer.company_id)
    foreign = await manager.send_form(f"{other}/requests/{requests[0]}/accept", {"role": "buyer"})
    assert foreign.status_code == 404
    answer = f"{home}/requests"
    assert (
        await manager.send_form(f"{answer}/{requests[0]}/accept", {"role": "site_admin"})
    ).status_code == 422
    await manager.send_form(f"{answer}/{requests[0]}/accept", {"role": "approver"})
    await manager.send_form(f"{answer}/{requests[1]}/refuse")
    assert (
        await manager.send_form(f"{answer}/{requests[2]}/accept", {"role": "buyer"})
    ).status_code == 409
    rows = await shop.sql(
        "select u.company_id, u.roles from fondaco.registration r"
        " join fondaco.user_account u on lower(u.email) = lower(r.email) order by r.id"
    )
    assert [tuple(row) for row in rows] == [
        (company, ["approver"]),
        (None, []),
        (shop.stranger.customer.company_id, ["buyer"]),
    ]
    assert [m["To"] for m in await _letters(hall)] == ["one@romashka.test"]


async def test_details_are_kept_and_every_mistake_stands_at_its_field(
    shop: Any, manager: Any
) -> None:
    made = await manager.send_form(f"{HOME}/new", {"company": "ИП Петров", **ENTITY, "name": ""})
    home = made.headers["location"]
    assert (
        await manager.send_form(f"{HOME}/new", {"company": "ИП Иванов", **ENTITY})
    ).status_code == 303
    for path, form, field, said in (
        ("new", {**ENTITY, "company": ""}, "company", "Заполните поле"),
        ("new", {**ENTITY, "company": "X", "phone": "нет"}, "phone", "7 до 15"),
        (f"{home}/entities/new", {**ENTITY, "tax_id": "7707083894"}, "tax_id", "контрольная"),
        (f"{home}/entities/new", {**ENTITY, "kpp": "770701001"}, "kpp", "без ИНН"),
        (f"{home}/entities/new", {**ENTITY, "ogrn": "1"}, "ogrn", "нужно цифр"),
        (f"{home}/entities/new", {**ENTITY, "name": ""}, "name", "Заполните поле"),
        (f"{home}/outlets/new", {"name": "Магазин"}, "address", "Заполните поле"),
        (f"{home}/accounts/new", {"bic": "044525225", "bank_name": "Банк",
          "account": "40702810000000000001"}, "account", "не подходит"),
    ):  # fmt: skip
        answer = await manager.send_form(path if path.startswith("/") else f"{HOME}/{path}", form)
        assert answer.status_code == 422, (path, form)
        assert said in answer.text.partition(f'id="field-{field}-error"')[2].partition("</p>")[0]

    taken = {**ENTITY, "tax_id": "7736050003", "kpp": "770701001", "name": "ООО"}
    await shop.sql("update fondaco.legal_entity set tax_id = '7736050003' where company_id = :id",
                   id=shop.company.customer.company_id)  # fmt: skip
    answer = await manager.send_form(f"{home}/entities/new", taken)
    assert "уже у клиента «Ромашка»" in answer.text

    fine = {**ENTITY, "tax_id": "7707083893", "kpp": "770701001", "name": "ООО «Петров»"}
    assert (await manager.send_form(f"{home}/entities/new", fine)).status_code == 303
    again = await manager.send_form(f"{home}/entities/new", fine)
    assert again.status_code == 422
    assert (
        await manager.send_form(f"{home}/outlets/new", {"name": "Склад", "address": "Тула, 1"})
    ).status_code == 303
    entity = (await shop.sql("select id, uuid from fondaco.legal_entity order by id desc"))[0]
    account = {
        "entity": str(entity[0]),
        "bic": "044525225",
        "account": "40702816000000000001",
        "bank_name": "Сбербанк",
        "correspondent": "30101810400000000225",
    }
    assert (await manager.send_form(f"{home}/accounts/new", account)).status_code == 303
    assert (
        await manager.send_form(f"{home}/agreements/new", await _agreement(shop, home))
    ).status_code == 303
    agreement = (await shop.sql("select uuid from fondaco.agreement order by id desc"))[0][0]
    page = await manager.get(f"{home}/agreements/{agreement}")
    assert 'value="77/2026"' in page.text
    changed = await _agreement(shop, home, payment_days="30", list_2="", number="78/2026")
    assert (await manager.send_form(f"{home}/agreements/{agreement}", changed)).status_code == 303
    assert await shop.sql(
        "select number, payment_days, active, (select count(*) from fondaco.agreement_price_list l"
        " where l.agreement_id = a.id) from fondaco.agreement a order by id desc limit 1"
    ) == [("78/2026", 30, False, 1)]
    card = manager.words((await manager.get(home)).text)
    for said in ("40702816000000000001", "Сбербанк", "Тула, 1", "ООО «Петров»", "закрыто",
                 "Изменено соглашение"):  # fmt: skip
        assert said in card, said
    drop = (await shop.sql("select uuid from fondaco.bank_account"))[0][0]
    assert (await manager.send_form(f"{home}/accounts/{drop}/drop")).status_code == 303
    assert (await manager.send_form(f"{home}/accounts/{drop}/drop")).status_code == 404
    english = await manager.get("/locale/en?next=/")
    assert english.status_code == 303
    for path in ("", "/name", "/entities/new", "/outlets/new", "/accounts/new", "/merge"):
        assert (await manager.get(f"{home}{path}")).status_code == 200, path
    assert "Legal entities" in (await manager.get(home)).text
    assert "Customers" in (await manager.get(HOME)).text


async def test_ids_of_another_customer_are_absent_and_another_managers_customer_is_theirs(
    shop: Any, manager: Any
) -> None:
    mine = await _home(shop, shop.company.customer.company_id)
    other = await shop.sql(
        "select e.uuid, o.uuid, g.uuid from fondaco.legal_entity e"
        " join fondaco.outlet o on o.company_id = e.company_id"
        " join fondaco.agreement g on g.legal_entity_id = e.id where e.company_id = :id",
        id=shop.stranger.customer.company_id,
    )
    foreign = dict(zip(("entities", "outlets", "agreements"), other[0], strict=True))
    forms: dict[str, dict[str, str]] = {
        "entities": {**ENTITY},
        "outlets": {"name": "Мой", "address": "Мой"},
        "agreements": await _agreement(shop, mine),
    }
    before = await shop.sql("select name, address from fondaco.outlet order by id")
    for kind, uuid in foreign.items():
        for one in (uuid, uuid4()):
            assert (await manager.get(f"{mine}/{kind}/{one}")).status_code == 404
            answer = await manager.send_form(f"{mine}/{kind}/{one}", forms[kind])
            assert answer.status_code == 404, kind
    assert await shop.sql("select name, address from fondaco.outlet order by id") == before
    for path in ("", "/accept", "/merge", "/name"):
        assert (await manager.get(f"{HOME}/{uuid4()}{path}")).status_code == 404

    await shop.sql(
        "update fondaco.agreement set manager_id = (select id from fondaco.user_account"
        " where email = :email) where id = :id",
        email=await shop.wholesaler.staff("manager"),
        id=shop.company.customer.agreement_id,
    )
    assert "Этого клиента ведёт" in (await manager.get(mine)).text
    for path in ("/name", "/accept", "/refuse", "/entities/new", "/merge"):
        assert (await manager.get(f"{mine}{path}")).status_code == 403, path
    for path in ("/act", "/name", "/refuse", "/outlets/new"):
        assert (await manager.send_form(f"{mine}{path}", {})).status_code == 403, path
    head = await shop.browser(await shop.wholesaler.staff("head_of_sales"))
    assert (await head.get(f"{mine}/name")).status_code == 200
    picker = await shop.browser(await shop.wholesaler.staff("picker"))
    assert (await picker.get(HOME)).status_code == 403
    buyer = await shop.browser(shop.company.email)
    assert (await buyer.get(HOME)).status_code == 403
    assert (await buyer.send_form(f"{mine}/act")).status_code == 403


async def test_found_by_name_tax_id_and_email_in_pages(hall: Hall, shop: Any, manager: Any) -> None:
    await shop.sql(
        "insert into fondaco.company (uuid, name)"
        " select gen_random_uuid(), 'Клиент ' || n from generate_series(1, 60) n"
    )
    tax_id = (await shop.sql("select tax_id from fondaco.legal_entity order by id limit 1"))[0][0]
    for wanted in ("ромаш", tax_id, shop.company.email[:9]):
        page = await manager.get(f"{HOME}?q={wanted}")
        assert "Ромашка" in page.text, wanted
        assert "Клиент 1" not in page.text
    assert "Клиентов не нашлось" in (await manager.get(f"{HOME}?q=nobody")).text
    first = await manager.get(f"{HOME}?show=active")
    assert 'rel="next" href="/staff/customers?show=active&amp;page=2"' in first.text
    second = await manager.get(f"{HOME}?show=active&page=2")
    assert "Ромашка" in second.text
    assert 'rel="next"' not in second.text


async def test_the_number_of_statements_does_not_depend_on_rows(
    hall: Hall, shop: Any, sql_budget: type[counting]
) -> None:
    ask = system_ask(hall)
    company = shop.company.customer.company_id
    home = (await _home(shop, company)).rpartition("/")[2]

    async def spent() -> tuple[int, int]:
        with sql_budget() as listing:
            await list_customers(ask, "", "", 1)
        with sql_budget() as card:
            found = await find_customer(ask, home)  # type: ignore[arg-type]
            await read_card(ask, found.id)
        return listing.number, card.number

    few = await spent()
    for statement in (
        "insert into fondaco.company (uuid, name) select gen_random_uuid(), 'К ' || n"
        " from generate_series(1, 40) n",
        "insert into fondaco.legal_entity (uuid, company_id, name) select gen_random_uuid(),"
        f" {company}, 'Ю ' || n from generate_series(1, 30) n",
        "insert into fondaco.agreement (uuid, legal_entity_id, seller_id) select gen_random_uuid(),"
        f" e.id, {shop.company.customer.seller_id} from fondaco.legal_entity e",
        "insert into fondaco.outlet (uuid, company_id, name) select gen_random_uuid(),"
        f" {company}, 'Т ' || n from generate_series(1, 50) n",
    ):
        await shop.sql(statement)
    assert await spent() == few == (2, 10)


async def test_an_agreement_keeps_a_manager_who_left_and_needs_rates(shop: Any) -> None:
    head = await shop.browser(await shop.wholesaler.staff("head_of_sales"))
    await shop.wholesaler.staff("manager")
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select id from fondaco.user_account where roles = '{manager}')"
    )
    await shop.sql("update fondaco.user_account set active = false where roles = '{manager}'")
    rows = await shop.sql(
        "select c.uuid, g.uuid, g.manager_id from fondaco.agreement g"
        " join fondaco.legal_entity e on e.id = g.legal_entity_id"
        " join fondaco.company c on c.id = e.company_id order by g.id limit 1"
    )
    company, agreement, manager = rows[0]
    path = f"/staff/customers/{company}/agreements/{agreement}"
    assert "Пётр Сотрудник (больше не менеджер)" in (await head.get(path)).text
    typed = {
        "number": "17",
        "currency": "RUB",
        "payment_days": "0",
        "list_1": str(shop.lists[0]),
        "manager": str(manager),
        "active": "1",
    }
    saved = await head.send_form(path, typed)
    assert saved.status_code == 303, saved.text
    assert await shop.sql(
        "select number, manager_id from fondaco.agreement where uuid = :uuid", uuid=agreement
    ) == [("17", manager)]
    # Nobody else gets this manager any more.
    fresh = await head.get(f"/staff/customers/{company}/agreements/new")
    assert "больше не менеджер" not in fresh.text

    dollars = await shop.wholesaler.price_list("Долларовая", currency="USD")
    for change in ({"list_1": str(dollars)}, {"currency": "CNY"}):
        refused = await head.send_form(path, {**typed, **change})
        assert refused.status_code == 422
        at_field = refused.text.partition('id="field-currency-error"')[2].partition("</p>")[0]
        assert "Нет курса" in at_field
        assert ("USD" if "list_1" in change else "CNY") in at_field
    await shop.sql("insert into fondaco.currency_rate values ('USD', '2020-01-01', 1, 80)")
    assert (await head.send_form(path, {**typed, "list_1": str(dollars)})).status_code == 303
