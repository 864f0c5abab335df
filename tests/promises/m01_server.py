"""The server of M01, a process: `m01_server.py URL FIRST COUNT` places orders, one by one.

It prints the number of each order after its commit: that is the acknowledgement.
"""

import asyncio
import sys
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from m01_plugin import PLUGIN
from sqlalchemy import text

from fondaco.hall import create_hall, load_registry
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco.testing.crash import crash_point
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


async def _serve(url: str, first: int, count: int) -> None:
    hall = m01_hall(url)
    for order in range(first, first + count):
        await place(hall, order)
        print(order, flush=True)
    await hall.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
