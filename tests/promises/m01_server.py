"""The server of M01, a process that places orders and acknowledges them."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from m01_plugin import PLUGIN
from sqlalchemy import text

from fondaco.crash import VARIABLE, crash_point
from fondaco.hall import create_hall, load_registry
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco_sdk.events import OrderPlacedV1
from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId

_PLACED = text("insert into m01.placed values (:order)")


def m01_hall(url: str) -> Hall:
    """A hall with the plugin of M01."""
    settings = Settings(secret="m01")
    registry = load_registry(settings, (PLUGIN,))
    return create_hall(settings, database_url=url, registry=registry)


async def place(hall: Hall, order: int) -> None:
    """Write an order and its event, in one transaction."""
    event = OrderPlacedV1(
        order_id=OrderId(order),
        order_uuid=UUID(int=order),
        number=str(order),
        company_id=CompanyId(1),
        legal_entity_id=LegalEntityId(1),
        at=datetime.now(UTC),
        total=Decimal(100),
        currency="RUB",
    )
    async with system_ask(hall).act() as act:
        await act.execute(_PLACED, {"order": order})
        await act.emit(event)
        crash_point("server.before_commit")
    crash_point("server.after_commit")


def serve(url: str, first: int, count: int, acknowledged: str, crash_at: str) -> None:
    """Place `count` orders and write the number of each into a file after its commit."""
    if crash_at:
        os.environ[VARIABLE] = crash_at
    asyncio.run(_serve(url, range(first, first + count), Path(acknowledged)))


async def _serve(url: str, orders: Sequence[int], acknowledged: Path) -> None:
    hall = m01_hall(url)
    with acknowledged.open("a", buffering=1) as file:
        for order in orders:
            await place(hall, order)
            file.write(f"{order}\n")
    await hall.close()
