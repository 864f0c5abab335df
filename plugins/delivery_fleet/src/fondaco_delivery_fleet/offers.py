"""What the fleet offers for parcels."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from fondaco_delivery_fleet.rule import Zone, zone_of
from fondaco_delivery_fleet.settings import FleetSettings
from fondaco_delivery_fleet.stored import Stored
from fondaco_sdk.context import Ask
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.reason import Reason

TITLE = Reason("delivery_fleet.title", "Наша доставка", "Our own delivery")


def offers(
    ask: Ask, found: Stored, settings: FleetSettings, parcels: Sequence[Parcel]
) -> Iterator[DeliveryOffer]:
    """The next trips to each parcel's zone, one offer a trip; none where no zone is known.

    Prices are in the site's currency, so goods in another one are offered nothing.
    """
    for parcel in parcels:
        zone = zone_of(found.zones, parcel.destination)
        if zone is None or parcel.ready_on is None or parcel.currency != ask.currency:
            continue
        if not zone.takes(parcel.weight_kg):
            yield _offer(ask, zone, settings, parcel, None)
            continue
        now = ask.now.astimezone(found.clock(parcel.place, ask.zone))
        trips = zone.trips(parcel.ready_on, now, lambda day: found.works(day, settings.holidays))
        for day in islice(trips, settings.days):
            yield _offer(ask, zone, settings, parcel, day)


def _offer(
    ask: Ask, zone: Zone, settings: FleetSettings, parcel: Parcel, day: date | None
) -> DeliveryOffer:
    return DeliveryOffer(
        parcel=parcel.key,
        code=f"fleet:{zone.uuid}:{day or ''}",
        title=TITLE,
        price=zone.price_of(parcel.counts, parcel.weight_kg, parcel.currency),
        vat=settings.vat,
        arrives_from=day,
        arrives_until=day,
        note=_free(ask, zone, parcel),
        refusal=None if day else _too_heavy(ask, zone),
    )


def _free(ask: Ask, zone: Zone, parcel: Parcel) -> Reason | None:
    """How far it is to a delivery for nothing."""
    if zone.free_from is None or parcel.counts >= zone.free_from:
        return None
    sums = {
        locale: ask.words.money(zone.free_from, parcel.currency, locale) for locale in ("ru", "en")
    }
    return Reason(
        "delivery_fleet.free_from",
        f"Бесплатно от {sums['ru']}",
        f"Free from {sums['en']}",
    )


def _too_heavy(ask: Ask, zone: Zone) -> Reason:
    said = {
        locale: ask.words.quantity(zone.heaviest_kg, unit, locale)
        for locale, unit in (("ru", "кг"), ("en", "kg"))
        if zone.heaviest_kg is not None
    }
    return Reason(
        "delivery_fleet.too_heavy",
        f"Наша машина берёт не больше {said['ru']}",
        f"Our lorry takes at most {said['en']}",
    )
