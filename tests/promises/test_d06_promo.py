"""D06: a campaign for three orders makes three orders cheaper. Twenty at once, two processes."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from processes import app_processes, only_with
from shop import Buyer, Shop, cancel_from_all, open_shop
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

pytest.importorskip("fondaco_promotions", reason="the plugin is not installed")

from fondaco_promotions import campaigns
from fondaco_promotions.campaign import Campaign
from fondaco_promotions.code_book import add_own
from fondaco_promotions.uses import GIVE_BACK

pytestmark = [pytest.mark.plugins("promotions"), pytest.mark.timeout(600)]

WITH_PROMOTIONS = only_with("promotions")
BUYERS = 20


async def _campaign(hall: Hall, **values: Any) -> Campaign:
    """Ten per cent off, from yesterday on."""
    campaign = Campaign(
        uuid=uuid4(),
        name_ru="Троим",
        name_en="For three",
        level="unit",
        percent=Decimal(10),
        starts_at=datetime.now(UTC) - timedelta(days=1),
        **values,
    )
    async with system_ask(hall).act() as act:
        await campaigns.add(act, campaign)
        if campaign.by_code:
            await add_own(act, campaign.uuid, "THREE", None)
            await act.execute(
                text(
                    "insert into plugin_promotions.cart_code (company_id, user_id, code_id)"
                    " select u.company_id, u.id, d.id"
                    " from fondaco.user_account u, plugin_promotions.code d"
                    " where u.email like '%@promises.test'"
                )
            )
    return campaign


class Round:
    """Twenty carts that show the lower price, then twenty orders sent together."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop, addresses: list[str]) -> None:
        self.outlet = str(shop.company.outlet)
        self.buyers = [
            Buyer(client, addresses[i % len(addresses)], token)
            for i, token in enumerate(shop.tokens)
        ]

    async def burst(self) -> list[httpx.Response]:
        """Every cart is looked at before the first order leaves."""
        await asyncio.gather(*(buyer.add("A-1") for buyer in self.buyers))
        carts = await asyncio.gather(*(buyer.cart() for buyer in self.buyers))
        shown = [cart.json()["fingerprint"] for cart in carts]
        assert {cart.json()["total"] for cart in carts} == {"90.00"}
        return list(
            await asyncio.gather(
                *(b.place(s, self.outlet) for b, s in zip(self.buyers, shown, strict=True))
            )
        )

    async def rest(self, answers: list[httpx.Response]) -> None:
        """Whoever was refused looks again and orders what stands there now."""
        for buyer, answer in zip(self.buyers, answers, strict=True):
            if answer.status_code == 201:
                continue
            assert answer.status_code == 409, answer.text
            cart = (await buyer.cart()).json()
            assert cart["total"] == "100.00"
            assert (await buyer.place(cart["fingerprint"], self.outlet)).status_code == 201


async def _totals(hall: Hall) -> dict[Decimal, int]:
    """How many orders came to how much."""
    rows = await system_ask(hall).fetch(
        text(
            "select total, count(*) from fondaco.customer_order"
            " where state <> 'cancelled' group by total"
        )
    )
    return {row[0]: row[1] for row in rows}


async def _used(hall: Hall, campaign: Campaign) -> int:
    return (await campaigns.stored(system_ask(hall), campaign.uuid)).used


@pytest.mark.parametrize(
    ("limits", "uses"),
    [
        pytest.param({"limit_total": 3}, 3, id="in-all"),
        pytest.param({"limit_total": 3, "by_code": True}, 3, id="by-code"),
        pytest.param({"limit_company": 2}, 2, id="per-company"),
    ],
)
async def test_exactly_as_many_orders_as_allowed_are_cheaper(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    limits: dict[str, Any],
    uses: int,
) -> None:
    shop = await open_shop(wholesaler, buyers=BUYERS, on_hand=1000)
    campaign = await _campaign(hall, **limits)
    with app_processes(database_url, tmp_path, environment=WITH_PROMOTIONS) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            round_ = Round(client, shop, list(addresses))
            answers = await round_.burst()
            assert [a.status_code for a in answers].count(201) == uses
            await round_.rest(answers)
    assert await _used(hall, campaign) == uses
    assert await _totals(hall) == {Decimal(90): uses, Decimal(100): BUYERS - uses}


async def test_a_cancellation_gives_back_once_and_makes_room_for_one(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=5, on_hand=1000)
    campaign = await _campaign(hall, limit_total=3)
    with app_processes(database_url, tmp_path, environment=WITH_PROMOTIONS) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            round_ = Round(client, shop, list(addresses))
            answers = await round_.burst()
            await round_.rest(answers)
            (placed, owner), *_ = [
                (a.json()["id"], token)
                for a, token in zip(answers, shop.tokens, strict=True)
                if a.status_code == 201
            ]
            await cancel_from_all(client, addresses, placed, owner)
            await deliver_due(hall)
            await asyncio.gather(*(_give_back_again(hall, placed) for _ in range(4)))
            assert await _used(hall, campaign) == 2

            answers = await round_.burst()
            assert [a.status_code for a in answers].count(201) == 1
    assert await _used(hall, campaign) == 3
    assert (await _totals(hall))[Decimal(90)] == 3


async def _give_back_again(hall: Hall, order: str) -> None:
    """The event comes once more, at the same moment as others of its kind."""
    async with system_ask(hall).act() as act:
        await act.execute(GIVE_BACK, {"order": order})


async def test_without_the_guard_the_same_burst_makes_too_many_cheaper(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=BUYERS, on_hand=1000)
    campaign = await _campaign(hall, limit_total=3)
    target = "unguarded:without_promotion_guard"
    with app_processes(
        database_url, tmp_path, target=target, environment=WITH_PROMOTIONS
    ) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            await Round(client, shop, list(addresses)).burst()
    assert await _used(hall, campaign) > 3
