"""The shop and its staff as fixtures; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from loyalty_shop import Shop

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> Shop:
    """A wholesaler with goods and one company; no statuses yet."""
    found = Shop(hall, wholesaler)
    await found.open()
    return found


@pytest_asyncio.fixture
async def staff(shop: Shop, client: Client) -> Client:
    """The head of sales, signed in."""
    await shop.tiers()
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    await client.get("/locale/ru")
    return client
