"""The first day: a customer of the ERP signs in, sees earlier orders, and orders them again."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest_asyncio
from erp_sender import ENTITY, ORDER, send_all

from fondaco.identity.passwords import hash_password
from fondaco.testing.client import Client
from fondaco.testing.erp import Erp
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

Owner = Callable[..., Awaitable[Any]]


@pytest_asyncio.fixture
async def anna(erp: Erp, client: Client, owner: Owner) -> Client:
    """The buyer whom the ERP named, after her invitation."""
    await send_all(erp)
    await owner(
        "insert into fondaco.user_account (uuid, company_id, email, name, password_hash, roles)"
        " select gen_random_uuid(), id, 'anna@romashka.test', 'Анна', :hash, '{buyer}'"
        " from fondaco.company",
        hash=hash_password(PASSWORD),
    )
    await client.sign_in("anna@romashka.test", PASSWORD)
    return client


async def _address(owner: Owner, external_id: str = "Z1") -> str:
    rows = await owner(
        "select uuid from fondaco.earlier_order where external_id = :id", id=external_id
    )
    return f"/orders/earlier/{rows[0][0]}"


async def test_earlier_orders_stand_in_the_list_and_open(anna: Client, owner: Owner) -> None:
    address = await _address(owner)
    listed = (await anna.get("/orders")).text
    assert "УТ-000117" in listed
    assert "из учётной системы" in listed
    assert address in listed
    assert address in (await anna.get("/")).text
    assert "УТ-000117" in (await anna.get("/orders?number=000117")).text
    page = (await anna.get(address)).text
    assert "Старый насос" in page
    assert "нет в каталоге" in page
    assert len(re.findall('href="/products/[0-9a-f-]+"', page)) == 1
    assert "1 мар." in page.replace("\xa0", " ")
    assert "не рассчитывал" in (await anna.get(f"{address}/why")).text
    export = await anna.get(f"{address}/export.xlsx")
    assert export.content.startswith(b"PK")


async def test_an_earlier_order_is_ordered_again(anna: Client, owner: Owner) -> None:
    address = await _address(owner)
    answer = await anna.send_form(f"{address}/repeat")
    assert answer.status_code == 303
    assert await owner("select quantity, source from fondaco.cart_line") == [(10, "repeat")]
    cart = (await anna.get("/cart")).text
    assert "СТАРЫЙ-9" in cart


async def test_goods_that_come_later_are_found_by_id_or_article(
    anna: Client, owner: Owner, wholesaler: Wholesaler
) -> None:
    await wholesaler.products(1, prefix="Б")
    await owner("update fondaco.product set external_id = 'нет' where sku = 'Б-1'")
    page = (await anna.get(await _address(owner))).text
    assert "нет в каталоге" not in page
    await owner("update fondaco.product set external_id = 'другой' where sku = 'Б-1'")
    await owner(
        "update fondaco.product_code set key = (select sku_key from fondaco.earlier_order_line"
        " where position = 2) where value = 'Б-1'"
    )
    assert "нет в каталоге" not in (await anna.get(await _address(owner))).text


async def test_nothing_is_held_counted_or_told_for_an_earlier_order(erp: Erp, owner: Owner) -> None:
    await send_all(erp)
    for table in ("customer_order", "reservation", "outbox", "delivery", "document"):
        assert await owner(f"select count(*) from fondaco.{table}") == [(0,)], table
    assert await owner("select count(*) from fondaco_api.order_v1") == [(0,)]


async def test_a_strangers_order_is_absent(erp: Erp, anna: Client, owner: Owner) -> None:
    await erp.all_of("companies", [{"external_id": "C2", "name": "Чужая"}])
    other = ENTITY | {"external_id": "E2", "company": "C2", "tax_id": None, "kpp": None}
    await erp.all_of("legal_entities", [other])
    await erp.all_of("orders", [ORDER | {"external_id": "Z2", "legal_entity": "E2"}])
    address = await _address(owner, "Z2")
    for path in (address, f"{address}/why", f"{address}/export.xlsx"):
        assert (await anna.get(path)).status_code == 404, path
    assert (await anna.send_form(f"{address}/repeat")).status_code == 404
    assert address not in (await anna.get("/orders")).text


async def test_the_list_is_paged_by_the_day_across_both_kinds(
    erp: Erp, anna: Client, owner: Owner
) -> None:
    orders = [
        ORDER | {"external_id": f"Y{n}", "number": f"Y-{n:03}", "placed_at": f"2025-{m:02}-{d:02}"}
        for n, (m, d) in enumerate((m, d) for m in (1, 2, 3) for d in range(1, 25))
    ]
    await erp.all_of("orders", orders)
    seen: list[str] = []
    path = "/orders"
    while path:
        page = (await anna.get(path)).text
        seen += [part.partition("<")[0] for part in page.split('">')[1:] if part.startswith("Y-")]
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == sorted((one["number"] for one in orders), reverse=True)
    assert (await anna.get("/orders?cursor=zzzz")).status_code == 422


async def test_what_cannot_be_an_order_is_named(erp: Erp, owner: Owner) -> None:
    await send_all(erp)
    answer = await erp.send(
        "orders",
        ORDER | {"external_id": "Z2", "legal_entity": "E9"},
        ORDER | {"external_id": "Z3", "placed_at": "вчера"},
        ORDER | {"external_id": "Z4", "total": "NaN"},
        ORDER | {"external_id": "Z5", "currency": "руб"},
        ORDER | {"external_id": "Z6", "state": "летит"},
        ORDER | {"external_id": "Z7", "lines": []},
    )
    assert answer.accepted == 1
    assert [code for _, code in answer.refused] == [
        "erp.unknown",
        "erp.date",
        "erp.figures",
        "erp.currency",
        "inbound.shape",
    ]
    assert (
        await owner("select placed_at::text from fondaco.earlier_order where number <> ''")
        == [("2026-03-01 07:30:00+00",)] * 2
    )


async def test_staff_invite_the_first_person_whom_the_erp_named(
    erp: Erp, client: Client, owner: Owner, wholesaler: Wholesaler
) -> None:
    await send_all(erp)
    await client.sign_in(await wholesaler.staff("head_of_sales"), PASSWORD)
    assert "из учётной системы" in (await client.get("/staff/customers")).text
    (row,) = await owner("select uuid from fondaco.company")
    card = f"/staff/customers/{row[0]}"
    page = (await client.get(card)).text
    assert "anna@romashka.test" in page
    assert "УТ-000117" in page
    assert "C1" in page
    assert "Известен из учётной системы" in (await client.get(f"{card}/people")).text
    (contact,) = await owner("select uuid from fondaco.invitation")
    sent = await client.send_form(f"{card}/people/invitations/{contact[0]}/send")
    assert sent.status_code == 303
    assert await owner("select held from fondaco.invitation") == [(False,)]
    assert await owner("select count(*) from fondaco.pgqueuer") == [(1,)]
    wrong = await client.send_form(f"{card}/people/invite", {"email": "x", "name": ""})
    assert wrong.status_code == 422
    right = {"email": "boss@romashka.test", "name": "Босс", "roles": "company_admin"}
    assert (await client.send_form(f"{card}/people/invite", right)).status_code == 303
    await owner("update fondaco.company set state = 'closed'")
    refused = await client.send_form(f"{card}/people/invite", right | {"email": "b@r.test"})
    assert refused.status_code == 409


async def test_the_desk_shows_every_call_and_why_records_were_refused(
    erp: Erp, client: Client, wholesaler: Wholesaler
) -> None:
    desk = "/staff/imports/records"
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    assert "ещё ничего не передавала" in (await client.get(desk)).text
    await send_all(erp)
    many = [ORDER | {"external_id": f"X{n}", "legal_entity": "E9"} for n in range(150)]
    assert len((await erp.send("orders", *many)).refused) == 150
    page = (await client.get(desk)).text
    assert "Прежние заказы" in page
    assert "erp.legal_entities" in page
    call = desk + page.partition(f'href="{desk}')[2].partition('"')[0]
    refused = (await client.get(call)).text
    assert "E9" in refused
    assert "УТ-000117" in refused
    more = refused.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "E9" in (await client.get(more)).text
    assert desk in (await client.get("/staff/imports")).text
