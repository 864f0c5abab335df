"""Zones, trips and prices: pure, so tried with anything."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fondaco_delivery_fleet.rule import HORIZON, Zone, zone_of
from fondaco_sdk.towns import plain
from fondaco_sdk.types.delivery import Spot

MOSCOW = ZoneInfo("Europe/Moscow")
ZONE = Zone(
    uuid=uuid4(),
    name="Тверь",
    cities=("Тверь",),
    postal=("170",),
    weekdays=(1, 4),
    cut_off=time(14),
    lead_days=1,
    price=Decimal(1800),
    free_from=Decimal(150_000),
    included_kg=Decimal(500),
    per_kg=Decimal(6),
    heaviest_kg=Decimal(3000),
)
_days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_zones = st.builds(
    replace,
    st.just(ZONE),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    cut_off=st.times(),
    lead_days=st.integers(0, 14),
    price=st.decimals(0, 10_000, places=2),
    free_from=st.none() | st.decimals(0, 500_000, places=2),
    included_kg=st.decimals(0, 1000, places=3),
    per_kg=st.decimals(0, 100, places=2),
)


@pytest.mark.parametrize(
    ("now", "ready", "first"),
    [
        ((2026, 11, 30, 13, 59), date(2026, 11, 28), date(2026, 12, 1)),
        ((2026, 11, 30, 14, 0), date(2026, 11, 28), date(2026, 12, 1)),
        ((2026, 11, 30, 14, 1), date(2026, 11, 28), date(2026, 12, 4)),
        ((2026, 11, 28, 3, 0), date(2026, 12, 1), date(2026, 12, 4)),
        ((2026, 11, 28, 3, 0), date(2026, 12, 3), date(2026, 12, 4)),
        ((2026, 11, 28, 3, 0), date(2026, 12, 4), date(2026, 12, 8)),
    ],
)
def test_the_next_trip(now: tuple[int, ...], ready: date, first: date) -> None:
    trips = ZONE.trips(ready, datetime(*now, tzinfo=MOSCOW), lambda day: True)  # type: ignore[arg-type,misc]
    assert next(trips) == first


@given(
    _zones,
    _days,
    st.integers(-30, 60),
    st.times(),
    st.sets(st.integers(0, HORIZON)),
)
def test_no_trip_is_too_early_or_on_a_day_off(
    zone: Zone, today: date, ready_in: int, clock: time, closed: set[int]
) -> None:
    ready = today + timedelta(days=ready_in)
    off = {today + timedelta(days=one) for one in closed}
    now = datetime.combine(today, clock, MOSCOW)
    trips = list(zone.trips(ready, now, lambda day: day not in off))
    assert trips == sorted(set(trips))
    for day in trips:
        until = day - timedelta(days=zone.lead_days)
        assert day.weekday() in zone.weekdays
        assert day not in off
        assert ready <= until
        assert today < until or (today == until and clock <= zone.cut_off)


@given(_zones, st.decimals(0, 1_000_000, places=2), st.decimals(0, 10_000, places=3))
def test_a_price_never_falls_with_the_weight_nor_grows_with_the_order(
    zone: Zone, value: Decimal, weight: Decimal
) -> None:
    price = zone.price_of(value, weight, "RUB")
    assert price >= 0
    assert price == round(price, 2)
    assert zone.price_of(value, weight + 1, "RUB") >= price
    assert zone.price_of(value + 1, weight, "RUB") <= price
    assert zone.price_of(value, None, "RUB") <= price


def test_every_kilogram_begun_is_charged() -> None:
    assert ZONE.price_of(Decimal(1), Decimal("500.000"), "RUB") == Decimal("1800.00")
    assert ZONE.price_of(Decimal(1), Decimal("500.001"), "RUB") == Decimal("1806.00")
    assert ZONE.price_of(Decimal(1), Decimal(502), "RUB") == Decimal("1812.00")
    assert ZONE.price_of(Decimal(150_000), Decimal(502), "RUB") == 0


@pytest.mark.parametrize(
    "town", ["Тверь", "г. Тверь", "г.Тверь", "г Тверь", "ТВЕРЬ г", "город  тверь"]
)
def test_a_town_in_any_spelling(town: str) -> None:
    assert plain(town) == "тверь"
    assert zone_of([ZONE], Spot(f"{town}, ул Коминтерна, д 77")) is ZONE
    assert zone_of([ZONE], Spot("", city=town)) is ZONE


@pytest.mark.parametrize(
    "text",
    [
        "Москва, Тверская ул, д 1",
        "Тверская обл, Ржев, ул Ленина, д 5",
        "д 170, ул Мира",
        "тел. 1701234567, Калуга",
        "",
    ],
)
def test_an_address_elsewhere_is_in_no_zone(text: str) -> None:
    assert zone_of([ZONE], Spot(text)) is None


@pytest.mark.parametrize(
    ("spot", "there"),
    [
        (Spot("Калужская обл, г Киров, ул Ленина, д 5"), True),
        (Spot("Калужская область, Киров"), True),
        (Spot("г Киров, ул Ленина, д 5"), True),
        (Spot("", region="Калужская обл", city="г Киров"), True),
        (Spot("Кировская обл, г Киров, ул Ленина, д 5"), False),
        (Spot("", region="Кировская обл", city="г Киров"), False),
    ],
)
def test_a_zone_may_name_the_region_of_a_town(spot: Spot, there: bool) -> None:
    zone = replace(ZONE, cities=("Киров (Калужская обл)",), postal=())
    assert zone_of([zone], spot) is (zone if there else None)
    assert zone_of([replace(zone, cities=("Киров",))], spot)


def test_the_longest_beginning_of_a_code_wins_then_the_price() -> None:
    wide = replace(ZONE, uuid=uuid4(), name="Область", cities=(), postal=("17",), price=Decimal(1))
    dear = replace(ZONE, uuid=uuid4(), name="Ещё Тверь", price=Decimal(9000))
    assert zone_of([wide, dear, ZONE], Spot("170100, Тверь, ул Мира, д 1")) is ZONE
    assert zone_of([wide, ZONE], Spot("172380, Ржев, ул Мира, д 1")) is wide
    assert zone_of([wide, ZONE], Spot("Тверь", postal_code="171000")) is wide
