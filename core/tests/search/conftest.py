"""An open shop with empty shelves, and a browser in which its buyer is signed in."""

import pytest_asyncio

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

from .shelves import Shelves


@pytest_asyncio.fixture
async def shelves(hall: Hall, wholesaler: Wholesaler) -> Shelves:
    """A seller, a price list, a warehouse and a company that buys; no goods yet."""
    made = Shelves(hall, wholesaler)
    await made.open()
    return made


@pytest_asyncio.fixture
async def visitor(shelves: Shelves, client: Client) -> Client:
    """The company's buyer at the door."""
    await client.sign_in(shelves.company.email, PASSWORD)
    return client
