"""Outlets typed on the portal and the ERP's: recognised, or joined by a person; never guessed."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from erp_sender import COMPANY

from fondaco.customers.same_outlet import TypedOutlet, same_outlet
from fondaco.testing.client import Client
from fondaco.testing.erp import Erp
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

Owner = Callable[..., Awaitable[Any]]
SHOP = {"external_id": "O1", "company": "C1", "name": "Склад", "address": "Тверь, ул. Новая, 2"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ([("Магазин", "тверь ул новая 2")], 0),
        ([("Магазин", "Тверь, ул. Новая, 2а")], None),
        ([("склад", "")], 0),
        ([("Склад", "Тверь, ул. Новая, 20")], None),
        ([("Склад.", "Тверь, ул. Новая, 2"), ("Склад", "")], 0),
        ([("А", "Тверь, ул. Новая, 2"), ("Б", "Тверь, ул. Новая, 2")], None),
        ([("А", "Тверь, ул. Новая, 2"), ("Склад", "Тверь, ул. Новая, 2")], 1),
        ([("Склад", ""), ("СКЛАД", "")], None),
    ],
)
def test_only_what_is_the_same_to_the_letter_is_recognised(
    typed: list[tuple[str, str]], meant: int | None
) -> None:
    outlets = [TypedOutlet(n, 1, name, address) for n, (name, address) in enumerate(typed)]
    found = same_outlet(SHOP["name"], SHOP["address"], outlets)
    assert (None if found is None else found.id) == meant


async def _type(owner: Owner, name: str, address: str, company: str = "C1") -> None:
    await owner(
        "insert into fondaco.outlet (uuid, company_id, name, address)"
        " select gen_random_uuid(), id, :name, :address from fondaco.company"
        " where external_id = :company",
        name=name,
        address=address,
        company=company,
    )


async def test_a_typed_outlet_gets_the_erps_id_and_another_companys_does_not(
    erp: Erp, owner: Owner
) -> None:
    await erp.all_of("companies", [COMPANY, COMPANY | {"external_id": "C2", "name": "Василёк"}])
    await _type(owner, "Магазин", "ТВЕРЬ ул. Новая 2", "C2")
    await _type(owner, "Магазин", "ТВЕРЬ ул. Новая 2")
    before = await owner("select id, uuid from fondaco.outlet order by id")
    twin = SHOP | {"external_id": "O2"}
    for _ in range(2):
        await erp.all_of("outlets", [SHOP, twin])
    assert await owner("select name, external_id from fondaco.outlet order by id") == [
        ("Магазин", None),
        ("Склад", "O1"),
        ("Склад", "O2"),  # one typed outlet is one outlet of the ERP
    ]
    assert (await owner("select id, uuid from fondaco.outlet order by id"))[:2] == before
    assert await owner(
        "select before, after from fondaco.audit_entry where action = 'erp.outlet.change'"
    ) == [
        (
            {"name": "Магазин", "address": "ТВЕРЬ ул. Новая 2", "external_id": ""},
            {"name": "Склад", "address": "Тверь, ул. Новая, 2", "external_id": "O1"},
        )
    ]


async def test_what_is_not_recognised_is_joined_by_the_manager(
    erp: Erp, owner: Owner, wholesaler: Wholesaler, client: Client
) -> None:
    await erp.all_of("companies", [COMPANY, COMPANY | {"external_id": "C2", "name": "Василёк"}])
    await _type(owner, "Наш магазин", "Тверь, Новая, дом 2")
    await erp.all_of("outlets", [SHOP, SHOP | {"external_id": "O9", "company": "C2"}])
    companies = dict(await owner("select external_id, uuid from fondaco.company"))
    typed, known, other = (
        str(row[0])
        for row in await owner("select uuid from fondaco.outlet order by external_id nulls first")
    )
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)
    card = f"/staff/customers/{companies['C1']}"
    page = (await client.get(card)).text
    assert "нет в учётной системе" in page
    assert f'action="{card}/outlets/match"' in page

    async def join(**form: str) -> Any:
        return await client.send_form(f"{card}/outlets/match", form)

    for wrong in (
        {"typed": typed, "known": other},
        {"typed": known, "known": typed},
        {"typed": typed, "known": str(uuid4())},
        {"typed": typed},
        {"typed": "x", "known": "y"},
    ):
        assert (await join(**wrong)).status_code == 404, wrong
    await owner(
        "insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)"
        " select gen_random_uuid(), company_id, id, 100 from fondaco.outlet"
        " where external_id = 'O1'"
    )
    refused = await join(typed=typed, known=known)
    assert "сопоставить её нельзя" in (await client.get(refused.headers["location"])).text
    assert await owner("select count(*) from fondaco.outlet") == [(3,)]

    await owner("delete from fondaco.spending_limit")
    joined = await join(typed=typed, known=known)
    page = (await client.get(joined.headers["location"])).text
    assert "Точки соединены" in page
    assert "нет в учётной системе" not in page
    assert await owner("select uuid::text, name, external_id from fondaco.outlet"
                       " where external_id = 'O1'") == [(typed, "Склад", "O1")]  # fmt: skip
    await erp.all_of("outlets", [SHOP | {"name": "Склад 2"}])
    assert await owner("select name from fondaco.outlet where uuid = cast(:uuid as uuid)",
                       uuid=typed) == [("Склад 2",)]  # fmt: skip


async def test_what_was_joined_is_parted_again_as_both_were(
    erp: Erp, owner: Owner, wholesaler: Wholesaler, client: Client
) -> None:
    await erp.all_of("companies", [COMPANY])
    await _type(owner, "Наш магазин", "Тверь, Новая, дом 2")
    await erp.all_of("outlets", [SHOP])
    outlets = "select uuid::text, name, address, external_id from fondaco.outlet order by name"
    before = await owner(outlets)
    [(typed, *_), (known, *_)] = before
    card = f"/staff/customers/{(await owner('select uuid from fondaco.company'))[0][0]}"
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)

    async def part(outlet: str) -> Any:
        return await client.send_form(f"{card}/outlets/{outlet}/part", {})

    async def told(answer: Any) -> str:
        return (await client.get(answer.headers["location"])).text

    assert "разъединять нечего" in await told(await part(typed))
    assert (await part(str(uuid4()))).status_code == 404
    assert await owner(outlets) == before

    page = await told(
        await client.send_form(f"{card}/outlets/match", {"typed": typed, "known": known})
    )
    assert f'action="{card}/outlets/{typed}/part"' in page
    assert "Точки снова разные" in await told(await part(typed))
    assert await owner(outlets) == before
    assert "разъединять нечего" in await told(await part(typed))
    assert await owner(
        "select action from fondaco.audit_entry where action like 'customer.outlet%' order by id"
    ) == [("customer.outlet.match",), ("customer.outlet.part",)]
    await erp.all_of("outlets", [SHOP | {"name": "Склад 2"}])
    assert [row[1] for row in await owner(outlets)] == ["Наш магазин", "Склад 2"]


@pytest.mark.parametrize(
    "since",
    [
        "update fondaco.outlet set address = 'Клин'",
        "insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)"
        " select gen_random_uuid(), company_id, id, 100 from fondaco.outlet",
        "insert into fondaco.invitation_outlet (invitation_id, outlet_id)"
        " select i.id, o.id from fondaco.invitation i, fondaco.outlet o",
    ],
)
async def test_a_joined_outlet_that_was_used_since_stays_joined(
    erp: Erp, owner: Owner, wholesaler: Wholesaler, client: Client, since: str
) -> None:
    await erp.all_of("companies", [COMPANY])
    await _type(owner, "Наш магазин", "Тверь, Новая, дом 2")
    await erp.all_of("outlets", [SHOP])
    await owner(
        "insert into fondaco.invitation (uuid, company_id, email, name)"
        " select gen_random_uuid(), id, 'b@x.example', 'Б' from fondaco.company"
    )
    [(typed,), (known,)] = await owner("select uuid from fondaco.outlet order by name")
    card = f"/staff/customers/{(await owner('select uuid from fondaco.company'))[0][0]}"
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)
    await client.send_form(f"{card}/outlets/match", {"typed": str(typed), "known": str(known)})
    await owner(since)
    refused = await client.send_form(f"{card}/outlets/{typed}/part", {})
    card_then = (await client.get(refused.headers["location"])).text
    notice = card_then.partition("разъединить её уже нельзя")[0].rpartition('class="notice')[2]
    assert "tone-warning" in notice
    assert "разъединить её уже нельзя" not in (await client.get(refused.headers["location"])).text
    assert await owner("select uuid, external_id from fondaco.outlet") == [(typed, "O1")]
