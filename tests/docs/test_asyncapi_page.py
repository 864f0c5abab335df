"""The published description of the messages is what the portal declares with `erp_1c` alone."""

import json
from pathlib import Path

import msgspec

from fondaco.exchange.asyncapi import describe
from fondaco.hall import load_registry
from fondaco.settings import Settings
from fondaco_erp_1c.manifest import plugin

PUBLISHED = Path(__file__).parents[2] / "docs/how-to/erp/asyncapi.json"


def test_the_page_is_current() -> None:
    settings = Settings()
    described = describe(load_registry(settings, (plugin,)), settings.amqp)
    assert json.loads(PUBLISHED.read_text("utf-8")) == json.loads(msgspec.json.encode(described)), (
        "run `fondaco asyncapi > docs/how-to/erp/asyncapi.json` with erp_1c alone"
    )
