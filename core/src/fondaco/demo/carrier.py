"""A carrier that does not exist, for the demo: prices by weight and distance, points in some towns.

It calls nobody, and says by its name that it is made up.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt

from msgspec import Struct

from fondaco_sdk.context import Net
from fondaco_sdk.providers.carriage import CarriageRead, CarriageState, CarriageWanted
from fondaco_sdk.providers.carrier import PickupPoint, Quote
from fondaco_sdk.types.delivery import Parcel, PointKind, Spot, box
from fondaco_sdk.types.reason import Reason

_HEAVIEST = Decimal(300)
UNKNOWN = 1000.0
_LOCKER = (box(Decimal(60), Decimal(40), Decimal(40)),)
_STREETS = ("Заводская", "Садовая", "Ленина", "Мира", "Полевая", "Речная", "Вокзальная")


class _Town(Struct, frozen=True):
    name: str
    region: str
    lat: float
    lon: float
    points: int


TOWNS = (
    _Town("Москва", "", 55.751, 37.618, 60),
    _Town("Химки", "Московская обл", 55.889, 37.430, 12),
    _Town("Тверь", "Тверская обл", 56.859, 35.912, 12),
    _Town("Санкт-Петербург", "", 59.939, 30.316, 45),
    _Town("Новосибирск", "Новосибирская обл", 55.030, 82.921, 25),
    _Town("Екатеринбург", "Свердловская обл", 56.838, 60.597, 25),
    _Town("Казань", "Респ Татарстан", 55.796, 49.106, 25),
    _Town("Нижний Новгород", "Нижегородская обл", 56.327, 44.006, 20),
    _Town("Краснодар", "Краснодарский край", 45.035, 38.975, 20),
    _Town("Самара", "Самарская обл", 53.195, 50.101, 20),
    _Town("Ростов-на-Дону", "Ростовская обл", 47.222, 39.719, 20),
    _Town("Воронеж", "Воронежская обл", 51.661, 39.200, 20),
)


class DemoCarrier:
    """Implements `fondaco_sdk.providers.carrier.Carrier` and `.carriage.Registers`."""

    title = Reason("demo_carrier.title", "Демо-перевозчик (выдуманный)", "Demo carrier (made up)")

    async def quotes(self, net: Net, parcels: Sequence[Parcel]) -> Sequence[Sequence[Quote]]:
        """To the door and to a point, for parcels of at most 300 kg."""
        return [list(_quotes(parcel)) for parcel in parcels]

    async def points(self, net: Net, page: int) -> Sequence[PickupPoint] | None:
        """All on one page."""
        return None if page else list(_points())

    async def register(self, net: Net, wanted: CarriageWanted) -> CarriageRead:
        """Takes every parcel, under a number that follows from its key."""
        number = f"DEMO-{wanted.key.int % 10**8:08}"
        return CarriageRead(str(wanted.key), CarriageState.REGISTERED, number)

    async def read(self, net: Net, ids: Sequence[str]) -> Mapping[str, CarriageRead]:
        """Every parcel is on its way."""
        return {one: CarriageRead(one, CarriageState.ON_THE_WAY) for one in ids}


def _quotes(parcel: Parcel) -> Iterator[Quote]:
    weight = parcel.weight_kg
    if weight is None or weight > _HEAVIEST or parcel.ready_on is None:
        return
    days = 1 + int(_kilometres(parcel.destination) // 500)
    until = datetime.now(UTC) + timedelta(hours=6)
    for tariff, base, each, more, kinds in (
        ("locker", 150, 16, 0, (PointKind.LOCKER,)),
        ("point", 190, 18, 0, (PointKind.COUNTER,)),
        ("door", 390, 24, 1, ()),
    ):
        price = (base + each * weight) * (1 + Decimal(days) / 10)
        first = parcel.ready_on + timedelta(days=days + more)
        yield Quote(
            tariff=tariff,
            title=_TITLES[tariff],
            price=price.quantize(Decimal(1), ROUND_HALF_UP),
            currency="RUB",
            to_point=bool(kinds),
            arrives_from=first,
            arrives_until=first + timedelta(days=2),
            valid_until=until,
            kinds=kinds,
        )


def _kilometres(goal: Spot) -> float:
    """From Moscow; to a place that is not known, a thousand."""
    lat, lon = goal.lat, goal.lon
    if lat is None or lon is None:
        return next((_apart(t.lat, t.lon) for t in TOWNS if t.name in goal.text), UNKNOWN)
    return _apart(float(lat), float(lon))


def _apart(lat: float, lon: float) -> float:
    home = TOWNS[0]
    a, b, c = radians(home.lat), radians(lat), radians(lon - home.lon)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(c / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


def _points() -> Iterator[PickupPoint]:
    chance = random.Random(1)
    for town in TOWNS:
        for number in range(1, town.points + 1):
            locker = number % 4 == 0
            lat = town.lat + chance.gauss(0, 0.035)
            lon = town.lon + chance.gauss(0, 0.06)
            yield PickupPoint(
                code=f"D{TOWNS.index(town) + 1:02}{number:03}",
                kind=PointKind.LOCKER if locker else PointKind.COUNTER,
                name=f"Демо-{'постамат' if locker else 'пункт'} № {number}",
                address=f"{town.name}, ул. {chance.choice(_STREETS)}, д. {chance.randint(1, 120)}",
                city=town.name,
                region=town.region,
                city_fias="",
                postal_code="",
                country="RU",
                lat=Decimal(f"{lat:.6f}"),
                lon=Decimal(f"{lon:.6f}"),
                hours="круглосуточно" if locker else "Пн–Сб 09:00–20:00",
                heaviest_kg=Decimal(15 if locker else 100),
                cells=_LOCKER if locker else (),
                card=not locker or number % 8 == 0,
                cash=number % 3 == 0,
            )


_TITLES = {
    "locker": Reason("demo_carrier.locker", "до постамата", "to a parcel locker"),
    "point": Reason("demo_carrier.point", "до пункта выдачи", "to a pickup point"),
    "door": Reason("demo_carrier.door", "до двери", "to the door"),
}


def create(settings: None) -> DemoCarrier:
    """The factory named in the manifest."""
    return DemoCarrier()
