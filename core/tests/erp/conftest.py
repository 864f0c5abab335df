"""A wholesaler whose ERP may send records; `owner` looks into the tables."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

sys.path.insert(0, str(Path(__file__).parent))

from fondaco.testing.client import Client
from fondaco.testing.erp import Erp, connect
from fondaco.testing.wholesaler import Wholesaler


@pytest_asyncio.fixture
async def owner(database_url: str) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """`await owner(sql, **values)` as the owner of the database; rows if there are any."""
    engine = create_async_engine(database_url, isolation_level="AUTOCOMMIT")

    async def run(sql: str, **values: Any) -> Any:
        async with engine.connect() as connection:
            result = await connection.execute(text(sql), values)
            return [tuple(row) for row in result] if result.returns_rows else result.rowcount

    yield run
    await engine.dispose()


@pytest_asyncio.fixture
async def erp(client: Client, wholesaler: Wholesaler, owner: Callable[..., Awaitable[Any]]) -> Erp:
    """An ERP with a token; the portal has a price list "L1" and the goods A-1 and A-2 in stock."""
    prices, place = await wholesaler.price_list(), await wholesaler.place()
    await owner("update fondaco.price_list set external_id = 'L1' where id = :id", id=prices)
    await wholesaler.products(2, price_list=prices, place=place)
    return await connect(client, wholesaler)
