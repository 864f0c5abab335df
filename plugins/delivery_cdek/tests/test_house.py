"""What holds for every plugin, and how answers are read; tests/carriers has the rest."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import fondaco_delivery_cdek
from fondaco.testing.plugin_checks import modules_of_manifest
from fondaco_delivery_cdek.contract import (
    Office,
    Tariff,
    asked_of,
    point_of,
    quote_of,
    worth_offering,
)
from fondaco_delivery_cdek.service import CdekCarrier
from fondaco_delivery_cdek.settings import Cdek
from fondaco_sdk.providers.carrier import Carrier
from fondaco_sdk.testing.quality import quality_problems
from fondaco_sdk.types.delivery import Parcel, PointKind, Spot, box

D = Decimal
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PARCEL = Parcel(
    0, Spot("Москва"), Spot("Тверь", city="Тверь"), D(1000), "RUB", D("1.0001"),
    box(D("10.1"), D(5), D(2)), date(2026, 12, 1),
)  # fmt: skip


def test_the_ladder_of_quality() -> None:
    folder = Path(fondaco_delivery_cdek.__file__).parent
    assert quality_problems(folder / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_delivery_cdek.manifest") == [
        "fondaco_delivery_cdek",
        "fondaco_delivery_cdek.manifest",
    ]


def test_it_is_a_carrier() -> None:
    assert isinstance(CdekCarrier(Cdek()), Carrier)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "api.cdek.ru"},
        {"client_id": "only"},
        {"markup_percent": "2000"},
        {"free_from": "-1"},
        {"secret": "x"},
    ],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Cdek)


def test_weights_and_sizes_are_never_rounded_down() -> None:
    body = asked_of(PARCEL, Cdek(), NOW)
    assert body is not None
    assert body["packages"] == [{"weight": 1001, "length": 11, "width": 5, "height": 2}]
    assert body["to_location"] == {"city": "Тверь", "country_code": "RU"}
    assert body["from_location"] == {"address": "Москва", "country_code": "RU"}
    assert body["date"] == "2026-12-01T10:00:00+0300"


@pytest.mark.parametrize("day", [None, date(2026, 11, 27), date(2026, 11, 28)])
def test_nothing_is_handed_over_before_now(day: date | None) -> None:
    body = asked_of(msgspec.structs.replace(PARCEL, ready_on=day), Cdek(), NOW)
    assert body is not None
    assert body["date"] == "2026-11-28T12:00:00+0000"


@pytest.mark.parametrize(
    "changes",
    [{"weight_kg": None}, {"weight_kg": D(0)}, {"weight_kg": D(1001)}, {"currency": "CNY"}],
)
def test_what_cdek_is_not_asked_about(changes: dict[str, Any]) -> None:
    assert asked_of(msgspec.structs.replace(PARCEL, **changes), Cdek(), NOW) is None


def _quote(settings: Cdek, **tariff: Any) -> Any:
    usual = {"tariff_code": 137, "tariff_name": "x", "delivery_mode": 3, "delivery_sum": "100.005"}
    found = msgspec.convert({**usual, **tariff}, Tariff)
    office = msgspec.structs.replace(settings, shipment_point="MSK5")
    return quote_of(found, PARCEL, office, NOW.date(), NOW + timedelta(hours=6))


def test_days_and_prices_of_a_tariff() -> None:
    quote = _quote(Cdek(), calendar_min=2, calendar_max=4)
    assert (quote.arrives_from, quote.arrives_until) == (date(2026, 12, 3), date(2026, 12, 5))
    assert (quote.price, quote.to_point) == (D("100.01"), False)
    # Five working days are a week of the calendar.
    quote = _quote(Cdek(), period_min=1, period_max=5)
    assert (quote.arrives_from, quote.arrives_until) == (date(2026, 12, 4), date(2026, 12, 8))
    assert _quote(Cdek(markup_percent=D(10))).price == D("110.01")
    assert _quote(Cdek(free_from=D(1000))).price == 0
    assert _quote(Cdek(free_from=D(1000), currency="KZT")).price == D("100.01")


@pytest.mark.parametrize(
    "tariff", [{"tariff_code": 62}, {"delivery_mode": 5}, {"delivery_sum": "-1"}]
)
def test_what_is_not_offered(tariff: dict[str, Any]) -> None:
    assert _quote(Cdek(), **tariff) is None


def test_a_dear_tariff_is_offered_where_it_is_quicker() -> None:
    settings = Cdek(tariffs=(136, 137, 233, 234, 482))
    told = [
        _quote(settings, tariff_code=code, delivery_mode=mode, delivery_sum=sum_, calendar_min=1,
               calendar_max=days)
        for code, mode, sum_, days in (
            (136, 4, "300", 5), (137, 3, "500", 5), (233, 3, "700", 5), (482, 3, "900", 2),
            (234, 3, "500", 6),
        )
    ]  # fmt: skip
    assert [quote.tariff for quote in worth_offering(told)] == ["136", "137", "482"]


@pytest.mark.parametrize(
    ("office", "offered"), [("", [138, 139, 366]), ("MSK5", [136, 137, 138, 139, 366, 368])]
)
def test_only_what_can_be_registered_is_offered(office: str, offered: list[int]) -> None:
    settings = Cdek(shipment_point=office)
    modes = {136: 4, 137: 3, 138: 2, 139: 1, 366: 6, 368: 7}
    usual = {"tariff_name": "x", "delivery_sum": "100"}
    told = [
        msgspec.convert({**usual, "tariff_code": code, "delivery_mode": mode}, Tariff)
        for code, mode in modes.items()
    ]
    until = NOW + timedelta(hours=6)
    quotes = [quote_of(tariff, PARCEL, settings, NOW.date(), until) for tariff in told]
    assert [int(quote.tariff) for quote in quotes if quote is not None] == offered


def test_an_office() -> None:
    said = b"""{"code": "MSK1", "name": "x", "type": "PVZ", "weight_max": 30.5,
        "have_cashless": true, "nearest_metro_station": "M",
        "location": {"latitude": 55.7558001, "longitude": 37.6, "city": "C", "fias_guid": null}}"""
    point = point_of(msgspec.json.decode(said, type=Office))
    assert (point.lat, point.lon) == (D("55.755800"), D("37.6"))
    assert point.heaviest_kg == D("30.5")
    assert point.kind is PointKind.COUNTER
    assert point.how_to_find == "м. M"
    assert point.takes(PARCEL)
    assert not point.takes(msgspec.structs.replace(PARCEL, weight_kg=D("30.6")))


@pytest.mark.parametrize("town", ["г Тверь", "г.Тверь", "Тверь", "город Тверь"])
def test_a_town_is_told_without_its_kind(town: str) -> None:
    body = asked_of(msgspec.structs.replace(PARCEL, destination=Spot("x", city=town)), Cdek(), NOW)
    assert body is not None
    assert body["to_location"] == {"city": "Тверь", "country_code": "RU"}
