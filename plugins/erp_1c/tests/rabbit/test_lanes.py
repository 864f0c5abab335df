"""Accounts come by night in thousands, stock every few minutes: each in a lane of its own."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker
from fondaco.testing.broker_fixtures import EXCHANGE
from fondaco.testing.shop import WorkingShop

FLOOD, RECORDS, SECONDS = 100, 200, 5.0
COMPANIES = "select count(*) from fondaco.company where name like 'Ночной %'"
STOCK = "select on_hand from fondaco.stock_row order by product_id limit 1"


def _message(type_name: str, id: str, payload: Any) -> tuple[str, bytes]:
    said = {
        "id": id,
        "type": type_name,
        "source": "1c",
        "occurred_at": datetime.now(UTC).isoformat(),
        "entity": {"kind": "any", "id": id, "version": 1},
        "payload": payload,
    }
    return id, json.dumps(said).encode()


def _night() -> list[tuple[str, bytes]]:
    return [
        _message(
            "company.changed.v1",
            f"night-{n}",
            [{"external_id": f"night-{n}-{m}", "name": f"Ночной {n}-{m}"} for m in range(RECORDS)],
        )
        for n in range(FLOOD)
    ]


@pytest.mark.timeout(180)
async def test_a_flood_of_accounts_does_not_delay_stock(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    await shop.run("update fondaco.place set external_id = 'moscow'")

    async def send(key: str, messages: list[tuple[str, bytes]]) -> None:
        await asyncio.to_thread(broker.send, messages, exchange=EXCHANGE, routing_key=key)

    async with working(hall):
        await until(lambda: _declared(broker))
        await send("1c.counterparty.changed", _night())

        async def begun() -> bool:
            return (await rows(COMPANIES))[0][0] > 0

        await until(begun)
        stock = {"product": "A-1", "place": "moscow", "quantity": "17"}
        await send("1c.stock.changed", [_message("stock.changed.v1", "stock", stock)])
        sent = time.monotonic()

        async def taken() -> bool:
            return await rows(STOCK) == [(17,)]

        await until(taken)
        assert time.monotonic() - sent < SECONDS
        # The night is not over, or nothing was shown.
        assert (await rows(COMPANIES))[0][0] < FLOOD * RECORDS


async def _declared(broker: Broker) -> bool:
    try:
        await asyncio.to_thread(broker.count, "portal.inbound.customers")
        await asyncio.to_thread(broker.count, "portal.inbound.stock")
    except Exception:
        return False
    return True
