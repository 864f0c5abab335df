"""Carriers that ship keep the contract of carriers, and the suite finds those that do not."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from cdek import ACCOUNT, SECRET, Cdek, Mood, office

from fondaco.demo.carrier import DemoCarrier
from fondaco.exchange.net import Outside, named_origins
from fondaco.hooks.hall import Hall
from fondaco_delivery_cdek.service import CdekCarrier
from fondaco_delivery_cdek.settings import Cdek as CdekSettings
from fondaco_sdk.context import Net
from fondaco_sdk.providers.carrier import PickupPoint, Quote
from fondaco_sdk.testing.contracts import CarrierCase, CarrierContract
from fondaco_sdk.types.delivery import Parcel, Spot, box

D = Decimal
BROKEN: tuple[Mood, ...] = ("refusing", "500", "garbage", "half", "shape", "429", "account")


def parcels() -> Sequence[Parcel]:
    """From Moscow to Tver: two kilograms, five, and a crate."""
    day = datetime.now(UTC).date() + timedelta(days=2)
    light = Parcel(
        0, Spot("Москва"), Spot("Тверь, ул Новая, 2", city="Тверь"), D(1000), "RUB", D(2),
        box(D(30), D(20), D(10)), day,
    )  # fmt: skip
    weights = (D(2), D(5), D("19.5"))
    return [
        Parcel(number, light.origin, light.destination, light.value, "RUB", kg, light.box, day)
        for number, kg in enumerate(weights)
    ]


@asynccontextmanager
async def way_out(hall: Hall) -> AsyncIterator[Net]:
    """A new one, to the addresses that the site's settings name."""
    outside = Outside()
    try:
        async with outside.net(named_origins(hall)) as net:
            yield net
    finally:
        await outside.close()


class TestCdek(CarrierContract):
    """The one that ships, before the stub of its service."""

    @pytest.fixture
    def case(self, hall: Hall, service: Cdek) -> CarrierCase:
        service.offices += [office(f"KZN{n}", "Казань", 55.79, 49.1) for n in range(1500)]
        settings = CdekSettings(client_id=ACCOUNT, client_secret=SECRET, url=service.url, sender=44)
        feel = partial(partial, setattr, service, "mood")
        return CarrierCase(
            CdekCarrier(settings),
            partial(way_out, hall),
            parcels(),
            broken={mood: feel(mood) for mood in BROKEN},
            hangs=feel("hang"),
            mend=feel("well"),
        )


class TestDemo(CarrierContract):
    """The one that does not exist."""

    @pytest.fixture
    def case(self, hall: Hall) -> CarrierCase:
        return CarrierCase(DemoCarrier(), partial(way_out, hall), parcels())


class Wrong(DemoCarrier):
    """One that keeps the contract but for one thing."""

    def __init__(self, wrong: str) -> None:
        self._wrong = wrong

    async def quotes(self, net: Net, parcels: Sequence[Parcel]) -> Sequence[Sequence[Quote]]:
        if self._wrong == "refuses all":
            whole = all(parcel.weight_kg is not None for parcel in parcels)
            return await super().quotes(net, parcels if whole else [])
        found = await super().quotes(net, parcels)
        return {"turned round": found[::-1], "forgets the last": found[:-1]}.get(
            self._wrong, [[self._spoilt(quote) for quote in one] for one in found]
        )

    def _spoilt(self, quote: Quote) -> Quote:
        changes: dict[str, dict[str, Any]] = {
            "parts of a kopeck": {"price": quote.price + D("0.001")},
            "cheaper when heavier": {"price": 10_000 - quote.price},
            "an hour without a zone": {"valid_until": datetime(2100, 1, 1)},  # noqa: DTZ001
            "over before it begins": {"arrives_until": quote.arrives_from - timedelta(days=1)},
            "one tariff for all": {"tariff": "any"},
        }
        return Quote(**{**_fields(quote), **changes.get(self._wrong, {})})

    async def points(self, net: Net, page: int) -> Sequence[PickupPoint] | None:
        if self._wrong == "points for ever":
            return (await super().points(net, 0) or ())[:1]
        if self._wrong == "points nowhere":
            return None
        return await super().points(net, page)


def _fields(quote: Quote) -> dict[str, Any]:
    return {name: getattr(quote, name) for name in quote.__struct_fields__}


FOUND_BY = {
    "turned round": "test_one_call_answers_for_many_as_for_each",
    "forgets the last": "test_one_call_answers_for_many_as_for_each",
    "refuses all": "test_what_it_cannot_carry_is_not_quoted_and_spoils_nothing",
    "parts of a kopeck": "test_quotes_are_money_and_days",
    "cheaper when heavier": "test_a_heavier_parcel_is_not_cheaper",
    "an hour without a zone": "test_quotes_are_money_and_days",
    "over before it begins": "test_quotes_are_money_and_days",
    "one tariff for all": "test_quotes_are_money_and_days",
    "points for ever": "test_pages_of_points_come_to_an_end",
    "points nowhere": "test_points_are_places_that_hand_out",
}


@pytest.mark.parametrize("wrong", FOUND_BY)
async def test_control_the_suite_finds_what_is_wrong(hall: Hall, wrong: str) -> None:
    case = CarrierCase(Wrong(wrong), partial(way_out, hall), parcels())
    with pytest.raises((AssertionError, ValueError)):
        await getattr(CarrierContract(), FOUND_BY[wrong])(case)


async def test_control_one_that_swallows_failures_is_found(hall: Hall, service: Cdek) -> None:
    class Swallowing(CdekCarrier):
        async def quotes(self, net: Net, parcels: Sequence[Parcel]) -> Sequence[Sequence[Quote]]:
            try:
                return await super().quotes(net, parcels)
            except Exception:
                return [[] for _ in parcels]

    settings = CdekSettings(client_id=ACCOUNT, client_secret=SECRET, url=service.url, sender=44)
    broken = {"500": partial(setattr, service, "mood", "500")}
    case = CarrierCase(Swallowing(settings), partial(way_out, hall), parcels(), broken)
    with pytest.raises(AssertionError, match="quotes all the same"):
        await CarrierContract().test_nonsense_is_unavailable_and_nothing_else(case)
