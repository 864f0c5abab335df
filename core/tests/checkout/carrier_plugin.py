"""A plugin for the tests of deliveries: offers what the test says, and keeps what it was asked."""

import asyncio
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.manifest import Plugin, Text
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.reason import Reason

PLUGIN = Plugin(
    name="lorry", version="0.1.0", title=Text("Машина", "Lorry"), hooks="carrier_plugin"
)
TITLE = Reason("lorry", "Наша машина", "Our lorry")
FULL = Reason("lorry.full", "Машина уже полная", "The lorry is full")


class World:
    """What the test decides, and the parcels that were asked about."""

    offers: ClassVar[dict[str, Decimal]] = {}
    refused: ClassVar[set[str]] = set()
    to_point: ClassVar[set[str]] = set()
    vat = "22"
    fails = ""
    asked: ClassVar[list[Sequence[Parcel]]] = []


def reset() -> None:
    """As before a test."""
    World.offers, World.refused, World.to_point = {}, set(), set()
    World.vat, World.fails = "22", ""
    World.asked.clear()


@impl
async def delivery_offers(ask: Ask, parcels: Sequence[Parcel]) -> Sequence[DeliveryOffer]:
    """Every offer of the moment for every parcel."""
    World.asked.append(parcels)
    if World.fails == "raises":
        raise RuntimeError("no lorry")
    if World.fails == "hangs":
        await asyncio.sleep(60)
    return [
        DeliveryOffer(
            parcel.key,
            code,
            TITLE,
            price,
            World.vat,
            date(2026, 12, 1),
            date(2026, 12, 3),
            carrier="lorry",
            to_point=code in World.to_point,
            refusal=FULL if code in World.refused else None,
        )
        for parcel in parcels
        for code, price in World.offers.items()
    ]
