"""A shop whose parcels are carried by the stub of CDEK."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cdek import ACCOUNT, SECRET, Cdek, cdek
from counter import Counter

from fondaco.exchange.net import outside_of
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.settings import Delivery, Settings
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.manifest import Plugin

shop = opened(Counter)
buyer = buyer_of_shop()
staff = staff_of_shop("site_admin")


@pytest_asyncio.fixture
async def boss(shop: Counter, hall: Hall) -> AsyncIterator[Client]:
    """The site's administrator in a browser of their own, beside the buyer's."""
    application: Any = application_of(hall)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://portal.test") as browser:
        await browser.sign_in(await shop.wholesaler.staff("site_admin"), PASSWORD)
        yield browser


@pytest_asyncio.fixture
async def service() -> AsyncIterator[Cdek]:
    """The stub at work."""
    async with cdek() as found:
        yield found


@pytest.fixture
def more_settings() -> dict[str, Any]:
    """Further settings of the plugin, for a test to name."""
    return {}


@pytest.fixture
def hand_over() -> str:
    """When parcels are registered, for a test to name."""
    return "when_shipped"


@pytest.fixture
def settings(
    tmp_path: Any, service: Cdek, more_settings: dict[str, Any], hand_over: Any
) -> Settings:
    """A site with a contract."""
    account = {"client_id": ACCOUNT, "client_secret": SECRET, "url": service.url, "sender": 44}
    account["shipment_point"] = "MSK5"
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        delivery=Delivery(hand_over=hand_over),
        plugins={"delivery_cdek": {**account, **more_settings}},
    )


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The plugin alone."""
    found, _ = discover()
    return tuple(m for m in found if m.name == "delivery_cdek")


@pytest.fixture(autouse=True)
def open_way_out(hall: Hall) -> None:
    """The way out exists before any test looks at it."""
    outside_of(hall)
