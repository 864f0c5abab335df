"""Customers from the ERP: known by its ids, and nothing is lost without a word."""

import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

from erp_sender import AGREEMENT, COMPANY, ENTITY, OUTLET, PERSON, SELLER, send_all

from fondaco.testing.client import Client
from fondaco.testing.erp import Erp
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_sdk.testing.contracts.asking import Counting

Owner = Callable[..., Awaitable[Any]]


def words(html: str) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


async def test_one_of_everything(erp: Erp, owner: Owner) -> None:
    for _ in range(2):
        await send_all(erp)
    assert await owner("select name, phone, state, external_id from fondaco.company") == [
        ("Ромашка", "+7 495 123-45-67", "active", "C1")
    ]
    assert await owner(
        "select name, country, tax_id, kpp, address, external_id from fondaco.legal_entity"
    ) == [("ООО «Ромашка»", "RU", "7721581040", "772101001", "Москва, ул. Новая, 2", "E1")]
    assert await owner("select account, from_erp from fondaco.bank_account") == [
        ("40702810138250123017", True)
    ]
    assert await owner("select name, external_id from fondaco.outlet") == [("Магазин", "O1")]
    assert await owner(
        "select g.number, g.currency, g.payment_days, g.active, s.external_id, p.external_id"
        " from fondaco.agreement g join fondaco.seller s on s.id = g.seller_id"
        " join fondaco.agreement_price_list l on l.agreement_id = g.id"
        " join fondaco.price_list p on p.id = l.price_list_id"
    ) == [("17/2026", "RUB", 14, True, "S1", "L1")]
    assert await owner("select email, roles, held, sent_at from fondaco.invitation") == [
        ("anna@romashka.test", ["company_admin", "buyer"], True, None)
    ]
    assert await owner("select count(*) from fondaco.pgqueuer") == [(0,)]


async def test_a_field_left_out_stays_and_null_clears_it(erp: Erp, owner: Owner) -> None:
    await send_all(erp)
    await owner("update fondaco.outlet set address = 'Тверь, с торца'")
    await owner(
        "insert into fondaco.bank_account (uuid, legal_entity_id, account, bic)"
        " select gen_random_uuid(), id, '40702810938000000001', '044525225'"
        " from fondaco.legal_entity"
    )
    await erp.all_of("companies", [{"external_id": "C1", "name": "Ромашка", "phone": None}])
    await erp.all_of("outlets", [{"external_id": "O1", "company": "C1", "name": "Магазин 2"}])
    await erp.all_of(
        "agreements",
        [{"external_id": "G1", "legal_entity": "E1", "seller": "S1", "signed_on": None}],
    )
    await erp.all_of("legal_entities", [ENTITY | {"accounts": []}])
    assert await owner("select name, phone from fondaco.company") == [("Ромашка", "")]
    assert await owner("select name, address from fondaco.outlet") == [
        ("Магазин 2", "Тверь, с торца")
    ]
    assert await owner("select number, signed_on, payment_days from fondaco.agreement") == [
        ("17/2026", None, 14)
    ]
    assert await owner("select count(*) from fondaco.agreement_price_list") == [(1,)]
    assert await owner("select account, from_erp from fondaco.bank_account") == [
        ("40702810938000000001", False)
    ]


async def test_what_cannot_be_taken_is_named_and_the_others_go_in(erp: Erp, owner: Owner) -> None:
    await send_all(erp)
    answer = await erp.send(
        "legal_entities",
        ENTITY | {"external_id": "E2", "tax_id": "7707083894"},
        ENTITY | {"external_id": "E3", "company": "C9"},
        ENTITY | {"external_id": "", "tax_id": ""},
        ENTITY | {"external_id": "E4", "name": "x" * 201},
        ENTITY | {"external_id": "E5"},
        {"external_id": "E6", "company": "C1", "name": "Без ИНН"},
        {"company": "C1"},
    )
    assert answer.accepted == 1
    assert answer.refused == [
        (0, "inn.check_digit"),
        (1, "erp.unknown"),
        (2, "erp.external_id"),
        (3, "erp.name"),
        (4, "erp.tax_id_taken"),
        (6, "inbound.shape"),
    ]
    assert "C9" in answer.reasons[1]
    answer = await erp.send(
        "agreements",
        AGREEMENT | {"external_id": "G2", "seller": "S9"},
        AGREEMENT | {"external_id": "G3", "price_lists": ["L1", "L9"]},
        AGREEMENT | {"external_id": "G4", "manager": "nobody@opt.test"},
        AGREEMENT | {"external_id": "G5", "currency": "руб"},
        AGREEMENT | {"external_id": "G6", "payment_days": -1},
        AGREEMENT | {"legal_entity": "E6"},
        AGREEMENT | {"external_id": "G7"},
    )
    assert answer.accepted == 1
    assert [code for _, code in answer.refused] == [
        "erp.unknown",
        "erp.unknown",
        "erp.manager_unknown",
        "erp.currency",
        "erp.payment_days",
        "erp.moved",
    ]
    answer = await erp.send(
        "people",
        PERSON | {"external_id": "P2", "email": "не почта"},
        PERSON | {"external_id": "P3", "email": "b@r.test", "roles": ["site_admin"]},
        PERSON | {"external_id": "P4", "email": "c@r.test", "outlets": ["O9"]},
        PERSON | {"external_id": "P5"},
    )
    assert [code for _, code in answer.refused] == [
        "person.email",
        "person.role",
        "erp.unknown",
        "erp.id_taken",
    ]
    assert await owner("select count(*) from fondaco.legal_entity") == [(2,)]
    assert (await erp.send("sellers", SELLER | {"tax_id": "1"})).refused == [(0, "inn.length")]


async def test_who_registered_on_the_portal_is_recognised_by_the_tax_id(
    erp: Erp, owner: Owner
) -> None:
    await _registered(owner, "Ромашка с портала", "7721581040", "772101001")
    await erp.all_of("companies", [COMPANY | {"tax_id": "7721581040", "kpp": "772101001"}])
    await erp.all_of("legal_entities", [ENTITY])
    assert await owner("select name, external_id, state from fondaco.company") == [
        ("Ромашка", "C1", "applied")
    ]
    assert await owner("select name, external_id from fondaco.legal_entity") == [
        ("ООО «Ромашка»", "E1")
    ]


async def test_who_cannot_be_told_apart_is_reported(erp: Erp, owner: Owner) -> None:
    await _registered(owner, "Одна", "7721581040", "772101001")
    await _registered(owner, "Другая", "7721581040", "770101001")
    known = COMPANY | {"tax_id": "7721581040"}
    answer = await erp.send("companies", known)
    assert answer.refused == [(0, "erp.several_companies")]
    assert "Одна" in answer.reasons[0]
    await erp.all_of("companies", [known | {"kpp": "770101001"}])
    answer = await erp.send("companies", known | {"external_id": "C2", "kpp": "770101001"})
    assert answer.refused == [(0, "erp.tax_id_other")]
    await erp.all_of("companies", [COMPANY | {"external_id": "C3"}])
    answer = await erp.send("legal_entities", ENTITY | {"company": "C3"})
    assert answer.refused == [(0, "erp.tax_id_taken")]
    assert "Одна" in answer.reasons[0]


async def test_a_merged_client_is_the_company_it_became(erp: Erp, owner: Owner) -> None:
    await erp.all_of("companies", [COMPANY, COMPANY | {"external_id": "C2", "name": "Филиал"}])
    await owner(
        "update fondaco.company set state = 'closed', merged_into ="
        " (select id from fondaco.company where external_id = 'C1') where external_id = 'C2'"
    )
    await erp.all_of("companies", [{"external_id": "C2", "name": "Иначе"}])
    await erp.all_of("outlets", [OUTLET | {"company": "C2"}])
    assert await owner(
        "select c.external_id from fondaco.outlet o join fondaco.company c on c.id = o.company_id"
    ) == [("C1",)]
    assert await owner("select name from fondaco.company order by external_id") == [
        ("Ромашка",),
        ("Филиал",),
    ]


async def test_a_manager_is_named_by_e_mail_or_id(
    erp: Erp, owner: Owner, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    await send_all(erp)
    await erp.all_of("agreements", [AGREEMENT | {"manager": email.upper()}])
    named = (
        "select u.email from fondaco.agreement g join fondaco.user_account u on u.id = manager_id"
    )
    assert await owner(named) == [(email,)]
    await erp.all_of("agreements", [AGREEMENT | {"manager": None}])
    assert await owner(named) == []
    assert (await erp.send("managers", {"external_id": "M", "email": "x@y.z"})).refused == [
        (0, "erp.unknown")
    ]
    await erp.all_of("managers", [{"external_id": "М-7", "email": email}] * 2)
    await erp.all_of("agreements", [AGREEMENT | {"manager": "М-7"}])
    assert await owner(named) == [(email,)]


async def test_people_who_are_here_keep_what_was_given_to_them(
    erp: Erp, owner: Owner, wholesaler: Wholesaler
) -> None:
    await send_all(erp)
    await owner(
        "insert into fondaco.user_account (uuid, company_id, email, name, roles)"
        " select gen_random_uuid(), id, 'here@romashka.test', 'Здесь', '{buyer}'"
        " from fondaco.company"
    )
    await owner(
        "insert into fondaco.invitation (uuid, company_id, email, name, roles)"
        " select gen_random_uuid(), id, 'asked@romashka.test', 'Звали', '{buyer}'"
        " from fondaco.company"
    )
    staff = await wholesaler.staff("manager")
    answer = await erp.send(
        "people",
        PERSON | {"external_id": "P2", "email": "Here@romashka.test", "name": "Иначе"},
        PERSON | {"external_id": "P3", "email": "asked@romashka.test", "name": "Иначе"},
        PERSON | {"external_id": "P4", "email": staff},
        PERSON | {"name": "Анна Первая", "outlets": ["O1"]},
    )
    assert (answer.accepted, answer.refused) == (3, [(2, "erp.person_elsewhere")])
    assert await owner(
        "select name, roles, external_id from fondaco.user_account where company_id is not null"
    ) == [("Здесь", ["buyer"], "P2")]
    assert await owner("select name, external_id, held from fondaco.invitation order by name") == [
        ("Анна Первая", "P1", True),
        ("Звали", "P3", False),
    ]
    assert await owner("select count(*) from fondaco.invitation_outlet") == [(1,)]


async def test_statements_do_not_depend_on_the_number_of_records(
    erp: Erp, owner: Owner, sql_budget: Counting
) -> None:
    await send_all(erp)
    for name, one in (
        ("companies", COMPANY | {"tax_id": "7721581040"}),
        ("legal_entities", ENTITY | {"tax_id": ""}),
        ("outlets", OUTLET),
        ("agreements", AGREEMENT),
        ("people", PERSON | {"outlets": ["O1"]}),
    ):
        counts = []
        await erp.all_of(name, [one])
        for many in (2, 300):
            records = [_another(one, f"{many}-{n}") for n in range(many)]
            with sql_budget() as count:
                await erp.all_of(name, [one, *records])
            counts.append(count.number)
        assert counts[0] == counts[1], name
        assert counts[0] <= 16, name


def _another(one: dict[str, Any], n: str) -> dict[str, Any]:
    changes: dict[str, Any] = {"external_id": n}
    if "email" in one:
        changes["email"] = f"{n}@romashka.test"
    if "phone" in one:
        changes["tax_id"] = ""
    return one | changes


async def _registered(owner: Owner, name: str, tax_id: str, kpp: str) -> None:
    """A company as it stands after its own application."""
    (company,) = await owner(
        "insert into fondaco.company (uuid, name, state)"
        " values (gen_random_uuid(), :name, 'applied') returning id",
        name=name,
    )
    await owner(
        "insert into fondaco.legal_entity (uuid, company_id, name, tax_id, kpp)"
        " values (gen_random_uuid(), :company, :name, :tax_id, :kpp)",
        company=company[0],
        name=name,
        tax_id=tax_id,
        kpp=kpp,
    )


async def test_every_change_of_the_erp_stands_on_the_customers_card(
    erp: Erp, owner: Owner, wholesaler: Wholesaler, client: Client
) -> None:
    await send_all(erp)
    await send_all(erp)  # again: nothing has changed, and nothing is said
    assert await owner("select action, count(*) from fondaco.audit_entry where action like 'erp.%'"
                       " group by 1 order by 1") == [
        ("erp.agreement.add", 1),
        ("erp.company.add", 1),
        ("erp.legal_entity.add", 1),
        ("erp.outlet.add", 1),
        ("erp.person.add", 1),
    ]  # fmt: skip
    await erp.all_of("outlets", [OUTLET | {"address": "Тверь, 4"}])
    manager = await wholesaler.staff("manager")
    await erp.all_of("agreements", [AGREEMENT | {"payment_days": 30, "manager": manager}])
    lines = await owner(
        "select a.action, a.subject, a.before, a.after, c.external_id from fondaco.audit_entry a"
        " join fondaco.company c on c.id = a.company_id where a.action like 'erp.%.change'"
        " order by a.id"
    )
    assert lines == [
        ("erp.outlet.change", "Магазин", {"address": "Тверь, 2"}, {"address": "Тверь, 4"}, "C1"),
        (
            "erp.agreement.change",
            "17/2026",
            {"payment_days": 14, "manager": ""},
            {"payment_days": 30, "manager": "Пётр Сотрудник"},
            "C1",
        ),
    ]
    company = (await owner("select uuid from fondaco.company"))[0][0]
    await client.sign_in(manager, PASSWORD)
    page = words((await client.get(f"/staff/customers/{company}")).text)
    assert "Учётная система Изменена точка Адрес: Тверь, 2 → Тверь, 4 Магазин" in page
    assert "Отсрочка, дней: 14 → 30" in page
    assert "Менеджер: — → Пётр Сотрудник" in page


async def test_lists_that_hang_on_a_record_are_told_was_and_is(
    erp: Erp, owner: Owner, wholesaler: Wholesaler, client: Client
) -> None:
    second = await wholesaler.price_list("Розничная")
    await owner("update fondaco.price_list set external_id = 'L2' where id = :id", id=second)
    await send_all(erp)
    [(first,)] = await owner("select name from fondaco.price_list where external_id = 'L1'")
    added = dict(
        await owner("select action, after from fondaco.audit_entry where action like 'erp.%.add'")
    )
    mine = "40702810138250123017, 044525225, Банк"
    assert added["erp.agreement.add"]["price_lists"] == [first]
    assert added["erp.legal_entity.add"]["accounts"] == [mine]
    assert "outlets" not in added["erp.person.add"]  # those of nobody in particular

    lists = AGREEMENT | {"price_lists": ["L2", "L1"]}
    accounts = ENTITY | {"accounts": []}
    outlets = PERSON | {"outlets": ["O1"], "name": "Анна Вторая"}
    for _ in range(2):
        await erp.all_of("agreements", [lists])
        await erp.all_of("legal_entities", [accounts])
        await erp.all_of("people", [outlets])
    await erp.all_of("agreements", [AGREEMENT | {"price_lists": None}])
    assert await owner(
        "select a.action, a.before, a.after, c.external_id from fondaco.audit_entry a"
        " join fondaco.company c on c.id = a.company_id where a.action like 'erp.%.change'"
        " order by a.id"
    ) == [
        (
            "erp.agreement.change",
            {"price_lists": [first]},
            {"price_lists": ["Розничная", first]},
            "C1",
        ),
        ("erp.legal_entity.change", {"accounts": [mine]}, {"accounts": []}, "C1"),
        (
            "erp.person.change",
            {"name": "Анна", "outlets": []},
            {"name": "Анна Вторая", "outlets": ["Магазин"]},
            "C1",
        ),
        (
            "erp.agreement.change",
            {"price_lists": ["Розничная", first]},
            {"price_lists": []},
            "C1",
        ),
    ]
    company = (await owner("select uuid from fondaco.company"))[0][0]
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)
    page = words((await client.get(f"/staff/customers/{company}")).text)
    assert f"Прайс-листы: {first} → Розничная, {first}" in page
    assert f"Банковские счета: {mine} → —" in page
    assert "Точки: — → Магазин" in page
    assert "Роли: администратор компании, закупщик" in page


async def test_who_is_recognised_keeps_what_it_was_called_in_the_line(
    erp: Erp, owner: Owner
) -> None:
    await _registered(owner, "Ромашка (сайт)", "7721581040", "772101001")
    await erp.all_of("companies", [COMPANY | {"tax_id": "7721581040"}])
    assert await owner(
        "select action, before, after from fondaco.audit_entry where action like 'erp.%'"
    ) == [
        (
            "erp.company.change",
            {"name": "Ромашка (сайт)", "phone": "", "external_id": ""},
            {"name": "Ромашка", "phone": COMPANY["phone"], "external_id": "C1"},
        )
    ]
