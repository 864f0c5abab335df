"""The shop whose 1C calls; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from exchange_desk import ExchangeShop

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import Wholesaler


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler, client: Client) -> ExchangeShop:
    """A shop at work that 1C may call."""
    found = ExchangeShop(hall, wholesaler)
    await found.open()
    await found.access(client)
    return found
