"""What the kernel is answered: the next trips of each parcel's zone, in one statement."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop
from fondaco_delivery_fleet import book
from fondaco_delivery_fleet.demo import ZONES
from fondaco_sdk.hooks.delivery import delivery_offers
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel, Spot

pytestmark = pytest.mark.plugins("delivery_fleet")

MOSCOW, TVER = ZONES


async def _zones(shop: WorkingShop) -> None:
    async with system_ask(shop.hall).act() as act:
        for zone in ZONES:
            await book.add_zone(act, zone)


def _parcel(shop: WorkingShop, key: int = 0, **changes: Any) -> Parcel:
    ask = system_ask(shop.hall)
    usual = Parcel(
        key=key,
        origin=Spot("Москва"),
        destination=Spot("Тверь, ул Коминтерна, д 77"),
        value=Decimal(10_000),
        currency=ask.currency,
        weight_kg=Decimal(20),
        box=None,
        ready_on=ask.now.astimezone(ask.zone).date() + timedelta(days=1),
    )
    return replace(usual, **changes)


async def _offered(shop: WorkingShop, *parcels: Parcel) -> Sequence[DeliveryOffer]:
    ask = system_ask(shop.hall)
    collected = await shop.hall.hooks.collect(delivery_offers, ask=ask, parcels=parcels)
    assert collected.failed == ()
    return [offer for _, offer in collected.proposals]


async def test_the_next_three_trips(shop: WorkingShop) -> None:
    await _zones(shop)
    parcel = _parcel(shop)
    offered = await _offered(shop, parcel)
    assert len(offered) == 3
    days = [offer.arrives_from for offer in offered]
    assert days == sorted(days, key=str)
    for offer in offered:
        assert offer.arrives_from and parcel.ready_on
        assert offer.arrives_from.weekday() in TVER.weekdays
        assert offer.arrives_from > parcel.ready_on
        assert offer.arrives_until == offer.arrives_from
        assert offer.code == f"fleet:{TVER.uuid}:{offer.arrives_from}"
        assert (offer.price, offer.vat, offer.refusal) == (Decimal("1800.00"), "22", None)
        assert offer.note and "150" in offer.note.ru
    assert offered == await _offered(shop, parcel)


async def test_free_above_a_sum_and_refused_above_a_weight(shop: WorkingShop) -> None:
    await _zones(shop)
    free = await _offered(shop, _parcel(shop, value=Decimal(150_000)))
    assert {(offer.price, offer.note) for offer in free} == {(Decimal(0), None)}
    shared = _parcel(shop, value=Decimal(20_000), order_value=Decimal(150_000))
    assert {offer.price for offer in await _offered(shop, shared)} == {Decimal(0)}
    (heavy,) = await _offered(shop, _parcel(shop, weight_kg=Decimal(3001)))
    assert heavy.refusal and "3\u202f000" in heavy.refusal.ru
    assert heavy.arrives_from is None


async def test_nothing_where_it_does_not_go(shop: WorkingShop) -> None:
    await _zones(shop)
    for changes in (
        {"destination": Spot("Омск, ул Мира, д 1")},
        {"currency": "USD"},
        {"ready_on": None},
    ):
        assert await _offered(shop, _parcel(shop, **changes)) == []


async def test_one_statement_for_any_number_of_parcels(shop: WorkingShop, sql_budget: Any) -> None:
    await _zones(shop)
    with sql_budget() as count:
        offered = await _offered(shop, *(_parcel(shop, key) for key in range(50)))
    assert count.number == 1
    assert len(offered) == 150


async def test_no_trip_on_a_day_off(shop: WorkingShop, staff: Client) -> None:
    await _zones(shop)
    first, *_ = await _offered(shop, _parcel(shop))
    answer = await staff.send_form(
        "/staff/fleet/days", {"day": str(first.arrives_from), "note": "Инвентаризация"}
    )
    assert answer.status_code == 303
    offered = await _offered(shop, _parcel(shop))
    assert first.arrives_from not in [offer.arrives_from for offer in offered]
    assert len(offered) == 3
