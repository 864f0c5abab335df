"""An open shop with empty shelves, and a browser in which its buyer is signed in."""

import pytest_asyncio

from fondaco.testing.client import Client
from fondaco.testing.shop_fixtures import opened
from fondaco.testing.wholesaler import PASSWORD

from .shelves import Shelves

shelves = opened(Shelves)


@pytest_asyncio.fixture
async def visitor(shelves: Shelves, client: Client) -> Client:
    """The company's buyer at the door."""
    await client.sign_in(shelves.company.email, PASSWORD)
    return client
