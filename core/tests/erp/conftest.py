"""A wholesaler whose ERP may send records."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from fondaco.testing.client import Client
from fondaco.testing.erp import Erp, connect
from fondaco.testing.wholesaler import Wholesaler


@pytest_asyncio.fixture
async def erp(client: Client, wholesaler: Wholesaler, owner: Callable[..., Awaitable[Any]]) -> Erp:
    """An ERP with a token; the portal has a price list "L1" and the goods A-1 and A-2 in stock."""
    prices, place = await wholesaler.price_list(), await wholesaler.place()
    await owner("update fondaco.price_list set external_id = 'L1' where id = :id", id=prices)
    await wholesaler.products(2, price_list=prices, place=place)
    return await connect(client, wholesaler)
