"""The desk, signed in."""

import pytest_asyncio
from desk import Desk

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import Wholesaler


@pytest_asyncio.fixture
async def desk(hall: Hall, client: Client, wholesaler: Wholesaler) -> Desk:
    """Staff at the pages of imports."""
    found = Desk(hall, client)
    await found.sign_in(wholesaler)
    return found
