"""Orders of the portal in the journal: each counted once, each cancelled one taken back once."""

from datetime import timedelta

import msgspec
import pytest
from loyalty_shop import Shop, facts_of
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.settings import Settings
from fondaco.testing.plugin import TestClock
from fondaco_loyalty.orders import follow_order
from fondaco_sdk.events import OrderCancelledV1, OrderPlacedV1
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("loyalty")


def _placed(order: Order) -> OrderPlacedV1:
    return OrderPlacedV1(**facts_of(order), total=order.total, currency=order.currency)


def _cancelled(order: Order) -> OrderCancelledV1:
    return OrderCancelledV1(**facts_of(order), total=order.total, currency=order.currency)


async def _handle(shop: Shop, *events: OrderPlacedV1 | OrderCancelledV1) -> None:
    for event in events:
        async with system_ask(shop.hall).act() as act:
            await follow_order(act, event)


async def test_an_order_counts_once_however_often_it_is_told(shop: Shop) -> None:
    await shop.tiers()
    order = await shop.order(110)
    assert (await shop.standing()).turnover == 11_000
    async with system_ask(shop.hall).act() as act:
        await act.emit(_placed(order))
        await act.emit(_placed(order))
    await deliver_due(shop.hall)
    await _handle(shop, _placed(order))
    assert (await shop.standing()).turnover == 11_000
    assert [(e.kind, e.amount, e.label) for e in await shop.journal()] == [
        ("order", 11_000, order.number)
    ]
    states = await system_ask(shop.hall).fetch(text("select distinct state from fondaco.delivery"))
    assert [row.state for row in states] == ["done"]


async def test_goods_count_and_what_bringing_them_costs_does_not(shop: Shop) -> None:
    order = await shop.order(110, deliver=False)
    async with system_ask(shop.hall).act() as act:
        await act.execute(
            text("update fondaco.shipment set delivery_code = 'lorry:own', delivery_price = 500")
        )
        await act.execute(text("update fondaco.customer_order set total = total + 500"))
    dearer = msgspec.structs.replace(order, total=order.total + 500)
    await _handle(shop, _placed(dearer), _placed(dearer))
    assert [(e.kind, e.amount) for e in await shop.journal()] == [("order", 11_000)]
    await _handle(shop, _cancelled(dearer))
    assert (await shop.standing()).turnover == 0


async def test_the_next_order_is_cheaper(shop: Shop) -> None:
    await shop.tiers()
    assert (await shop.order(100)).total == 10_000
    assert (await shop.order(100)).total == 9_500


async def test_a_cancelled_order_is_taken_back_once(shop: Shop) -> None:
    kept, gone = await shop.order(3), await shop.order(4)
    await shop.cancel(gone.id)
    await _handle(shop, _cancelled(gone), _cancelled(gone), _placed(gone), _placed(kept))
    assert [(e.kind, e.amount) for e in await shop.journal()] == [
        ("order", 300),
        ("order", 400),
        ("cancellation", -400),
    ]
    assert (await shop.standing()).turnover == 300


async def test_told_in_the_wrong_order_it_weighs_nothing(shop: Shop) -> None:
    order = await shop.order(5, deliver=False)
    await shop.cancel(order.id, deliver=False)
    await _handle(shop, _cancelled(order), _placed(order), _cancelled(order))
    assert await shop.journal() == []


async def test_order_and_cancellation_leave_the_period_on_the_same_day(
    shop: Shop, clock: TestClock
) -> None:
    order = await shop.order(5)
    await shop.bought("100")
    clock.move(timedelta(days=200))
    await shop.cancel(order.id)
    assert len({e.counted_on for e in await shop.journal()}) == 1
    assert (await shop.standing()).turnover == 100
    clock.move(timedelta(days=165))
    assert (await shop.standing()).turnover == 0


async def test_each_company_has_its_own(shop: Shop) -> None:
    other = await shop.new_company("Василёк")
    await shop.order(2)
    await shop.order(3, company=other)
    assert (await shop.standing()).turnover == 200
    assert (await shop.standing(other)).turnover == 300


class TestErpReportsEverything:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        plugins = {"loyalty": {"portal_orders": False, "period_days": 30}}
        return msgspec.structs.replace(settings, plugins=plugins)

    async def test_orders_of_the_portal_do_not_count_twice(self, shop: Shop) -> None:
        order = await shop.order(7)
        await shop.cancel(order.id)
        assert await shop.journal() == []

    async def test_the_period_is_the_sites(self, shop: Shop) -> None:
        await shop.bought("10", days_ago=29)
        await shop.bought("500", days_ago=30)
        assert (await shop.standing()).turnover == 10
