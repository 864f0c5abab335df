"""A shop whose addresses and companies are looked up at the stub of DaData."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from dadata import TOKEN, DaData, dadata

from fondaco.exchange.net import outside_of
from fondaco.hooks.hall import Hall
from fondaco.settings import LookupSettings, Settings
from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

shop = opened(WorkingShop)
buyer = buyer_of_shop()
staff = staff_of_shop("head_of_sales")


@pytest_asyncio.fixture
async def service() -> AsyncIterator[DaData]:
    """The stub at work."""
    async with dadata() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Any, service: DaData) -> Settings:
    """A site that has chosen DaData."""
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        lookup=LookupSettings("dadata"),
        plugins={"delivery_dadata": {"token": TOKEN, "url": service.url}},
    )


@pytest.fixture(autouse=True)
def open_way_out(hall: Hall) -> None:
    """The way out exists before any test looks at it."""
    outside_of(hall)
