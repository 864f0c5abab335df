"""D05: points are never spent twice. Many orders at once, two processes, one balance."""

import asyncio
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from processes import app_processes, only_with
from shop import Buyer, Shop, cancel_from_all, open_shop
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.wholesaler import Wholesaler

pytest.importorskip("fondaco_loyalty", reason="the plugin is not installed")

from fondaco_loyalty.earning import follow_points
from fondaco_loyalty.ledger import Entry, Owner, opened, write
from fondaco_sdk.events import OrderCancelledV1

pytestmark = [pytest.mark.plugins("loyalty"), pytest.mark.timeout(600)]

WITH_LOYALTY = only_with("loyalty")
EACH = 30
"""Points that one order of 100 can be paid with."""
BUYERS, ROOM = 50, 10


async def _grant(hall: Hall, shop: Shop, points: int) -> None:
    """A balance, in two lots, and the wish of every buyer to use what is possible."""
    customer = shop.company.customer
    async with system_ask(hall).act() as act:
        (account,) = (
            await opened(act, [Owner(customer.company_id, customer.legal_entity_id)])
        ).values()
        lots = [Decimal(points // 2), Decimal(points - points // 2)]
        entries = [
            Entry(
                account_id=account.id, company_id=customer.company_id, kind="adjust", amount=amount
            )
            for amount in lots
        ]
        await write(act, entries)
        await _wish(hall, shop)


async def _wish(hall: Hall, shop: Shop) -> None:
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into plugin_loyalty.cart_points (company_id, user_id)"
                " select company_id, id from fondaco.user_account where company_id = :company"
                " on conflict do nothing"
            ),
            {"company": shop.company.customer.company_id},
        )


class Burst:
    """Carts that show the lower total, then all orders sent together."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop, addresses: list[str]) -> None:
        self.outlet = str(shop.company.outlet)
        self.buyers = [
            Buyer(client, addresses[i % len(addresses)], token)
            for i, token in enumerate(shop.tokens)
        ]

    async def __call__(self) -> list[httpx.Response]:
        """Every cart is looked at before the first order leaves."""
        await asyncio.gather(*(buyer.add("A-1") for buyer in self.buyers))
        carts = await asyncio.gather(*(buyer.cart() for buyer in self.buyers))
        assert {cart.json()["total"] for cart in carts} == {"70.00"}
        shown = [cart.json()["fingerprint"] for cart in carts]
        return list(
            await asyncio.gather(
                *(b.place(s, self.outlet) for b, s in zip(self.buyers, shown, strict=True))
            )
        )


async def _ledger(hall: Hall) -> tuple[int, Decimal, Decimal]:
    """How many orders were paid with points, the sum of all entries, and the balance."""
    rows = await system_ask(hall).fetch(
        text(
            "select count(*) filter (where kind = 'spend'), sum(amount),"
            " (select sum(balance) from plugin_loyalty.points_account)"
            " from plugin_loyalty.points"
        )
    )
    spends, entries, balance = rows[0]
    return spends, entries, balance


@pytest.mark.parametrize(
    ("buyers", "points", "orders"),
    [
        pytest.param(BUYERS, EACH * ROOM, ROOM, id="fifty-orders-with-room-for-ten"),
        pytest.param(30, EACH * 4 + 11, 4, id="thirty-spends-with-a-remainder"),
    ],
)
async def test_as_many_orders_as_there_are_points_for(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    buyers: int,
    points: int,
    orders: int,
) -> None:
    shop = await open_shop(wholesaler, buyers=buyers, on_hand=1000)
    await _grant(hall, shop, points)
    with app_processes(database_url, tmp_path, environment=WITH_LOYALTY) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            answers = await Burst(client, shop, list(addresses))()
    codes = [answer.status_code for answer in answers]
    assert codes.count(201) == orders
    assert set(codes) == {201, 409}
    assert await _ledger(hall) == (orders, points - orders * EACH, points - orders * EACH)
    assert await broken_invariants(hall, "loyalty") == set()


async def test_a_cancellation_returns_exactly_once_and_makes_room_for_one(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=6, on_hand=1000)
    await _grant(hall, shop, EACH * 3)
    with app_processes(database_url, tmp_path, environment=WITH_LOYALTY) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            answers = await Burst(client, shop, list(addresses))()
            placed, owner = next(
                (answer.json()["id"], token)
                for answer, token in zip(answers, shop.tokens, strict=True)
                if answer.status_code == 201
            )
            await cancel_from_all(client, addresses, placed, owner)
            await deliver_due(hall)
            await asyncio.gather(*(_tell_again(hall, placed) for _ in range(4)))
    assert await _ledger(hall) == (3, EACH, EACH)
    assert await broken_invariants(hall, "loyalty") == set()


async def _tell_again(hall: Hall, uuid: str) -> None:
    """The event comes once more, at the same moment as others of its kind."""
    async with system_ask(hall).act() as act:
        (row,) = await act.fetch(
            text("select * from fondaco_api.order_v1 where uuid = cast(:uuid as uuid)"),
            {"uuid": uuid},
        )
        event = OrderCancelledV1(
            order_id=row.id,
            order_uuid=row.uuid,
            number=row.number,
            company_id=row.company_id,
            legal_entity_id=row.legal_entity_id,
            at=row.placed_at,
            total=row.total,
            currency=row.currency,
        )
        await follow_points(act, event)


async def test_without_the_guard_the_same_burst_spends_what_is_not_there(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=30, on_hand=1000)
    await _grant(hall, shop, EACH * 4)
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "alter table plugin_loyalty.points_account"
                " drop constraint points_account_balance_check"
            )
        )
    await engine.dispose()
    target = "unguarded:without_points_guard"
    with app_processes(
        database_url, tmp_path, target=target, environment=WITH_LOYALTY
    ) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            await Burst(client, shop, list(addresses))()
    spends, entries, _ = await _ledger(hall)
    assert spends > 4
    assert entries < 0
    assert "nobody_has_fewer_points_than_none" in await broken_invariants(hall, "loyalty")
