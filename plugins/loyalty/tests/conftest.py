"""The shop as a fixture; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from loyalty_shop import Shop

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> Shop:
    """A wholesaler with goods and one company; no statuses yet."""
    found = Shop(hall, wholesaler)
    await found.open()
    return found
