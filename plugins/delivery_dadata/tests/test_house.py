"""What holds for every plugin, and how answers are read; tests/lookup has the rest."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import fondaco_delivery_dadata
from fondaco.testing.plugin_checks import modules_of_manifest
from fondaco_delivery_dadata.contract import AddressAnswer, PartyAnswer, address_of, company_of
from fondaco_delivery_dadata.service import DaDataLookup, seconds_to_midnight
from fondaco_delivery_dadata.settings import DaData
from fondaco_sdk.providers.lookup import CompanyState, Exactness, LookupService
from fondaco_sdk.testing.quality import quality_problems


def test_the_ladder_of_quality() -> None:
    folder = Path(fondaco_delivery_dadata.__file__).parent
    assert quality_problems(folder / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_delivery_dadata.manifest") == [
        "fondaco_delivery_dadata",
        "fondaco_delivery_dadata.manifest",
    ]


def test_it_is_a_look_up_service() -> None:
    assert isinstance(DaDataLookup(DaData()), LookupService)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "suggestions.dadata.ru"},
        {"token": "ключ"},
        {"token": "a b"},
        {"country": "Russia"},
        {"secret": "x"},
    ],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, DaData)


def _address(**data: Any) -> Any:
    body = {"suggestions": [{"value": "г Казань", "data": data}]}
    return address_of(msgspec.convert(body, AddressAnswer).suggestions[0])


def test_coordinates_are_texts_and_may_be_absent_or_nonsense() -> None:
    found = _address(geo_lat="55.7878944", geo_lon="49.1233293", qc_geo="0", house="1")
    assert (found.lat, found.lon) == (Decimal("55.787894"), Decimal("49.123329"))
    assert found.exactness is Exactness.HOUSE
    for lat in (None, "", "nan", "north", "1e9"):
        found = _address(geo_lat=lat, geo_lon="49.1", qc_geo="4")
        assert (found.lat, found.lon, found.exactness) == (None, None, Exactness.NONE)


def test_states_of_companies() -> None:
    data = {"inn": "7707083893", "state": {"status": "LIQUIDATED"}, "address": {"invalidity": {}}}
    body = {"suggestions": [{"value": "X", "data": data}]}
    found = company_of(msgspec.convert(body, PartyAnswer).suggestions[0])
    assert (found.state, found.doubtful) == (CompanyState.LIQUIDATED, True)


def test_the_quota_is_renewed_at_midnight_in_moscow() -> None:
    assert seconds_to_midnight(datetime(2026, 11, 28, 20, 59, 0, tzinfo=UTC)) == 61
    assert seconds_to_midnight(datetime(2026, 11, 28, 21, 0, 0, tzinfo=UTC)) == 24 * 3600 + 1


def test_a_plot_stands_for_a_house() -> None:
    assert _address(stead="7", stead_type="уч").house == "уч 7"
    assert _address(stead="7", stead_type="уч", house="5", house_type="д").house == "д 5"
    assert _address(house_type="д", stead_type="уч").house == ""
