"""The description of the messages is what the portal declares and takes."""

import json
import re
from typing import Any

import msgspec

from fondaco.exchange.asyncapi import describe
from fondaco.hall import load_registry
from fondaco.settings import Settings
from fondaco_erp_1c.manifest import plugin


def described() -> dict[str, Any]:
    """As the command prints it, with this plugin alone."""
    settings = Settings()
    found = describe(load_registry(settings, (plugin,)), settings.amqp)
    return dict(json.loads(msgspec.json.encode(found)))


def test_every_reference_leads_somewhere() -> None:
    found = described()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(found)):
        place: Any = found
        for part in reference.split("/"):
            place = place[part]


def test_both_ways_are_there_with_their_fields() -> None:
    found = described()
    operations = {name: one["action"] for name, one in found["operations"].items()}
    assert operations["send.portal.order.created"] == "send"
    assert operations["receive.portal.inbound.stock"] == "receive"
    assert operations["receive.portal.inbound.payments"] == "receive"
    order = found["components"]["schemas"]["OrderTold"]["properties"]
    assert {"order", "number", "buyer", "documents", "payments"} <= order.keys()
    line = found["components"]["schemas"]["LineOut"]["properties"]
    assert {"product", "quantity", "unit_price", "vat", "vat_amount", "total"} <= line.keys()
    stock = found["components"]["messages"]["stock.changed.v1"]["payload"]
    assert stock["required"] == ["id", "type", "payload"]
