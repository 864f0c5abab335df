"""The ERP says where orders of the portal stand; through the front door."""

import re
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest_asyncio
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.service import Orders
from fondaco.testing.client import Client
from fondaco.testing.erp import Erp, connect
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.types.order import Order


class Orderer(WorkingShop):
    """A working shop whose orders are looked at."""

    async def state(self, order: Order) -> str:
        """Where an order stands."""
        ask = self.company.ask(self.hall)
        return (await Orders(ask).orders([order.id], ask.scope))[order.id].state

    async def reserved(self) -> Any:
        """How much is held of everything."""
        sums = text("select coalesce(sum(reserved), 0) from fondaco_api.stock_v1")
        return (await system_ask(self.hall).fetch(sums))[0][0]


@pytest_asyncio.fixture
async def orderer(hall: Hall, wholesaler: Wholesaler) -> Orderer:
    found = Orderer(hall, wholesaler)
    await found.open()
    return found


@pytest_asyncio.fixture
async def sender(orderer: Orderer, client: Client, wholesaler: Wholesaler) -> Erp:
    return await connect(client, wholesaler)


async def test_an_order_goes_through_its_states_by_uuid_and_by_number(
    orderer: Orderer, sender: Erp, client: Client
) -> None:
    order = await orderer.order(1)
    await sender.all_of("order_states", [{"order": str(order.uuid), "state": "confirmed"}])
    assert await orderer.state(order) == "confirmed"
    await sender.all_of(
        "order_states",
        [
            {"order": order.number, "state": "picking"},
            {"order": order.number, "state": "shipped", "reason": "Машина выехала"},
        ],
    )
    assert await orderer.state(order) == "shipped"
    await client.sign_in(orderer.company.email, PASSWORD)
    assert "Машина выехала" in (await client.get(f"/orders/{order.uuid}")).text


async def test_what_is_told_again_changes_nothing(orderer: Orderer, sender: Erp) -> None:
    order = await orderer.order(1)
    told = [{"order": order.number, "state": s} for s in ("confirmed", "picking", "shipped")]
    for _ in range(2):
        await sender.all_of("order_states", told)
    kinds = await system_ask(orderer.hall).fetch(
        text("select kind from fondaco.order_entry where kind like 'state.%' order by id")
    )
    assert [row.kind for row in kinds] == ["state.confirmed", "state.picking", "state.shipped"]


async def test_a_cancelled_order_lets_go_once(orderer: Orderer, sender: Erp) -> None:
    order = await orderer.order(1)
    assert await orderer.reserved() == 1
    for _ in range(2):
        await sender.all_of("order_states", [{"order": order.number, "state": "cancelled"}])
    assert await orderer.reserved() == 0


async def test_each_that_cannot_be_moved_is_named_and_the_others_go_in(
    orderer: Orderer, sender: Erp
) -> None:
    gone, good, one, other = [await orderer.order(1) for _ in range(4)]
    await sender.all_of("order_states", [{"order": gone.number, "state": "cancelled"}])
    async with orderer.hall.database.transaction() as connection:
        await connection.execute(
            text("update fondaco.customer_order set number = 'X-1' where id in (:one, :other)"),
            {"one": one.id, "other": other.id},
        )
    answer = await sender.send(
        "order_states",
        {"order": gone.number, "state": "shipped"},
        {"order": "НЕТ-1", "state": "shipped"},
        {"order": str(uuid4()), "state": "shipped"},
        {"order": good.number, "state": "paid"},
        {"order": "X-1", "state": "shipped"},
        {"order": str(one.uuid), "state": "shipped", "reason": "я" * 501},
        {"order": str(other.uuid), "state": "shipped"},
        {"order": good.number, "state": "shipped"},
        {"order": good.number, "state": "confirmed"},
    )
    assert answer.refused == [
        (0, "order.state"),
        (1, "erp.order_unknown"),
        (2, "erp.order_unknown"),
        (3, "inbound.shape"),
        (4, "erp.order_several"),
        (5, "erp.order_reason"),
        (8, "order.state"),
    ]
    assert answer.accepted == 2
    assert [await orderer.state(order) for order in (gone, good, one, other)] == [
        "cancelled",
        "shipped",
        "placed",
        "shipped",
    ]


async def test_an_order_that_waits_for_approval_cannot_be_moved_past_it(
    orderer: Orderer, sender: Erp
) -> None:
    order = await orderer.order(1)
    async with orderer.hall.database.transaction() as connection:
        await connection.execute(
            text("update fondaco.customer_order set state = 'awaiting_approval' where id = :id"),
            {"id": order.id},
        )
    answer = await sender.send("order_states", {"order": order.number, "state": "shipped"})
    assert answer.refused == [(0, "order.state")]


@pytest_asyncio.fixture
async def manager(orderer: Orderer, client: Client, wholesaler: Wholesaler) -> Client:
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)
    return client


async def _moves(manager: Client, order: Order, *states: str) -> None:
    """A manager moves an order by hand."""
    for seen, to in pairwise(states):
        form = {"seen": seen, "to": to, "said": "Так решили"}
        assert (await manager.send_form(f"/orders/{order.uuid}/move", form)).status_code == 303


async def test_what_people_have_done_already_is_no_reason_to_refuse_the_erps_word(
    orderer: Orderer, sender: Erp, manager: Client
) -> None:
    order = await orderer.order(1)
    await _moves(manager, order, "placed", "confirmed", "picking", "shipped")
    told = [{"order": order.number, "state": s} for s in ("confirmed", "shipped", "completed")]
    for _ in range(2):
        await sender.all_of("order_states", told)
    assert await orderer.state(order) == "completed"


async def test_a_payment_counts_that_the_erp_tells_of_after_people_confirmed_the_order(
    orderer: Orderer, sender: Erp, manager: Client
) -> None:
    order = await orderer.order(1)
    await _moves(manager, order, "placed", "confirmed", "awaiting_payment")
    told = [{"order": order.number, "state": "confirmed"}]
    await sender.all_of("order_states", told)
    assert await orderer.state(order) == "confirmed"


async def test_the_erps_word_does_not_undo_what_people_did_and_staff_see_that_it_was_refused(
    orderer: Orderer, sender: Erp, manager: Client, wholesaler: Wholesaler
) -> None:
    gone, shipped = [await orderer.order(1) for _ in range(2)]
    await _moves(manager, gone, "placed", "confirmed", "cancelled")
    await _moves(manager, shipped, "placed", "shipped")
    answer = await sender.send(
        "order_states",
        {"order": gone.number, "state": "confirmed"},
        {"order": gone.number, "state": "shipped"},
        {"order": shipped.number, "state": "picking"},
        {"order": shipped.number, "state": "cancelled"},
    )
    assert answer.refused == [(n, "order.state") for n in range(4)]
    assert await orderer.state(gone) == "cancelled"
    assert await orderer.state(shipped) == "shipped"
    assert await orderer.reserved() == 0
    await manager.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    calls = (await manager.get("/staff/imports/records")).text
    run = re.search(r'href="(/staff/imports/records/[^"]+)"', calls)
    assert run is not None
    assert (await manager.get(run[1])).text.count(gone.number) >= 2


async def test_orders_that_do_not_move_cost_one_statement(
    orderer: Orderer, sender: Erp, sql_budget: Counting
) -> None:
    orders = [await orderer.order(1) for _ in range(12)]
    told = [{"order": o.number, "state": "confirmed"} for o in orders]
    await sender.all_of("order_states", told)
    counts = []
    for some in (told[:1], told):
        with sql_budget() as count:
            await sender.all_of("order_states", some)
        counts.append(count.number)
    assert counts[0] == counts[1]
