"""An outlet that is served by certain places: from the pages and the ERP to the promised day."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import time
from decimal import Decimal
from html import unescape
from typing import Any

import msgspec
import pytest
from quay import EVERY_DAY, Quay
from sqlalchemy import text

from fondaco.exchange.inbound import receive
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_sdk.types.ids import OutletId
from fondaco_sdk.types.supply import LineSupply, Want
from fondaco_sourcing.calendar import weekdays

pytestmark = pytest.mark.plugins("sourcing")

SqlBudget = Callable[..., AbstractContextManager[Any]]
OUTLETS = "/staff/sourcing/outlets"
BRANCHES = text(
    "select o.name, p.name from plugin_sourcing.branch b"
    " join fondaco.outlet o on o.id = b.outlet_id join fondaco.place p on p.id = b.place_id"
    " order by 1, 2"
)


async def _kazan(quay: Quay) -> None:
    """A branch with nothing; a lorry brings it what Moscow has in three days."""
    await quay.warehouse("Москва", uuid=(await quay.places())["Москва"].uuid)
    kazan = await quay.warehouse("Казань", week=weekdays(time(23, 59), EVERY_DAY))
    await quay.transfer(quay.moscow, kazan, road_days=3)
    await quay.run("update fondaco.place set external_id = lower(name)")
    await quay.run("update fondaco.outlet set external_id = 'shop'")


async def _outlet(quay: Quay) -> OutletId:
    rows = await quay.ask.fetch(
        text("select id from fondaco.outlet where uuid = :uuid"), {"uuid": quay.company.outlet}
    )
    return OutletId(rows[0].id)


async def _supply(quay: Quay, outlet: OutletId | None) -> LineSupply:
    return (await quay.ask.supply.supply([Want(1, quay.product, Decimal(5), outlet)]))[0]


async def _branches(quay: Quay) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in await quay.ask.fetch(BRANCHES)]


async def test_the_erp_says_who_serves_an_outlet_and_its_goods_go_there_first(quay: Quay) -> None:
    await _kazan(quay)
    outlet = await _outlet(quay)
    at_once = (await _supply(quay, outlet)).promised
    report = await receive(
        quay.hall, "sourcing.outlets", [{"outlet": "shop", "places": ["казань"]}]
    )
    assert report.accepted == 1
    assert await _branches(quay) == [("Магазин", "Казань")]
    served = await _supply(quay, outlet)
    assert at_once and served.promised and (served.promised - at_once).days == 3
    assert "едет через филиал Казань" in served.parts[0].reason.ru
    assert "comes through the branch Казань" in served.parts[0].reason.en
    assert (await _supply(quay, None)).promised == at_once

    assert (await receive(quay.hall, "sourcing.outlets", [{"outlet": "shop"}])).accepted == 1
    assert (await _supply(quay, outlet)).promised == at_once


async def test_who_works_for_an_outlet_wants_goods_for_it(quay: Quay) -> None:
    await _kazan(quay)
    outlet = await _outlet(quay)
    await receive(quay.hall, "sourcing.outlets", [{"outlet": "shop", "places": ["казань"]}])
    ask = quay.ask
    at_once = (await _supply(quay, None)).promised
    assert ask.customer is not None
    ask.customer = msgspec.structs.replace(ask.customer, outlet_id=outlet)
    (found,) = await ask.supply.supply([Want(1, quay.product, Decimal(5))])
    assert at_once and found.promised and found.promised > at_once


async def test_two_outlets_of_one_order_have_their_own_days(quay: Quay) -> None:
    await _kazan(quay)
    outlet = await _outlet(quay)
    await receive(quay.hall, "sourcing.outlets", [{"outlet": "shop", "places": ["казань"]}])
    wants = [
        Want(1, quay.product, Decimal(5), outlet),
        Want(2, quay.product, Decimal(5), OutletId(10**6)),
    ]
    served, anywhere = await quay.ask.supply.supply(wants)
    assert served.promised and anywhere.promised
    assert (served.promised - anywhere.promised).days == 3


async def test_an_unknown_branch_refuses_its_record_whole(quay: Quay) -> None:
    await _kazan(quay)
    records: list[dict[str, Any]] = [
        {"outlet": "shop", "places": ["казань", "атлантида"]},
        {"outlet": "nobody", "places": ["казань"]},
    ]
    report = await receive(quay.hall, "sourcing.outlets", records)
    assert report.accepted == 0
    assert [one.reason.code for one in report.unmatched] == [
        "sourcing.unknown_branch",
        "sourcing.unknown_outlet",
    ]
    assert await _branches(quay) == []


async def test_staff_choose_the_branches_and_take_it_back(quay: Quay, staff: Client) -> None:
    await _kazan(quay)
    assert "Ни у одной точки нет своих филиалов" in words((await staff.get(OUTLETS)).text)
    found = (await staff.get(OUTLETS, params={"q": "ромаш"})).text
    assert "все склады" in words(found)
    one = re.search(rf"{OUTLETS}/[0-9a-f-]{{36}}", found)
    assert one
    kazan = str((await quay.places())["Казань"].uuid)
    assert kazan in (await staff.get(one.group())).text
    saved = await staff.send_form(one.group(), {"places": kazan})
    page = (await staff.get(saved.headers["location"])).text
    assert "Казань" in words(page)
    assert await _branches(quay) == [("Магазин", "Казань")]
    undo = re.search(rf'action="({OUTLETS}/[^"]+/restore[^"]*)"', page)
    assert undo
    await staff.send_form(unescape(undo[1]), {})
    assert await _branches(quay) == []
    nobody = f"{OUTLETS}/0197c000-0000-7000-8000-00000000ffff"
    assert (await staff.get(nobody)).status_code == 404


async def test_statements_do_not_depend_on_the_outlets(quay: Quay, sql_budget: SqlBudget) -> None:
    await _kazan(quay)
    await quay.run(
        "insert into fondaco.outlet (uuid, company_id, name)"
        " select gen_random_uuid(), (select company_id from fondaco.outlet limit 1), 'т' || n"
        " from generate_series(1, 50) n"
    )
    await quay.run(
        "insert into plugin_sourcing.branch (outlet_id, place_id)"
        " select o.id, p.id from fondaco.outlet o, fondaco.place p where p.name = 'Казань'"
    )
    rows = await quay.ask.fetch(text("select id from fondaco.outlet"))
    wants = [Want(n, quay.product, Decimal(1), OutletId(row.id)) for n, row in enumerate(rows)]
    counts = []
    for size in (1, 51):
        ask = quay.ask
        with sql_budget() as count:
            await ask.supply.supply(wants[:size])
        counts.append(count.number)
    assert counts == [3, 3]
