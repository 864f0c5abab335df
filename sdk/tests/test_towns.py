"""Which town an address is in, and of which region."""

from decimal import Decimal

import pytest

from fondaco_sdk.towns import is_of_region, may_be_at, region_of
from fondaco_sdk.types.delivery import Spot


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Калужская обл, г Киров", "калужская"),
        ("249440, КАЛУЖСКАЯ ОБЛ., Киров", "калужская"),
        ("респ. Татарстан, г Казань", "татарстан"),
        ("Чувашская Республика - Чувашия, г Чебоксары", "чувашская"),
        ("Ханты-Мансийский автономный округ - Югра, г Сургут", "ханты"),
        ("г Киров, ул Областная, д 5", ""),
        ("край света, д 1", ""),
        ("", ""),
    ],
)
def test_a_region_in_a_text(text: str, region: str) -> None:
    assert region_of(Spot(text)) == region


@pytest.mark.parametrize(
    ("region", "named"),
    [
        ("Московская область", "Московская обл"),
        ("Татарстан", "Респ Татарстан"),
        ("Кемеровская область", "Кемеровская область - Кузбасс"),
        ("Чувашия", "Чувашская Республика"),
        ("Чувашская Республика", "Чувашия"),
        ("Республика Саха (Якутия)", "Якутия"),
        ("Москва", "г Москва"),
        ("", "г Москва"),
        ("Тверь", ""),
    ],
)
def test_a_region_in_other_words(region: str, named: str) -> None:
    assert is_of_region(region, region_of(Spot("", region=named)))


def test_degrees_decide_before_regions() -> None:
    spot = Spot("", region="Тверская обл", city="Тверь", lat=Decimal("56.86"), lon=Decimal("35.9"))
    near, far = (Decimal("56.5"), Decimal("36.5")), (Decimal("58.6"), Decimal("49.6"))
    assert may_be_at(spot, "г.Тверь", "Калининская", *near)
    assert not may_be_at(spot, "Тверь", "Тверская обл", *far)
    assert not may_be_at(spot, "Клин", "Тверская обл", *near)
    assert not may_be_at(spot, "Тверь", "Калининская")
