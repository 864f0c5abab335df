"""A shop with a broker and 1C's add-in at its other end."""

from collections.abc import Sequence

import pytest

from fondaco.testing.broker_fixtures import broker, queues, rows, server, settings, until, working
from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import opened
from fondaco_erp_1c.manifest import plugin
from fondaco_sdk.manifest import Plugin

shop = opened(WorkingShop)

__all__ = ("broker", "queues", "rows", "server", "settings", "shop", "until", "working")


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The exchange with 1C."""
    return (plugin,)
