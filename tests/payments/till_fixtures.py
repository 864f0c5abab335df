"""The till and its people as fixtures, for whoever imports them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio
from till import Till, till_settings
from yookassa import YooKassaStub, yookassa

from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.settings import Settings
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Plugin


@pytest_asyncio.fixture
async def stub() -> AsyncIterator[YooKassaStub]:
    """What stands for YooKassa."""
    async with yookassa() as server:
        yield server


@pytest.fixture
def more_settings() -> dict[str, Any]:
    """Further settings of the plugin, for a test to name."""
    return {}


@pytest.fixture
def settings(tmp_path: Any, stub: YooKassaStub, more_settings: dict[str, Any]) -> Settings:
    """A site that is paid by the stub."""
    base = Settings(data_dir=str(tmp_path / "data"), secret="test-secret")
    return till_settings(base, stub.url, **more_settings)


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The plugin alone."""
    return tuple(m for m in discover()[0] if m.name == "payments_yookassa")


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler, stub: YooKassaStub) -> Till:
    """The shop, open."""
    till = Till(hall, wholesaler)
    till.stub = stub
    await till.open()
    return till
