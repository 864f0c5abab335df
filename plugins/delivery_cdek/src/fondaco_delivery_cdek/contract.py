"""The JSON of CDEK's API v2 as far as it is used here, and what it means.

Source: CDEK's API v2 (oauth/token, calculator/tarifflist, deliverypoints). Weights go out in grams
and come in kilograms; sizes are whole centimetres.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_CEILING, Decimal
from typing import Any

from msgspec import Struct

from fondaco_delivery_cdek.settings import Cdek
from fondaco_sdk.providers.carrier import PickupPoint, Quote
from fondaco_sdk.towns import without_kind
from fondaco_sdk.types.delivery import Box, Parcel, PointKind, Spot, box
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.reason import Reason

_POSTAL = re.compile(r"(?<!\d)\d{6}(?!\d)")
CURRENCIES = {"RUB": 1, "KZT": 2, "USD": 3, "EUR": 4, "BYN": 9}
ENDS: Mapping[int, tuple[PointKind, ...]] = {
    **dict.fromkeys((1, 3), ()),
    **dict.fromkeys((2, 4), (PointKind.COUNTER,)),
    **dict.fromkeys((6, 7), (PointKind.LOCKER,)),
}
"""`delivery_mode`: where a tariff ends, () at the door; the others end at a terminal, or begin at a
locker, where no wholesaler hands goods over."""
FROM_OFFICE = frozenset((3, 4, 7))
"""`delivery_mode`: tariffs that begin at an office, the others of `ENDS` begin at the door."""
ORDINARY = 2
HEAVIEST = Decimal(1000)
TEN = time(10, tzinfo=timezone(timedelta(hours=3)))


class Token(Struct, frozen=True):
    """`oauth/token`."""

    access_token: str
    expires_in: int = 3600


class Said(Struct, frozen=True):
    """An error, which may stand in an answer of 200 too."""

    code: str = ""
    message: str = ""


class Tariff(Struct, frozen=True):
    """A line of `calculator/tarifflist`."""

    tariff_code: int
    tariff_name: str
    delivery_mode: int
    delivery_sum: Decimal
    period_min: int = 0
    period_max: int = 0
    calendar_min: int | None = None
    calendar_max: int | None = None


class Tariffs(Struct, frozen=True):
    """The answer of `calculator/tarifflist`."""

    tariff_codes: tuple[Tariff, ...] = ()
    errors: tuple[Said, ...] = ()


class Location(Struct, frozen=True):
    """Where an office is."""

    latitude: Decimal
    longitude: Decimal
    city: str = ""
    region: str = ""
    fias_guid: str | None = None
    postal_code: str | None = None
    country_code: str = "RU"
    address: str = ""


class Phone(Struct, frozen=True):
    """A telephone of an office."""

    number: str = ""


class Cell(Struct, frozen=True):
    """What goes into a parcel locker, in centimetres."""

    width: Decimal
    height: Decimal
    depth: Decimal


class Office(Struct, frozen=True):
    """A line of `deliverypoints`: a counter, or a parcel locker with the `dimensions` of its cells.

    Weights in kilograms; a parcel weighs more than `weight_min`.
    """

    code: str
    location: Location
    name: str = ""
    type: str = "PVZ"
    work_time: str = ""
    phones: tuple[Phone, ...] = ()
    address_comment: str | None = None
    nearest_metro_station: str | None = None
    weight_min: Decimal | None = None
    weight_max: Decimal | None = None
    dimensions: tuple[Cell, ...] | None = None
    have_cashless: bool = False
    have_cash: bool = False


def asked_of(parcel: Parcel, settings: Cdek, now: datetime) -> Mapping[str, Any] | None:
    """The body of `calculator/tarifflist`; None for what CDEK cannot be asked about."""
    if parcel.weight_kg is None or not 0 < parcel.weight_kg <= HEAVIEST:
        return None
    if parcel.currency not in CURRENCIES:
        return None
    origin = {"code": settings.sender} if settings.sender else place_of(parcel.origin)
    return {
        "type": ORDINARY,
        "date": f"{handed_over(parcel.ready_on, now):%Y-%m-%dT%H:%M:%S%z}",
        "currency": CURRENCIES[parcel.currency],
        "lang": "rus",
        "from_location": origin,
        "to_location": place_of(parcel.destination),
        "packages": [package_of(parcel)],
    }


def package_of(parcel: Parcel) -> Mapping[str, int]:
    """A parcel of a known weight in grams and whole centimetres, never rounded down."""
    package = {"weight": whole((parcel.weight_kg or Decimal(0)) * 1000)}
    if parcel.box is not None:
        sides = (parcel.box.length, parcel.box.width, parcel.box.height)
        package.update(zip(("length", "width", "height"), map(whole, sides), strict=True))
    return package


def handed_over(day: date | None, now: datetime) -> datetime:
    """When CDEK gets a parcel of this day: at ten by Moscow's clock, which is on the same day
    everywhere in Russia, and not before now."""
    return max(datetime.combine(day, TEN) if day is not None else now, now)


def place_of(spot: Spot) -> Mapping[str, Any]:
    """Where goods leave or go, as CDEK finds it."""
    country = spot.country or "RU"
    written = _POSTAL.search(spot.text)
    if postal := spot.postal_code or (written[0] if written else ""):
        return {"postal_code": postal, "country_code": country}
    if spot.city:
        # A look-up service writes the kind of a place before its name, which CDEK does not know.
        return {"city": without_kind(spot.city), "country_code": country}
    return {"address": spot.text, "country_code": country}


def whole(number: Decimal) -> int:
    """Rounded up."""
    return int(number.to_integral_value(ROUND_CEILING))


def quote_of(
    tariff: Tariff, parcel: Parcel, settings: Cdek, today: date, until: datetime
) -> Quote | None:
    """A tariff as an offer; None where it is not offered here, or makes no sense."""
    if tariff.tariff_code not in settings.tariffs or tariff.delivery_sum < 0:
        return None
    kinds = ENDS.get(tariff.delivery_mode)
    from_office = tariff.delivery_mode in FROM_OFFICE
    if kinds is None or from_office != settings.from_office(tariff.tariff_code):
        return None
    first, last = _days(tariff)
    ready = max(parcel.ready_on or today, today)
    free = settings.brings_free(parcel.counts, parcel.currency)
    price = tariff.delivery_sum * (100 + settings.markup_percent) / 100
    return Quote(
        tariff=str(tariff.tariff_code),
        title=_TITLES[kinds],
        price=Decimal(0) if free else round_money(price, parcel.currency),
        currency=parcel.currency,
        to_point=bool(kinds),
        arrives_from=ready + timedelta(days=first),
        arrives_until=ready + timedelta(days=max(first, last)),
        valid_until=until,
        kinds=kinds,
    )


def worth_offering(quotes: Sequence[Quote]) -> Sequence[Quote]:
    """Of those to the door, to a counter and to a locker, every one that is cheaper than all that
    are there as soon: nobody chooses between a dear tariff and a cheap one of the same days.
    """
    found: list[Quote] = []
    for quote in sorted(quotes, key=lambda one: (one.price, one.arrives_until, one.tariff)):
        alike = [one for one in found if one.kinds == quote.kinds]
        if all(quote.arrives_until < one.arrives_until for one in alike):
            found.append(quote)
    return found


def _days(tariff: Tariff) -> tuple[int, int]:
    """Days of the calendar; where CDEK tells only working ones, weekends are added."""
    if tariff.calendar_min is not None and tariff.calendar_max is not None:
        return tariff.calendar_min, tariff.calendar_max
    return _calendar(tariff.period_min), _calendar(tariff.period_max)


def _calendar(working: int) -> int:
    return working + 2 * ((working + 4) // 5) if working else 0


def point_of(office: Office) -> PickupPoint:
    """An office as a pickup point. Raises `ValueError` for one that is nowhere."""
    place = office.location
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise ValueError(f"office {office.code} is nowhere")
    metro = f"м. {office.nearest_metro_station}" if office.nearest_metro_station else ""
    return PickupPoint(
        code=office.code,
        kind=PointKind.LOCKER if office.type == "POSTAMAT" else PointKind.COUNTER,
        name=f"СДЭК, {office.name}" if office.name else "СДЭК",
        address=place.address,
        city=place.city,
        region=place.region,
        city_fias=place.fias_guid or "",
        postal_code=place.postal_code or "",
        country=place.country_code,
        lat=round(place.latitude, 6),
        lon=round(place.longitude, 6),
        hours=office.work_time,
        phone=office.phones[0].number if office.phones else "",
        how_to_find=", ".join(filter(None, (metro, office.address_comment or ""))),
        above_kg=office.weight_min or None,
        heaviest_kg=office.weight_max or None,
        cells=_cells(office),
        card=office.have_cashless,
        cash=office.have_cash,
    )


def _cells(office: Office) -> tuple[Box, ...]:
    """Each size once, the smallest first: a machine has dozens of cells of a few sizes."""
    return tuple(sorted({box(one.width, one.height, one.depth) for one in office.dimensions or ()}))


_TITLES: Mapping[tuple[PointKind, ...], Reason] = {
    (): Reason("delivery_cdek.door", "до двери", "to the door"),
    (PointKind.COUNTER,): Reason("delivery_cdek.counter", "до пункта выдачи", "to a pickup point"),
    (PointKind.LOCKER,): Reason("delivery_cdek.locker", "до постамата", "to a parcel locker"),
}
