"""What CDEK takes, at the checkout: asked once, frozen with the order, and the order without it."""

import asyncio
import re
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from cdek import Cdek
from counter import Counter
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fondaco.delivery.carriers import carriers_of
from fondaco.delivery.quotes import as_asked, question_of
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_delivery_cdek.service import CdekCarrier
from fondaco_delivery_cdek.settings import Cdek as CdekSettings
from fondaco_sdk.types.delivery import Parcel, Spot, box

PLACED = "select count(*) from fondaco.customer_order"
BROKEN = ["refusing", "500", "garbage", "half", "shape", "429", "account"]


def _awake(shop: Counter) -> None:
    """The rest after a failure is over."""
    for one in carriers_of(shop.hall):
        one.rests = 0.0


async def test_the_tariffs_of_the_contract_and_no_others(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.copy()
    await shop.fill(2)
    page = await shop.costs(buyer)
    offers = re.findall(r'value="([\d.]+) cdek:(\d+)"', page)
    # 4 kg: 40 roubles above the rate, and half a rouble.
    # Of those that are there on the same days the cheapest to the door, and to a point.
    assert offers == [("250.50", "234"), ("430.50", "233")]
    said = words(page)
    assert "СДЭК: до двери" in said
    assert "СДЭК: до пункта выдачи" in said
    (asked,) = service.calls("calculator/tarifflist")
    assert asked["packages"] == [{"weight": 4000, "length": 30, "width": 20, "height": 20}]
    assert asked["from_location"] == {"code": 44}
    assert (asked["type"], asked["currency"]) == (2, 1)
    assert "Оформить заказ на 630,50 ₽" in said


async def test_one_question_is_asked_once_and_another_cart_anew(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.fill(2)
    for _ in range(3):
        await shop.costs(buyer)
    assert len(service.calls("calculator/tarifflist")) == 1
    assert service.tokens == 1
    await shop.fill(3)
    await shop.costs(buyer)
    assert len(service.calls("calculator/tarifflist")) == 2
    assert service.tokens == 1


async def test_a_token_that_has_ended_is_renewed_once(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.fill(1)
    await shop.costs(buyer)
    service.forgets = True
    await shop.fill(1)
    assert "cdek:233" in await shop.costs(buyer)
    assert service.tokens == 2


async def test_the_order_is_brought_at_the_price_that_was_shown(
    shop: Counter, buyer: Client
) -> None:
    await shop.fill(2)
    await shop.costs(buyer)
    answer = await shop.order_by(buyer, "430.50 cdek:233")
    assert answer.status_code == 303, words(answer.text)
    (row,) = await shop.all(
        "select delivery_code, delivery_price, delivery_vat, carrier, arrives_from, arrives_until,"
        " point_code from fondaco.shipment"
    )
    assert row[:4] == ("cdek:233", Decimal("430.50"), "22", "cdek")
    assert row[5] - row[4] == timedelta(days=2)
    assert row[4] > date.today()  # noqa: DTZ011
    assert row[6] == ""
    (total,) = await shop.all("select total from fondaco.customer_order")
    assert total[0] == Decimal("200") + Decimal("430.50")


async def test_another_price_by_now_orders_nothing(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.fill(2)
    await shop.costs(buyer)
    service.prices = {233: 999}
    await shop.run("update fondaco.delivery_quote set valid_until = now() - interval '1 second'")
    page = words(await shop.costs(buyer))
    assert "1 039,50" in page
    answer = await shop.order_by(buyer, "430.50 cdek:233")
    assert answer.status_code == 409
    assert await shop.all(PLACED) == [(0,)]


@pytest.mark.parametrize("mood", BROKEN)
async def test_the_order_goes_through_without_a_carrier(
    shop: Counter, buyer: Client, service: Cdek, mood: Any
) -> None:
    service.mood = mood
    await shop.fill(2)
    page = words(await shop.costs(buyer))
    assert "Стоимость доставки сообщит менеджер" in page
    answer = await shop.order_by(buyer, "")
    assert answer.status_code == 303, words(answer.text)
    assert await shop.all("select total from fondaco.customer_order") == [(Decimal(200),)]


async def test_a_carrier_that_hangs_costs_two_seconds_once(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    service.mood = "hang"
    await shop.fill(2)
    began = time.monotonic()
    await shop.costs(buyer)
    assert time.monotonic() - began < 3
    began = time.monotonic()
    await shop.costs(buyer)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("mood", [*BROKEN, "hang"])
async def test_a_silent_carrier_is_offered_at_its_last_price_and_marked(
    shop: Counter, buyer: Client, service: Cdek, mood: Any
) -> None:
    await shop.fill(2)
    await shop.costs(buyer)
    await shop.run("update fondaco.delivery_quote set valid_until = now() - interval '1 second'")
    service.mood = mood
    page = await shop.costs(buyer)
    assert "430.50 cdek:233" in page
    assert "это его последняя известная цена" in page
    answer = await shop.order_by(buyer, "430.50 cdek:233")
    assert answer.status_code == 303, words(answer.text)
    service.mood = "well"
    _awake(shop)
    await shop.fill(2)
    assert "последняя известная" not in await shop.costs(buyer)


async def test_a_last_price_is_not_offered_for_ever(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.fill(2)
    await shop.costs(buyer)
    await shop.run(
        "update fondaco.delivery_quote set valid_until = now() - interval '73 hours',"
        " asked_at = now() - interval '73 hours'"
    )
    service.mood = "500"
    assert "cdek:" not in await shop.costs(buyer)


async def test_a_refused_parcel_is_no_failure(shop: Counter, buyer: Client, service: Cdek) -> None:
    service.mood = "errors"
    await shop.fill(2)
    assert "сообщит менеджер" in words(await shop.costs(buyer))
    service.mood = "well"
    await shop.fill(1)
    assert "cdek:233" in await shop.costs(buyer)


async def test_goods_of_unknown_weight_are_not_asked_about(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.run("update fondaco.product set weight_kg = null where id = :p", p=shop.products[1])
    await shop.fill(2, 1)
    assert "сообщит менеджер" in words(await shop.costs(buyer))
    assert service.calls("calculator/tarifflist") == []


@pytest.mark.parametrize("more_settings", [{"markup_percent": "10", "free_from": "1000"}])
async def test_a_markup_and_delivery_for_nothing(
    shop: Counter, buyer: Client, more_settings: Any
) -> None:
    await shop.fill(2)
    assert "473.55 cdek:233" in await shop.costs(buyer)
    await shop.fill(10)
    page = await shop.costs(buyer)
    assert re.search(r'value="0(\.00)? cdek:', page)


async def test_no_connection_is_held_while_a_carrier_thinks(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    service.mood = "slow"
    await shop.fill(2)
    asking = asyncio.create_task(shop.costs(buyer))
    await asyncio.sleep(0.8)
    busy = await shop.all(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and state <> 'idle'"
    )
    assert busy == [(0,)]
    assert "cdek:233" in await asking


async def test_the_plugin_is_a_carrier(shop: Counter) -> None:
    (one,) = carriers_of(shop.hall)
    assert isinstance(one.carrier, CdekCarrier)


@pytest.mark.parametrize("more_settings", [{"free_from": "1000"}])
async def test_delivery_for_nothing_is_not_lent_to_a_cheaper_cart_of_the_same_weight(
    shop: Counter, buyer: Client, service: Cdek, more_settings: Any
) -> None:
    await shop.fill(10)
    assert re.search(r'value="0(\.00)? cdek:', await shop.costs(buyer))
    await shop.run("update fondaco.price_row set price = price / 10")
    page = await shop.costs(buyer)
    assert re.search(r'value="[1-9][\d.]* cdek:', page)
    assert not re.search(r'value="0(\.00)? cdek:', page)


_PARCEL = Parcel(
    0,
    Spot("Склад"),
    Spot("Москва"),
    Decimal(100),
    "RUB",
    weight_kg=Decimal("4.21"),
    box=box(Decimal("30.2"), Decimal(20), Decimal(10)),
    ready_on=None,
)
_KILOGRAMS = st.decimals("0.001", 1000, places=3)


@given(_KILOGRAMS, _KILOGRAMS)
def test_who_shares_a_price_is_never_heavier_than_what_it_is_for(
    first: Decimal, second: Decimal
) -> None:
    one, other = (replace(_PARCEL, weight_kg=weight) for weight in (first, second))
    if question_of(one) == question_of(other):
        assert as_asked(one) == as_asked(other)
    asked = as_asked(one)
    assert asked.weight_kg is not None
    assert first <= asked.weight_kg < first + Decimal("0.1")


def test_what_decides_a_price_makes_another_question() -> None:
    for changes in (
        {"value": Decimal("100.01")},
        {"weight_kg": Decimal("4.31")},
        {"weight_kg": None},
        {"box": None},
        {"destination": Spot("Тверь")},
        {"currency": "BYN"},
    ):
        assert question_of(replace(_PARCEL, **changes)) != question_of(_PARCEL), changes
    assert question_of(replace(_PARCEL, weight_kg=Decimal("4.29"), key=7)) == question_of(_PARCEL)


async def _dealt_out_by_days(shop: Counter, buyer: Client, *days: date) -> None:
    """A piece for each day, all to the same address; one piece is left in the first delivery."""
    await shop.fill(1 + len(days))
    assert (await buyer.send_form("/cart/deliveries/begin", {})).status_code == 200
    outlet = shop.to["to"]
    ((line,),) = await shop.all("select uuid from fondaco.cart_line")
    for day in days:
        wanted = {"target": outlet, "wanted_on": day.isoformat()}
        assert (await buyer.send_form("/cart/deliveries/add", wanted)).status_code == 200
        ((delivery,),) = await shop.all(
            "select uuid from fondaco.cart_delivery order by id desc limit 1"
        )
        share = {f"cell.{line}.{delivery}": "1"}
        assert (await buyer.send_form("/cart/deliveries/shares", share)).status_code == 200


async def test_parcels_that_differ_in_their_day_only_are_quoted_each(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    today = date.today()  # noqa: DTZ011
    days = [today + timedelta(days=5), today + timedelta(days=9)]
    await _dealt_out_by_days(shop, buyer, *days)
    for _ in range(2):
        page = await shop.costs(buyer, to="deliveries")
        assert "последняя известная" not in page
    asked = service.calls("calculator/tarifflist")
    wanted = [f"{day:%Y-%m-%d}T10:00:00+0300" for day in days]
    # What is left in the first delivery leaves today: at ten as well, while it is early.
    assert sorted(said["date"] for said in asked if said["date"] in wanted) == wanted
    # Nothing is asked again: the second look at the page found an answer for each day.
    assert len(asked) == len({said["date"] for said in asked})
    kept = await shop.all("select day from fondaco.delivery_quote order by day")
    assert set(days) <= {row[0] for row in kept}


@pytest.mark.control
async def test_a_word_for_another_day_is_lent_only_while_the_carrier_is_silent(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    near = date.today() + timedelta(days=5)  # noqa: DTZ011
    await _dealt_out_by_days(shop, buyer, near)
    await shop.costs(buyer, to="deliveries")
    service.mood = "500"
    await shop.run("update fondaco.cart_delivery set wanted_on = wanted_on + 3")
    page = await shop.costs(buyer, to="deliveries")
    assert "это его последняя известная цена" in page
    service.mood = "well"
    _awake(shop)
    assert "последняя известная" not in await shop.costs(buyer, to="deliveries")


async def test_parcels_that_were_answered_in_time_are_kept_and_the_others_asked_again(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    """The deliveries of two pieces each are answered, the one of a single piece never is."""
    today = date.today()  # noqa: DTZ011
    await _dealt_out_by_days(shop, buyer, *[today + timedelta(days=n) for n in (5, 6, 7)])
    await shop.run(
        "update fondaco.cart_delivery_share set quantity = 2"
        " where cart_delivery_id <> (select max(id) from fondaco.cart_delivery)"
    )
    await shop.run("update fondaco.cart_line set quantity = 7")
    service.endless = {2000}
    began = time.monotonic()
    page = await shop.costs(buyer, to="deliveries")
    assert time.monotonic() - began < 3
    assert len(re.findall(r'value="[\d.]+ cdek:233"', page)) == 3
    assert "последняя известная" not in page
    kept = await shop.all("select count(*) from fondaco.delivery_quote")
    service.asked.clear()
    # The carrier is not left alone for it, and only what was not answered is asked again.
    service.endless = set()
    page = await shop.costs(buyer, to="deliveries")
    assert len(re.findall(r'value="[\d.]+ cdek:233"', page)) == 4
    weights = [one["packages"][0]["weight"] for one in service.calls("calculator/tarifflist")]
    assert weights == [2000]
    assert await shop.all("select count(*) from fondaco.delivery_quote") == [(kept[0][0] + 1,)]


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", ["v2_internal_error", "v2_similar_request_still_processed"])
async def test_a_fault_of_the_carrier_is_no_refusal_and_leaves_the_last_price(
    shop: Counter, buyer: Client, service: Cdek, status: int, code: str
) -> None:
    await shop.fill(2)
    await shop.costs(buyer)
    await shop.run("update fondaco.delivery_quote set valid_until = now() - interval '1 second'")
    service.mood, service.status, service.code = "undecided", status, code
    page = await shop.costs(buyer)
    assert "430.50 cdek:233" in page
    assert "это его последняя известная цена" in page
    service.mood = "well"
    _awake(shop)
    assert "последняя известная" not in await shop.costs(buyer)


async def test_a_price_of_other_settings_is_not_kept(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.fill(2)
    assert "430.50 cdek:233" in await shop.costs(buyer)
    # As after a restart.
    settings = shop.hall.registry.settings
    settings[CdekSettings] = replace(settings[CdekSettings], markup_percent=Decimal(10))
    shop.hall.providers.clear()
    assert "473.55 cdek:233" in await shop.costs(buyer)
    settings[CdekSettings] = replace(settings[CdekSettings], markup_percent=Decimal(20))
    shop.hall.providers.clear()
    service.mood = "500"
    assert "cdek:" not in await shop.costs(buyer)


@pytest.mark.parametrize("more_settings", [{"free_from": "250"}])
async def test_the_order_and_not_a_shipment_is_brought_for_nothing(
    shop: Counter, buyer: Client, more_settings: Any
) -> None:
    today = date.today()  # noqa: DTZ011
    days = [today + timedelta(days=5), today + timedelta(days=9)]
    await _dealt_out_by_days(shop, buyer, *days)
    page = await shop.costs(buyer, to="deliveries")
    assert len(re.findall(r'value="0(?:\.00)? cdek:', page)) >= 3
    assert not re.search(r'value="[1-9][\d.]* cdek:', page)


@pytest.mark.parametrize("more_settings", [{"shipment_point": ""}])
async def test_without_an_office_no_tariff_from_one_is_offered(
    shop: Counter, buyer: Client, more_settings: Any
) -> None:
    await shop.copy()
    await shop.fill(2)
    found = set(re.findall(r"cdek:(\d+)", await shop.costs(buyer)))
    assert found == {"138", "139"}
