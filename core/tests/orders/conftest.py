"""Who is at work on an order beside its buyer."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approval_desk import Desk

from fondaco.testing.client import Client


@pytest.fixture
def desk(shop: Any) -> Desk:
    return Desk(shop)


@pytest.fixture
async def manager(shop: Any) -> Client:
    found: Client = await shop.browser(await shop.wholesaler.staff("manager"))
    return found
