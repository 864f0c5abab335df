"""The shop as a fixture; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from quay import Quay

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler


@pytest_asyncio.fixture
async def quay(hall: Hall, wholesaler: Wholesaler) -> Quay:
    """A wholesaler with goods in Moscow, and one company."""
    found = Quay(hall, wholesaler)
    await found.open()
    return found


@pytest_asyncio.fixture
async def buyer(quay: Quay, client: Client) -> Client:
    """The company's buyer, signed in."""
    await client.sign_in(quay.company.email, PASSWORD)
    return client


@pytest_asyncio.fixture
async def staff(quay: Quay, client: Client) -> Client:
    """The head of sales, signed in."""
    await client.sign_in(await quay.wholesaler.staff("head_of_sales"), PASSWORD)
    return client
