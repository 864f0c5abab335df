"""D05: a credit limit holds to the kopeck: many orders of a legal entity at once, two processes."""

import asyncio
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from processes import app_processes, only_with
from shop import Buyer, Shop, cancel_from_all, open_shop
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.wholesaler import Wholesaler

pytest.importorskip("fondaco_credit_limit", reason="the plugin is not installed")

pytestmark = [pytest.mark.plugins("credit_limit"), pytest.mark.timeout(600)]

WITH_CREDIT = only_with("credit_limit")
BUYERS, ROOM, EACH = 50, 10, 100


class Burst:
    """Every cart is filled, then all orders leave together, on credit."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop, addresses: list[str]) -> None:
        self._client = client
        self._outlet = str(shop.company.outlet)
        self._buyers = [
            (Buyer(client, addresses[i % len(addresses)], token), addresses[i % len(addresses)])
            for i, token in enumerate(shop.tokens)
        ]
        self._tokens = shop.tokens

    async def __call__(self) -> list[httpx.Response]:
        """The answers, in the order of the buyers."""
        await asyncio.gather(*(buyer.add("A-1") for buyer, _ in self._buyers))
        carts = await asyncio.gather(*(buyer.cart() for buyer, _ in self._buyers))
        return list(
            await asyncio.gather(
                *(
                    self._client.post(
                        f"{address}/api/v1/orders",
                        json={
                            "shown": cart.json()["fingerprint"],
                            "delivery": "address",
                            "outlet": self._outlet,
                            "payment": "credit_limit",
                        },
                        headers={
                            "Authorization": f"Bearer {token}",
                            "Idempotency-Key": uuid4().hex,
                        },
                    )
                    for (_, address), token, cart in zip(
                        self._buyers, self._tokens, carts, strict=True
                    )
                )
            )
        )


async def _limit(hall: Hall, shop: Shop, limit: Decimal) -> None:
    entity = shop.company.customer.legal_entity_id
    async with hall.database.transaction() as connection:
        await connection.execute(
            text("update fondaco.legal_entity set external_id = 'E' where id = :id"), {"id": entity}
        )
    record = {"legal_entity": "E", "version": 1, "limit": str(limit)}
    assert (await receive(hall, "credit_limit.limits", [record])).accepted == 1


async def _ledger(hall: Hall) -> tuple[int, Decimal, Decimal]:
    """How many orders hold something, the sum of all entries, and the balance."""
    rows = await system_ask(hall).fetch(
        text(
            "select count(*) filter (where kind = 'held'), coalesce(sum(amount), 0),"
            " (select sum(balance) from plugin_credit_limit.account)"
            " from plugin_credit_limit.entry"
        )
    )
    held, entries, balance = rows[0]
    return held, entries, balance


@pytest.mark.parametrize("kopecks", [0, 99])
async def test_as_many_orders_as_the_limit_has_room_for(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, kopecks: int
) -> None:
    shop = await open_shop(wholesaler, buyers=BUYERS, on_hand=1000)
    await _limit(hall, shop, Decimal(EACH * ROOM) + Decimal(kopecks) / 100)
    with app_processes(database_url, tmp_path, environment=WITH_CREDIT) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            answers = await Burst(client, shop, list(addresses))()
    codes = [answer.status_code for answer in answers]
    assert codes.count(201) == ROOM
    # What is left of a limit is offered for a part, and the rest wants another way to pay.
    assert set(codes) <= {201, 409, 422}
    assert await _ledger(hall) == (ROOM, EACH * ROOM, EACH * ROOM)
    assert await broken_invariants(hall, "credit_limit") == set()


async def test_a_cancellation_gives_back_exactly_once(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=6, on_hand=1000)
    await _limit(hall, shop, Decimal(EACH * 3))
    with app_processes(database_url, tmp_path, environment=WITH_CREDIT) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            answers = await Burst(client, shop, list(addresses))()
            placed, owner = next(
                (answer.json()["id"], token)
                for answer, token in zip(answers, shop.tokens, strict=True)
                if answer.status_code == 201
            )
            await cancel_from_all(client, addresses, placed, owner)
            await deliver_due(hall)
    assert await _ledger(hall) == (3, EACH * 2, EACH * 2)
    assert await broken_invariants(hall, "credit_limit") == set()


async def test_without_the_lock_the_same_burst_takes_more_than_the_limit(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=BUYERS, on_hand=1000)
    await _limit(hall, shop, Decimal(EACH * ROOM))
    with app_processes(
        database_url, tmp_path, target="unguarded:without_credit_lock", environment=WITH_CREDIT
    ) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            await Burst(client, shop, list(addresses))()
    held, entries, _ = await _ledger(hall)
    assert held > ROOM
    assert entries > EACH * ROOM
