"""Lets the tests of this folder import its desk and plugin, and opens the desk."""

import sys
from pathlib import Path
from typing import Any

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from price_desk import Desk


@pytest_asyncio.fixture
async def desk(shop: Any) -> Desk:
    found = Desk(shop)
    await found.open()
    return found
