"""Points in orders: spent in their transaction, earned, returned and taken back, each once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from loyalty_shop import SILVER, Shop, facts_of
from sqlalchemy import text

from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.context import system_ask
from fondaco.settings import Settings
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import placing
from fondaco_loyalty.earning import follow_points
from fondaco_loyalty.expiring import expire_some
from fondaco_loyalty.hooks import cart_moves, order_placing
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.events import OrderCancelledV1, OrderStateChangedV1
from fondaco_sdk.testing.contracts import (
    CartMovesCase,
    CartMovesContract,
    OrderPlacingCase,
    OrderPlacingContract,
)
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.types.cart import LineSource, PricedCart
from fondaco_sdk.types.order import Order, OrderState

pytestmark = pytest.mark.plugins("loyalty")

S = OrderState


@pytest.fixture
def loyalty() -> dict[str, Any]:
    """The plugin's settings: ten per cent back, thirty per cent of an order in points."""
    return {"points_percent": 10}


@pytest.fixture
def settings(settings: Settings, loyalty: dict[str, Any]) -> Settings:
    return msgspec.structs.replace(settings, plugins={"loyalty": loyalty})


async def _fill(shop: Shop, *quantities: int) -> None:
    async with shop.ask.act() as act:
        items = [
            CartItem(product, Decimal(quantity), LineSource.SEARCH)
            for product, quantity in zip(shop.products, quantities, strict=False)
        ]
        await Carts(act).add(act, items)


async def _priced(shop: Shop) -> PricedCart:
    return await Carts(shop.ask).priced()


async def _tell(shop: Shop, event: OrderCancelledV1 | OrderStateChangedV1) -> None:
    async with system_ask(shop.hall).act() as act:
        await follow_points(act, event)


def _cancelled(order: Order) -> OrderCancelledV1:
    return OrderCancelledV1(**facts_of(order), total=order.total, currency=order.currency)


def _shipped(order: Order) -> OrderStateChangedV1:
    return OrderStateChangedV1(**facts_of(order), before=S.PLACED, after=S.SHIPPED)


async def _holds(shop: Shop, points: object) -> None:
    """So many points are there, and every sum is right."""
    assert (await shop.points()).available == points
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def _dated(shop: Shop) -> Sequence[tuple[int, Decimal]]:
    """Lots by how many days they are still good."""
    today = await shop.day()
    return [
        ((d.expires_on - today).days, d.amount)
        for d in (await shop.points()).dated
        if d.expires_on is not None
    ]


class TestCartMoves(CartMovesContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> CartMovesCase:
        await _fill(shop, 1, 2)
        priced = await _priced(shop)
        await shop.grant(50)
        await shop.wish()
        return CartMovesCase(cart_moves, shop.ask, priced)


class TestOrderPlacing(OrderPlacingContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> OrderPlacingCase:
        await _fill(shop, 1)
        await shop.grant(30)
        await shop.wish()
        priced = await _priced(shop)

        async def last(act: Act) -> tuple[Order, PricedCart]:
            return _some_order(shop), priced

        async def left() -> int:
            return int((await shop.points()).available) // 30

        return OrderPlacingCase(order_placing, shop.ask.act, last, left, statements=4)


def _some_order(shop: Shop) -> Order:
    return placing(shop.company, Decimal(70), Decimal(12))


async def test_points_pay_up_to_the_share_of_the_order_and_are_gone(shop: Shop) -> None:
    await shop.grant(1000)
    await shop.wish()
    order = await shop.order(10)
    assert order.total == 700
    await _holds(shop, 700)
    assert (await shop.points()).wish is None
    assert await shop.entries() == [("adjust", 1000, 0), ("spend", -300, 0)]
    assert (await shop.order(10)).total == 1000


async def test_fewer_than_possible_and_fewer_than_there_are(shop: Shop) -> None:
    await shop.grant(1000)
    await shop.wish(120)
    assert (await shop.order(10)).total == 880
    await shop.wish(999)
    assert (await shop.order(1)).total == 70


async def test_points_pay_beside_the_status_and_not_instead_of_it(shop: Shop) -> None:
    await shop.tiers()
    await shop.bought("12000")
    await shop.grant(1000)
    await shop.wish()
    order = await shop.order(10)
    assert order.total == 950 - 285


async def test_the_oldest_go_first_and_expired_ones_cannot_be_spent(shop: Shop) -> None:
    await shop.grant(40, days=None)
    await shop.grant(30, days=50)
    await shop.grant(20, days=2)
    await shop.grant(10, days=-1)
    assert (await shop.points()).available == 90
    await shop.wish(25)
    await shop.order(10)
    assert [d.amount for d in (await shop.points()).dated] == [25, 40]
    assert await shop.entries() == [
        ("adjust", 40, 0),
        ("adjust", 30, 0),
        ("adjust", 20, 0),
        ("adjust", 10, 0),
        ("spend", -25, 0),
    ]


async def test_what_is_left_after_its_day_expires_once(shop: Shop) -> None:
    other = await shop.new_company("Василёк")
    await shop.grant(10, days=-1)
    await shop.grant(20, days=0)
    await shop.grant(7, days=-3, company=other)
    for _ in range(2):
        async with system_ask(shop.hall).act() as act:
            while await expire_some(act):
                pass
    assert sorted((await shop.entries())[3:]) == [("expire", -10, 0), ("expire", -7, 0)]
    await _holds(shop, 20)


async def test_expiring_costs_the_same_for_many(shop: Shop, sql_budget: Counting) -> None:
    counts = []
    for many in (1, 30):
        for _ in range(many):
            await shop.grant(1, days=-1)
        with sql_budget() as count:
            async with system_ask(shop.hall).act() as act:
                assert await expire_some(act)
        counts.append(count.number)
    assert counts[0] == counts[1]


async def test_a_shipped_order_earns_once(shop: Shop) -> None:
    order = await shop.order(10)
    await _holds(shop, 0)
    await shop.move(order.id, S.SHIPPED, S.COMPLETED)
    await _tell(shop, _shipped(order))
    assert await shop.entries() == [("earn", 100, 0)]
    assert await _dated(shop) == [(365, 100)]
    await _holds(shop, 100)


async def test_what_was_paid_with_points_earns_none(shop: Shop) -> None:
    await shop.grant(300)
    await shop.wish()
    order = await shop.order(10)
    await shop.move(order.id, S.SHIPPED)
    await _holds(shop, 70)


async def test_the_status_may_say_how_much_is_earned(shop: Shop) -> None:
    await shop.tiers(msgspec.structs.replace(SILVER, points_percent=Decimal(3)))
    await shop.bought("12000")
    await shop.move((await shop.order(10)).id, S.SHIPPED)
    await _holds(shop, 28)


class TestSomeBrandsBringNone:
    @pytest.fixture
    def loyalty(self) -> dict[str, Any]:
        return {"points_percent": "10", "points_without_brands": ["КРЕПЁЖ"]}

    async def test_of_an_excluded_brand(self, shop: Shop) -> None:
        await shop.move((await shop.order(10)).id, S.SHIPPED)
        await _holds(shop, 0)


class TestEarnedOnPayment:
    @pytest.fixture
    def loyalty(self) -> dict[str, Any]:
        return {"points_percent": 10, "points_on": "payment"}

    async def test_an_order_that_waited_for_its_payment(self, shop: Shop) -> None:
        order = await shop.order(10)
        await shop.move(order.id, S.AWAITING_PAYMENT)
        await _holds(shop, 0)
        await shop.move(order.id, S.CONFIRMED)
        await _holds(shop, 100)
        await shop.move(order.id, S.SHIPPED, S.COMPLETED)
        await _holds(shop, 100)

    async def test_an_order_on_credit(self, shop: Shop) -> None:
        order = await shop.order(10)
        await shop.move(order.id, S.CONFIRMED, S.SHIPPED)
        await _holds(shop, 0)
        await shop.move(order.id, S.COMPLETED)
        await _holds(shop, 100)

    async def _paid(self, shop: Shop, quantity: int = 10) -> Order:
        order = await shop.order(quantity)
        await shop.move(order.id, S.AWAITING_PAYMENT, S.CONFIRMED)
        return order

    async def test_what_a_cancelled_order_brought_is_taken_back_once(self, shop: Shop) -> None:
        order = await self._paid(shop)
        await shop.grant(500, days=1)
        await shop.cancel(order.id)
        await _tell(shop, _cancelled(order))
        assert (await shop.entries())[-1] == ("take_back", -100, 0)
        assert await _dated(shop) == [(1, 500)]
        await _holds(shop, 500)

    async def test_what_was_spent_meanwhile_is_owed_and_paid_by_the_next(self, shop: Shop) -> None:
        order = await self._paid(shop)
        await shop.wish(80)
        await shop.order(10)
        await shop.cancel(order.id)
        assert (await shop.entries())[-1] == ("take_back", -20, 80)
        assert (await shop.points()).debt == 80
        await _holds(shop, 0)
        await shop.grant(30)
        assert (await shop.points()).debt == 50
        await _holds(shop, 0)
        await self._paid(shop, 7)
        assert (await shop.entries())[-2:] == [("earn", 70, 0), ("repay", -50, -50)]
        assert (await shop.points()).debt == 0
        await _holds(shop, 20)

    async def test_what_has_expired_is_not_taken_twice(self, shop: Shop) -> None:
        order = await self._paid(shop)
        (lot,) = await system_ask(shop.hall).fetch(
            text("select id, account_id from plugin_loyalty.points")
        )
        await shop.run(
            "with e as (insert into plugin_loyalty.points"
            " (uuid, account_id, company_id, kind, amount) select gen_random_uuid(), account_id,"
            " company_id, 'expire', -100 from plugin_loyalty.points returning id, account_id),"
            " p as (insert into plugin_loyalty.points_part (entry_id, lot_id, account_id, amount)"
            " select id, :lot, account_id, -100 from e)"
            " update plugin_loyalty.points_account set balance = 0",
            lot=lot.id,
        )
        await shop.cancel(order.id)
        assert (await shop.points()).debt == 0
        await _holds(shop, 0)

    async def test_told_in_the_wrong_order_it_brings_nothing(self, shop: Shop) -> None:
        order = await shop.order(10, deliver=False)
        await shop.cancel(order.id, deliver=False)
        await _tell(shop, _cancelled(order))
        paid = OrderStateChangedV1(**facts_of(order), before=S.AWAITING_PAYMENT, after=S.CONFIRMED)
        await _tell(shop, paid)
        assert await shop.entries() == []


async def test_a_cancelled_order_returns_its_points_once_with_their_days_or_some_grace(
    shop: Shop,
) -> None:
    await shop.grant(100, days=3)
    await shop.grant(100, days=90)
    await shop.grant(50, days=None)
    await shop.wish(230)
    order = await shop.order(10)
    await _holds(shop, 20)
    await shop.cancel(order.id)
    for _ in range(2):
        await _tell(shop, _cancelled(order))
    assert sorted((await shop.entries())[4:]) == [
        ("return", 30, 0),
        ("return", 100, 0),
        ("return", 100, 0),
    ]
    assert await _dated(shop) == [(30, 100), (90, 100)]
    await _holds(shop, 250)


async def test_points_spent_meanwhile_refuse_the_order_and_write_nothing(shop: Shop) -> None:
    await shop.grant(100)
    await _fill(shop, 10)
    await shop.wish()
    priced = await _priced(shop)
    assert priced.quote.total == 900
    await shop.order(1)
    with pytest.raises(Conflict) as refused:
        async with shop.ask.act() as act:
            await order_placing(act, _some_order(shop), priced)
    assert refused.value.reason.code == "loyalty.fewer_points"
    await _holds(shop, 0)
