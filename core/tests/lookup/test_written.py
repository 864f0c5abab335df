"""Whether what people wrote names the town that a service found for it."""

import pytest

from fondaco.lookup.normalising import verdict_of
from fondaco_sdk.providers.lookup import FoundAddress

KAZAN = FoundAddress(
    "г Казань, ул Баумана, д 1",
    postal_code="420111",
    region="Респ Татарстан",
    city="г Казань",
    house="д 1",
)
KIROV = FoundAddress(
    "Калужская обл, г Киров, ул Ленина, д 5", region="Калужская обл", city="г Киров", house="д 5"
)
VILLAGE = FoundAddress(
    "Казань, пгт Юдино, д 5", region="Респ Татарстан", settlement="пгт Юдино", house="д 5"
)
PETERSBURG = FoundAddress("x", region="г Санкт-Петербург", house="д 5")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("г.Казань, Баумана 1", KAZAN),
        ("респ. Татарстан, КАЗАНЬ ул Баумана 1", KAZAN),
        ("420111, ул Баумана, 1", KAZAN),
        ("Калужская область, Киров, Ленина 5", KIROV),
        ("г Киров, ул Ленина, д 5", KIROV),
        ("п. Юдино, 5", VILLAGE),
        ("СПб, Невский 5", PETERSBURG),
        ("Санкт Петербург, Невский 5", PETERSBURG),
    ],
)
def test_a_town_that_was_written(written: str, found: FoundAddress) -> None:
    assert verdict_of(written, found) == "exact"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("ул Баумана, д 1", KAZAN),
        ("ул. Казань, д 1", KAZAN),
        ("пр-т Казань, д 1", KAZAN),
        ("420112, ул Баумана, 1", KAZAN),
        ("ул Казанская, д 1", KAZAN),
        ("ул. Кирова, д 5", KIROV),
        ("Кировская обл, г Киров, ул Ленина, д 5", KIROV),
        ("", KAZAN),
    ],
)
def test_a_town_that_was_guessed(written: str, found: FoundAddress) -> None:
    assert verdict_of(written, found) == "uncertain"
