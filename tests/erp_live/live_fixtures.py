"""A shop whose ERP is asked at once: the stub of 1C's HTTP service."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from erp_http import LOGIN, PASSWORD, Erp1cStub, erp_http

from fondaco.hooks.hall import Hall
from fondaco.settings import Erp, Settings
from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

# What the ERP calls the things of the shop.
NAMED = (
    "update fondaco.agreement set external_id = 'agreement-' || id where external_id is null",
    "update fondaco.legal_entity set external_id = 'entity-' || id where external_id is null",
    "update fondaco.place set external_id = 'place-' || id where external_id is null",
    "update fondaco.price_list set external_id = 'list-' || id where external_id is null",
)

opened_shop = opened(WorkingShop)
buyer = buyer_of_shop()
staff = staff_of_shop("site_admin")


@pytest_asyncio.fixture
async def erp() -> AsyncIterator[Erp1cStub]:
    """The stub at work."""
    async with erp_http() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Any, erp: Erp1cStub) -> Settings:
    """A site that asks the stub."""
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        erp=Erp(gateway="1c"),
        plugins={
            "erp_1c": {
                "live": {
                    "url": erp.url,
                    "login": LOGIN,
                    "password": PASSWORD,
                    "lines_at_once": 2,
                }
            }
        },
    )


@pytest_asyncio.fixture
async def shop(hall: Hall, opened_shop: WorkingShop) -> WorkingShop:
    """The shop, its things named as in the ERP."""
    for statement in NAMED:
        await opened_shop.run(statement)
    return opened_shop
