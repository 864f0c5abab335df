"""The shop and its staff as fixtures; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from loyalty_shop import Shop

from fondaco.testing.client import Client
from fondaco.testing.shop_fixtures import opened, staff_of_shop

shop = opened(Shop)
head_of_sales = staff_of_shop("head_of_sales")


@pytest_asyncio.fixture
async def staff(shop: Shop, head_of_sales: Client) -> Client:
    """The head of sales, who reads Russian, of a shop that has statuses."""
    await shop.tiers()
    await head_of_sales.get("/locale/ru")
    return head_of_sales
