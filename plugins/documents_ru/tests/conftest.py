"""A shop that ships, as a fixture; lets the tests of this folder import its samples by name."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

sys.path.insert(0, str(Path(__file__).parent))

from shipping_shop import ShippingShop

from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

shop = opened(ShippingShop)
buyer = buyer_of_shop()
staff = staff_of_shop("manager")


@pytest_asyncio.fixture
async def owner(database_url: str) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """`await owner(sql, **values)` as the owner of the database."""
    engine = create_async_engine(database_url, isolation_level="AUTOCOMMIT")

    async def run(sql: str, **values: Any) -> None:
        async with engine.connect() as connection:
            await connection.execute(text(sql), values)

    yield run
    await engine.dispose()
