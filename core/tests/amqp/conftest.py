"""A hall with a broker and the plugin of these tests."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from amqp_plugin import PLUGIN, TABLE

from fondaco.testing.broker_fixtures import (
    broker,
    queues,
    rows,
    server,
    settings,
    until,
    working,
)
from fondaco_sdk.manifest import Plugin

__all__ = (
    "broker",
    "queues",
    "rows",
    "server",
    "settings",
    "until",
    "working",
)


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    return (PLUGIN,)


@pytest_asyncio.fixture(autouse=True)
async def _table(owner: Callable[..., Awaitable[Any]]) -> None:
    for statement in TABLE:
        await owner(statement)
