"""The bank, open."""

from collections.abc import AsyncIterator

import pytest_asyncio
from cbr import Bank, bank


@pytest_asyncio.fixture
async def the_bank() -> AsyncIterator[Bank]:
    """The Bank of Russia on this machine."""
    async with bank() as found:
        yield found
