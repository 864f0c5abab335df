"""A shop and the people at its door as fixtures, for the `conftest.py` of a plugin's tests:

    from fondaco.testing.shop import WorkingShop
    from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

    shop = opened(WorkingShop)
    buyer = buyer_of_shop()
    staff = staff_of_shop("head_of_sales")

A test asks for them by these names: `async def test_it(shop: WorkingShop, buyer: Client)`. A plugin
that needs more of its shop gives a class of its own, that stands on `WorkingShop`. `buyer` and
`staff` are the same browser: whoever signs in last is the one who asks.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import pytest_asyncio

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import PASSWORD, Wholesaler


class Opens(Protocol):
    """A shop that is filled before a test begins."""

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None: ...

    async def open(self) -> None:
        """Goods, prices, the first company."""


S = TypeVar("S", bound=Opens)


def opened(kind: type[S]) -> Callable[[Hall, Wholesaler], Awaitable[S]]:
    """The fixture of a shop of this class, open; it may have any name."""

    @pytest_asyncio.fixture
    async def shop(hall: Hall, wholesaler: Wholesaler) -> S:
        """A wholesaler at work, with goods and a first company."""
        found = kind(hall, wholesaler)
        await found.open()
        return found

    return shop


def buyer_of_shop() -> Callable[[WorkingShop, Client], Awaitable[Client]]:
    """The fixture of a browser in which the buyer of the first company of `shop` is signed in."""

    @pytest_asyncio.fixture
    async def buyer(shop: WorkingShop, client: Client) -> Client:
        """The first company's buyer, signed in."""
        await client.sign_in(shop.company.email, PASSWORD)
        return client

    return buyer


def staff_of_shop(role: str) -> Callable[[WorkingShop, Client], Awaitable[Client]]:
    """The fixture of a browser in which somebody of the staff of `shop` with `role` is signed in.

    The roles are the kernel's: "manager", "head_of_sales", "site_admin".
    """

    @pytest_asyncio.fixture
    async def staff(shop: WorkingShop, client: Client) -> Client:
        """One of the staff, signed in."""
        await client.sign_in(await shop.wholesaler.staff(role), PASSWORD)
        return client

    return staff
