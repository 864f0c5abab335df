"""Points through the front door: the ERP says where orders stand, people read what came of it."""

from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
from loyalty_shop import SILVER, Shop
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.settings import Settings
from fondaco.testing.client import Client
from fondaco.testing.erp import Erp, connect
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("loyalty")

_UUID = text("select uuid from fondaco_api.company_v1 where id = :id")


@pytest.fixture
def loyalty() -> dict[str, Any]:
    """The plugin's settings: ten per cent back when the goods are shipped."""
    return {"points_percent": 10}


@pytest.fixture
def settings(settings: Settings, loyalty: dict[str, Any]) -> Settings:
    return msgspec.structs.replace(settings, plugins={"loyalty": loyalty})


@pytest_asyncio.fixture
async def erp(shop: Shop, client: Client) -> Erp:
    """The ERP, with a token."""
    return await connect(client, shop.wholesaler)


async def _reports(shop: Shop, erp: Erp, order: Order, *states: str) -> None:
    """The ERP moves an order, and the events are delivered."""
    await erp.all_of("order_states", [{"order": order.number, "state": s} for s in states])
    await deliver_due(shop.hall)


async def _moves(shop: Shop, client: Client, order: Order, *states: str) -> None:
    """A manager moves an order by hand, from the first state on, pressing everything twice."""
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    for seen, to in pairwise(states):
        form = {"seen": seen, "to": to, "said": "Так решили"}
        for _ in range(2):
            moved = await client.send_form(f"/orders/{order.uuid}/move", form)
            assert moved.status_code == 303, moved.text
        await deliver_due(shop.hall)
    client.cookies.clear()


async def _page(shop: Shop, client: Client, company: CompanyFixture | None = None) -> str:
    """What a buyer reads at `/loyalty`."""
    await client.sign_in((company or shop.company).email, PASSWORD)
    await client.get("/locale/ru")
    said = words((await client.get("/loyalty")).text)
    client.cookies.clear()
    return said


async def _holds(shop: Shop, *entries: tuple[str, int, int]) -> None:
    assert await shop.entries() == list(entries)
    assert await broken_invariants(shop.hall, "loyalty") == set()


class TestOnShipment:
    async def test_the_order_earns_when_it_is_shipped_and_once(
        self, shop: Shop, erp: Erp, client: Client
    ) -> None:
        order = await shop.order(10)
        await _reports(shop, erp, order, "confirmed", "picking")
        await _holds(shop)
        for _ in range(2):
            await _reports(shop, erp, order, "shipped")
        await _reports(shop, erp, order, "completed")
        await _holds(shop, ("earn", 100, 0))
        page = await _page(shop, client)
        assert f"Начислено за заказ {order.number}" in page
        assert "Доступно бонусов 100" in page
        assert "За отгруженный заказ вам начисляется 10 % от оплаченного" in page

    async def test_a_shipped_order_cannot_be_cancelled_and_keeps_its_points(
        self, shop: Shop, erp: Erp
    ) -> None:
        order = await shop.order(10)
        await _reports(shop, erp, order, "shipped")
        answer = await erp.send("order_states", {"order": order.number, "state": "cancelled"})
        assert answer.refused == [(0, "order.state")]
        await deliver_due(shop.hall)
        await _holds(shop, ("earn", 100, 0))

    async def test_by_hand_it_earns_once_too_and_an_order_cancelled_before_never_does(
        self, shop: Shop, client: Client
    ) -> None:
        order, gone = await shop.order(10), await shop.order(10)
        await _moves(shop, client, order, "placed", "confirmed", "picking", "shipped", "completed")
        await _moves(shop, client, gone, "placed", "picking", "cancelled")
        await _holds(shop, ("earn", 100, 0))


class TestOnPayment:
    @pytest.fixture
    def loyalty(self) -> dict[str, Any]:
        return {"points_percent": 10, "points_on": "payment"}

    async def test_a_prepaid_order_earns_when_it_goes_on_and_a_cancellation_takes_it_back_once(
        self, shop: Shop, erp: Erp, client: Client
    ) -> None:
        order = await shop.order(10)
        await _reports(shop, erp, order, "awaiting_payment")
        await _holds(shop)
        await _reports(shop, erp, order, "confirmed", "picking")
        await _holds(shop, ("earn", 100, 0))
        for _ in range(2):
            await _reports(shop, erp, order, "cancelled")
        await _holds(shop, ("earn", 100, 0), ("take_back", -100, 0))
        page = await _page(shop, client)
        assert f"Снято: отменён заказ {order.number}" in page
        assert "Доступно бонусов 0" in page

    async def test_by_hand_a_paid_order_earns_once_and_its_cancellation_takes_it_back_once(
        self, shop: Shop, client: Client
    ) -> None:
        await shop.grant(500)
        await shop.wish(200)
        order = await shop.order(10)
        await _moves(shop, client, order, "placed", "awaiting_payment", "confirmed", "cancelled")
        await _holds(
            shop,
            ("adjust", 500, 0),
            ("spend", -200, 0),
            ("earn", 80, 0),
            ("return", 200, 0),
            ("take_back", -80, 0),
        )

    async def test_an_order_on_credit_earns_when_it_is_completed(
        self, shop: Shop, erp: Erp
    ) -> None:
        order = await shop.order(10)
        await _reports(shop, erp, order, "confirmed", "picking", "shipped")
        await _holds(shop)
        await _reports(shop, erp, order, "completed")
        await _holds(shop, ("earn", 100, 0))

    async def test_an_order_cancelled_before_it_is_paid_never_earns(
        self, shop: Shop, erp: Erp
    ) -> None:
        order = await shop.order(10)
        await _reports(shop, erp, order, "awaiting_payment", "cancelled")
        await _holds(shop)


class TestWithoutSettings:
    @pytest.fixture
    def loyalty(self) -> dict[str, Any]:
        return {}

    async def test_nothing_is_earned(self, shop: Shop, erp: Erp, client: Client) -> None:
        await _reports(shop, erp, await shop.order(10), "shipped", "completed")
        await _holds(shop)
        assert "Бонусы" not in await _page(shop, client)


async def test_points_of_an_order_that_its_buyer_cancels_come_back_once(
    shop: Shop, client: Client
) -> None:
    await shop.grant(500)
    await shop.wish(200)
    order = await shop.order(10)
    assert order.total == 800
    await client.sign_in(shop.company.email, PASSWORD)
    for _ in range(2):
        answer = await client.send_form(f"/orders/{order.uuid}/cancel")
        assert answer.status_code in (303, 409)
        await deliver_due(shop.hall)
    await _holds(shop, ("adjust", 500, 0), ("spend", -200, 0), ("return", 200, 0))
    page = await _page(shop, client)
    assert f"Возвращено: отменён заказ {order.number}" in page
    assert "Доступно бонусов 500" in page


async def test_points_of_a_merged_company_stand_with_the_other_and_follow_its_orders(
    shop: Shop, client: Client
) -> None:
    merged = await shop.new_company("Василёк")
    await shop.grant(300, company=merged)
    await shop.run(
        "insert into plugin_loyalty.cart_points (company_id, user_id) values (:company, :user)",
        company=merged.customer.company_id,
        user=merged.user_id,
    )
    order = await shop.order(5, company=merged)
    assert order.total == 350
    await shop.run(
        "update fondaco.legal_entity set tax_id = '' where company_id = :c",
        c=merged.customer.company_id,
    )
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    gone, stays = [await _uuid(shop, one) for one in (merged, shop.company)]
    done = await client.send_form(f"/staff/customers/{gone}/merge/{stays}")
    assert (done.status_code, done.headers["location"]) == (303, f"/staff/customers/{stays}")
    client.cookies.clear()
    await deliver_due(shop.hall)
    assert (await shop.points()).available == 150

    sender = await connect(client, shop.wholesaler)
    for _ in range(2):
        await _reports(shop, sender, order, "cancelled")
    assert (await shop.points()).available == 300
    assert await broken_invariants(shop.hall, "loyalty") == set()
    page = await _page(shop, client)
    assert "Объединение компаний" in page
    assert f"Возвращено: отменён заказ {order.number}" in page
    assert "Доступно бонусов 300" in page


async def _uuid(shop: Shop, company: CompanyFixture) -> UUID:
    rows = await system_ask(shop.hall).fetch(_UUID, {"id": company.customer.company_id})
    found: UUID = rows[0][0]
    return found


async def test_staff_read_the_rules_in_force(shop: Shop, client: Client) -> None:
    await shop.tiers(msgspec.structs.replace(SILVER, points_percent=Decimal(3)))
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    await client.get("/locale/ru")
    page = words((await client.get("/p/loyalty/rules")).text)
    assert (
        "Начисляется бонусов от оплаченного 10 % По статусам: Серебро — 3 % points_percent" in page
    )
    assert "При отгрузке" in page
    assert "Бонусами можно оплатить до 30 %" in page
