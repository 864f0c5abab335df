"""From the tables to the page and the stored order: dates with their reasons."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from quay import Quay
from sqlalchemy import text

from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_sdk.testing.contracts import SupplyPlansCase, SupplyPlansContract
from fondaco_sdk.testing.factories import stock_row, want
from fondaco_sdk.types.supply import Want
from fondaco_sourcing.hooks import supply_plans

pytestmark = pytest.mark.plugins("sourcing")

_UUID = text("select uuid from fondaco.product where id = :id")
SqlBudget = Callable[..., AbstractContextManager[Any]]


class TestContract(SupplyPlansContract):
    @pytest_asyncio.fixture
    async def case(self, quay: Quay) -> SupplyPlansCase:
        """On the shelf, on its way, at a partner with terms and at one without."""
        partner = await quay.warehouse("Партнёр", "partner", lead_days=2)
        stranger = await quay.wholesaler.place("Чужой")
        await quay.run("update fondaco.place set kind = 'partner' where id = :id", id=stranger)
        soon, late = quay.today + timedelta(days=5), quay.today - timedelta(days=1)
        stock = [
            stock_row(1, product_id=1, place_id=quay.moscow),
            stock_row(2, product_id=1, place_id=quay.moscow, arrives_on=soon),
            stock_row(3, product_id=1, place_id=quay.moscow, arrives_on=late),
            stock_row(4, product_id=2, place_id=partner, reserved=Decimal(40)),
            stock_row(5, product_id=2, place_id=stranger),
            stock_row(6, product_id=3, place_id=10**6),
        ]
        wants = [want(1), want(2, product_id=1), want(3, product_id=2), want(4, product_id=3)]
        return SupplyPlansCase(supply_plans, quay.ask, wants, stock)


async def test_own_goods_then_the_lorry_then_the_partner(quay: Quay) -> None:
    await quay.has(quay.moscow, 40)
    tver = await quay.warehouse("Тверь", ships=False)
    await quay.has(tver, 30)
    await quay.transfer(tver, quay.moscow, road_days=4)
    partner = await quay.warehouse("Партнёр", "partner", lead_days=1, report_hours=48)
    await quay.has(partner, 500)
    supply = await quay.supply(120)
    assert [(part.place_name, part.quantity) for part in supply.parts] == [
        ("Москва", 40),
        ("Тверь", 30),
        ("Партнёр", 50),
    ]
    assert {part.plugin for part in supply.parts} == {"sourcing"}
    assert "рейс Тверь" in supply.parts[1].reason.ru
    assert "needs 1\u00a0working day" in supply.parts[2].reason.en
    assert {(r.plugin, r.reason.code) for r in supply.rejected} == {
        ("stock", "supply.known_better")
    }


async def test_a_lot_is_held_before_it_comes_and_promised_with_its_day(quay: Quay) -> None:
    await quay.has(quay.moscow, 40)
    due = quay.today + timedelta(days=6)
    await quay.expects(quay.moscow, 100, due)
    supply = await quay.supply(120)
    assert [part.quantity for part in supply.parts] == [40, 80]
    assert supply.promised is not None and supply.promised >= due
    order = await quay.order(120)
    rows = await quay.ask.fetch(
        text("select lot, reserved from fondaco.stock_row where reserved > 0 order by lot")
    )
    assert [(row.lot, row.reserved) for row in rows] == [("", 40), ("L1", 80)]
    assert (await quay.supply(120)).missing == 100
    assert order.lines[0].promised == supply.promised


async def test_an_overdue_lot_and_an_old_report_give_nothing_and_say_so(quay: Quay) -> None:
    await quay.has(quay.moscow, 40)
    await quay.expects(quay.moscow, 100, quay.today - timedelta(days=1))
    partner = await quay.warehouse("Партнёр", "partner", lead_days=1, report_hours=48)
    await quay.has(partner, 500)
    await quay.run(
        "update fondaco.place set reported_at = now() - interval '7 days' where id = :id",
        id=partner,
    )
    supply = await quay.supply(120)
    assert supply.missing == 80
    said = {rejected.reason.code for rejected in supply.rejected}
    assert {"sourcing.overdue", "sourcing.stale"} <= said


async def test_a_place_without_a_calendar_rests_at_weekends(quay: Quay) -> None:
    supply = await quay.supply(1)
    assert supply.promised is not None and supply.promised.weekday() < 5


async def test_a_partner_without_terms_promises_nothing(quay: Quay) -> None:
    stranger = await quay.wholesaler.place("Чужой")
    await quay.run("update fondaco.place set kind = 'partner' where id = :id", id=stranger)
    await quay.has(quay.moscow, 0)
    await quay.has(stranger, 10)
    supply = await quay.supply(5)
    assert supply.missing == 5
    assert "sourcing.no_terms" in {rejected.reason.code for rejected in supply.rejected}


async def test_transfers_in_a_circle_in_the_data_hang_nothing(quay: Quay) -> None:
    one = await quay.warehouse("Раз", ships=False)
    two = await quay.warehouse("Два", ships=False)
    await quay.transfer(one, two)
    await quay.run(
        "insert into plugin_sourcing.transfer"
        " (uuid, source_id, target_id, weekdays, cut_off, road_days, cost)"
        " values (gen_random_uuid(), :two, :one, '{0,1,2}', '12:00', 1, 0)",
        one=one,
        two=two,
    )
    await quay.has(quay.moscow, 0)
    await quay.has(one, 10)
    supply = await quay.supply(5)
    assert supply.missing == 5
    assert "sourcing.no_way_out" in {rejected.reason.code for rejected in supply.rejected}


async def test_when_the_plugin_fails_the_kernel_still_knows_own_stock(quay: Quay) -> None:
    await quay.has(quay.moscow, 40)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=6))
    await quay.warehouse("Сломанный")
    await quay.run("update fondaco.place set timezone = 'No/Where' where name = 'Сломанный'")
    await quay.run("update fondaco.place set kind = 'partner' where name = 'Сломанный'")
    service = quay.ask.service("supply")
    (supply,) = await service.supply([Want(1, quay.product, Decimal(120))])
    assert service.degraded == ("sourcing",)
    assert [(part.plugin, part.quantity) for part in supply.parts] == [("stock", 40)]


async def test_statements_do_not_depend_on_the_lines(quay: Quay, sql_budget: SqlBudget) -> None:
    products = await quay.wholesaler.products(
        500, price_list=quay.prices, place=quay.moscow, prefix="S"
    )
    wants = [Want(line, product, Decimal(1)) for line, product in enumerate(products)]
    counts = []
    for size in (1, 50, 500):
        ask = quay.ask
        with sql_budget() as count:
            await ask.supply.supply(wants[:size])
        counts.append(count.number)
    assert counts == [3, 3, 3]


async def test_the_buyer_reads_why_wherever_a_date_stands(quay: Quay, buyer: Client) -> None:
    await quay.has(quay.moscow, 40)
    tver = await quay.warehouse("Тверь", ships=False)
    await quay.has(tver, 100)
    await quay.transfer(tver, quay.moscow, road_days=4)
    (product,) = await quay.ask.fetch(_UUID, {"id": quay.product})
    assert "рейс Тверь — Москва" in words((await buyer.get(f"/products/{product.uuid}")).text)
    await quay.fill(120)
    (line,) = (await quay.cart()).cart.lines
    assert "рейс Тверь — Москва" in words((await buyer.get(f"/cart/lines/{line.uuid}/why")).text)
    assert "рейс Тверь — Москва" in words((await buyer.get("/checkout")).text)
    order = await quay.order()
    page = (await buyer.get(f"/orders/{order.uuid}")).text
    why = re.search(r"/orders/[^\"]+/why", page)
    assert why
    assert "рейс Тверь — Москва" in words((await buyer.get(why.group())).text)
