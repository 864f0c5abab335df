"""The shop as a fixture; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from analogue_shop import Shop

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> Shop:
    """A wholesaler with three products and one company; no references yet."""
    found = Shop(hall, wholesaler)
    await found.open()
    return found


@pytest_asyncio.fixture
async def buyer(shop: Shop, client: Client) -> Client:
    """The first company's buyer, signed in."""
    await client.sign_in(shop.company.email, PASSWORD)
    return client


@pytest_asyncio.fixture
async def staff(shop: Shop, client: Client) -> Client:
    """The site's administrator, signed in."""
    await client.sign_in(await shop.wholesaler.staff("site_admin"), PASSWORD)
    return client
