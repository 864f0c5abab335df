"""A use is written with its order, refused when there is none left, and given back once."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import pytest_asyncio
from promo_shop import Shop
from sqlalchemy import text

from fondaco.cart.fingerprint import fingerprint
from fondaco.hooks.context import system_ask
from fondaco.testing.shop import placing
from fondaco_promotions import campaigns, uses
from fondaco_promotions.campaign import Campaign
from fondaco_promotions.hooks import order_placing
from fondaco_promotions.uses import follow_cancellation
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.events import OrderCancelledV1
from fondaco_sdk.testing.contracts import OrderPlacingCase, OrderPlacingContract
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("promotions")


class TestOrderPlacing(OrderPlacingContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> OrderPlacingCase:
        campaign = await shop.campaign(limit_total=1)
        await shop.fill(1)
        priced = (await shop.cart()).cart

        async def last(act: Act) -> tuple[Order, PricedCart]:
            return _some_order(shop), priced

        async def left() -> int:
            return 1 - await shop.used(campaign)

        return OrderPlacingCase(order_placing, shop.ask.act, last, left, statements=2)


def _some_order(shop: Shop) -> Order:
    return placing(shop.company, Decimal(90), Decimal(16))


async def _entries(shop: Shop, campaign: Campaign) -> list[str]:
    ask = system_ask(shop.hall)
    return [
        use.kind for use in await campaigns.uses_of(ask, await campaigns.stored(ask, campaign.uuid))
    ]


async def test_only_what_made_the_order_cheaper_is_used(shop: Shop) -> None:
    better = await shop.campaign(percent=Decimal(20))
    lost = await shop.campaign(percent=Decimal(5))
    code = await shop.campaign(by_code=True, percent=Decimal(1))
    await shop.code(code, "USELESS", 1)
    await shop.hold("USELESS")
    order = await shop.order(2)
    assert order.total == 160
    assert [await shop.used(c) for c in (better, lost, code)] == [1, 0, 0]
    assert (await shop.ask.fetch(_HELD))[0][0] == 1


async def test_what_took_nothing_off_may_end_before_the_order_is_placed(shop: Shop) -> None:
    await shop.campaign(percent=Decimal(20))
    of_order = await shop.campaign(level="order", percent=Decimal(3))
    await shop.fill(2)
    shown = await shop.cart()
    assert [line.price.order_discount for line in shown.cart.lines] == [0]
    await shop.run(
        "update plugin_promotions.campaign set paused_at = now() where uuid = :uuid",
        uuid=of_order.uuid,
    )
    assert (await shop.place(fingerprint(shown.cart))).total == 160


async def test_a_code_is_used_once_and_leaves_the_cart(shop: Shop) -> None:
    campaign = await shop.campaign(by_code=True)
    await shop.code(campaign, "ONCE-ONLY", 1)
    await shop.hold("ONCE-ONLY")
    assert (await shop.order(1)).total == 90
    assert (await shop.ask.fetch(_HELD))[0][0] == 0
    await shop.hold("ONCE-ONLY")
    assert (await shop.price()).unit_price == 100


async def test_the_last_use_taken_meanwhile_refuses_the_order_and_writes_nothing(
    shop: Shop,
) -> None:
    campaign = await shop.campaign(limit_total=1)
    other = await shop.new_company("Василёк")
    await shop.fill(1)
    priced = (await shop.cart()).cart
    await shop.order(1, company=other)
    with pytest.raises(Conflict) as refused:
        async with shop.ask.act() as act:
            await order_placing(act, _some_order(shop), priced)
    assert refused.value.reason.code == "promotions.used_up_meanwhile"
    assert "Осень" in refused.value.reason.ru
    with pytest.raises(Conflict):
        await shop.place(fingerprint(priced))
    assert await shop.used(campaign) == 1


async def test_many_at_once_wait_for_each_other(shop: Shop) -> None:
    campaign = await shop.campaign(limit_total=1)
    await shop.fill(1)
    priced = (await shop.cart()).cart

    async def place() -> bool:
        try:
            async with shop.ask.act() as act:
                await order_placing(act, _some_order(shop), priced)
                await asyncio.sleep(0.02)
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(place() for _ in range(8)))) == 1
    assert await shop.used(campaign) == 1


async def test_without_the_lock_they_would_not(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = await shop.campaign(limit_total=1)
    await shop.fill(1)
    priced = (await shop.cart()).cart
    monkeypatch.setattr(uses, "LOCK", text("select 1"))
    async with shop.ask.act() as one, shop.ask.act() as other:
        await order_placing(one, _some_order(shop), priced)
        await order_placing(other, _some_order(shop), priced)
    assert await shop.used(campaign) == 2


async def test_a_cancelled_order_gives_back_once_however_often_it_is_told(shop: Shop) -> None:
    campaign = await shop.campaign(limit_total=1, limit_company=1)
    order = await shop.order(1)
    assert (await shop.price()).unit_price == 100
    await shop.cancel(order.id)
    event = OrderCancelledV1(
        order_id=order.id,
        order_uuid=order.uuid,
        number=order.number,
        company_id=order.company_id,
        legal_entity_id=order.legal_entity_id,
        at=datetime.now(UTC),
        total=order.total,
        currency=order.currency,
    )
    for _ in range(2):
        async with system_ask(shop.hall).act() as act:
            await follow_cancellation(act, event)
    assert await shop.used(campaign) == 0
    assert await _entries(shop, campaign) == ["back", "use"]
    assert (await shop.order(1)).total == 90
    assert await shop.used(campaign) == 1


_HELD = text("select count(*) from plugin_promotions.cart_code")
