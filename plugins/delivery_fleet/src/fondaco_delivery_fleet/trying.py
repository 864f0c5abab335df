"""Which zone an address would be in, and what its buyer would be offered."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from fondaco_delivery_fleet.offers import offers
from fondaco_delivery_fleet.rule import Zone, zone_of
from fondaco_delivery_fleet.settings import FleetSettings
from fondaco_delivery_fleet.stored import Stored
from fondaco_sdk.context import Ask
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel, Spot


class Tried(Struct, frozen=True):
    """The zone, None where there is none, and its offers for goods that are ready today."""

    zone: Zone | None
    offers: Sequence[DeliveryOffer]


def tried(ask: Ask, found: Stored, settings: FleetSettings, asked: Mapping[str, str]) -> Tried:
    """What `address` is offered, for goods of `value` that weigh `weight`, as they were typed."""
    spot = Spot(asked["address"])
    parcel = Parcel(
        key=0,
        origin=Spot(""),
        destination=spot,
        value=_number(asked["value"]) or Decimal(0),
        currency=ask.currency,
        weight_kg=_number(asked["weight"]),
        box=None,
        ready_on=ask.now.astimezone(ask.zone).date(),
    )
    return Tried(zone_of(found.zones, spot), tuple(offers(ask, found, settings, [parcel])))


def _number(typed: str) -> Decimal | None:
    try:
        found = Decimal(typed.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < Decimal(10) ** 12 else None
