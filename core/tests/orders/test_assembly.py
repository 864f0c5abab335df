"""Orders that are paid afterwards go to assembly before the cut-off, or at once, or never."""

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))

from test_change_requests import form_of, wish

from fondaco.cli.worker import SWEEPS
from fondaco.hooks.context import system_ask
from fondaco.orders.payments.assembly import assemble_on_credit
from fondaco.orders.payments.service import Receipt, book
from fondaco.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    way = getattr(request, "param", "before_cut_off")
    plain = Settings(data_dir=str(tmp_path / "data"), secret="test-secret")
    return replace(plain, orders=replace(plain.orders, assembly_on_credit=way))


async def deferred(shop: Any, buyer: Any, *quantities: int) -> str:
    """An order whose agreement lets it be paid after the shipment."""
    await shop.sql("update fondaco.agreement set payment_days = 14")
    order = await shop.order(buyer, *quantities)
    assert await shop.sql("select bool_or(before) from fondaco.payment") == [(False,)]
    return str(order)


async def cut_off_in(shop: Any, minutes: int, *, placed_hours_ago: int = 5) -> None:
    """The order was placed some hours ago, and the next cut-off is so far away (UTC)."""
    await shop.sql(
        "update fondaco.customer_order"
        " set placed_at = clock_timestamp() - make_interval(hours => :ago)",
        ago=placed_hours_ago,
    )
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    await shop.sql(
        "update fondaco.place set timezone = 'UTC', cut_off = cast(:at as time)",
        at=at.time().replace(microsecond=0),
    )


async def state(shop: Any) -> str:
    await assemble_on_credit(shop.hall)
    return str((await shop.sql("select state from fondaco.customer_order"))[0][0])


async def test_it_goes_an_hour_before_the_cut_off_and_not_earlier(shop: Any, buyer: Any) -> None:
    order = await deferred(shop, buyer, 4)
    await cut_off_in(shop, 90)
    assert await state(shop) == "placed"
    await cut_off_in(shop, 50)
    assert await state(shop) == "picking"
    assert await state(shop) == "picking"
    page = buyer.words((await buyer.get(order)).text)
    assert "Оплата после отгрузки согласована" in page
    told = "select count(*) from fondaco.outbox where type = 'order.state_changed.v1'"
    assert await shop.sql(told) == [(2,)]


async def test_a_cut_off_that_was_slept_through_counts(shop: Any, buyer: Any) -> None:
    await deferred(shop, buyer, 4)
    await cut_off_in(shop, -30)
    assert await state(shop) == "picking"


async def test_what_is_wanted_later_waits_for_its_day(shop: Any, buyer: Any) -> None:
    await deferred(shop, buyer, 4)
    await shop.sql("update fondaco.shipment set wanted_on = current_date + 5")
    await cut_off_in(shop, 30)
    assert await state(shop) == "placed"


@pytest.mark.parametrize("settings", ["by_hand"], indirect=True)
async def test_by_hand_it_stays(shop: Any, buyer: Any) -> None:
    await deferred(shop, buyer, 4)
    await cut_off_in(shop, 5)
    assert await state(shop) == "placed"


@pytest.mark.parametrize("settings", ["at_once"], indirect=True)
@pytest.mark.parametrize(
    "against",
    [
        "",
        "update fondaco.payment set before = true",
        "update fondaco.payment set received = amount",
        "update fondaco.stock_row set arrives_on = current_date + 3, lot = 'L'",
        "update fondaco.reservation set state = 'released'",
        "update fondaco.customer_order set state = 'awaiting_approval'",
        "insert into fondaco.change_request (uuid, order_id)"
        " select gen_random_uuid(), id from fondaco.customer_order",
    ],
)
async def test_at_once_but_only_what_may_leave(shop: Any, buyer: Any, against: str) -> None:
    await deferred(shop, buyer, 4, 2)
    if against:
        await shop.sql(against)
    assert (await state(shop) == "picking") is not bool(against)


@pytest.mark.parametrize("settings", ["at_once"], indirect=True)
async def test_a_paid_order_whose_buyer_asks_for_a_change_waits_for_the_answer(
    shop: Any, buyer: Any
) -> None:
    await shop.order(buyer, 4)
    await shop.sql(
        "insert into fondaco.change_request (uuid, order_id)"
        " select gen_random_uuid(), id from fondaco.customer_order"
    )
    [(order_id,)] = await shop.sql("select id from fondaco.customer_order")
    async with system_ask(shop.hall).act() as act:
        assert await book(act, order_id, Receipt(Decimal(400), "RUB", "bank", "1"))
    assert await state(shop) == "placed"


async def test_once_the_request_is_taken_back_a_paid_order_is_picked(shop: Any, buyer: Any) -> None:
    order = await shop.order(buyer, 4)
    form = await form_of(buyer, f"{order}/change")
    assert (await buyer.send_form(f"{order}/change", wish(form, 3))).status_code == 303
    [(order_id,)] = await shop.sql("select id from fondaco.customer_order")
    async with system_ask(shop.hall).act() as act:
        assert await book(act, order_id, Receipt(Decimal(400), "RUB", "bank", "1"))
    assert await state(shop) == "placed"
    for _ in range(2):
        await buyer.send_form(f"{order}/change/withdraw", {})
    assert await state(shop) == "picking"


async def test_an_unpaid_one_is_not(shop: Any, buyer: Any) -> None:
    order = await shop.order(buyer, 4)
    form = await form_of(buyer, f"{order}/change")
    await buyer.send_form(f"{order}/change", wish(form, 3))
    await buyer.send_form(f"{order}/change/withdraw", {})
    assert await state(shop) == "placed"


def test_the_worker_does_it() -> None:
    assert assemble_on_credit in [sweep.function for sweep in SWEEPS]
