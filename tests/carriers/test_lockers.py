"""Parcel lockers: copied with their cells, offered where one takes the parcel, ordered to no other
kind of point."""

import re
from decimal import Decimal
from typing import Any

import pytest
from cdek import LOCKERS, Cdek
from counter import Counter

from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_sdk.providers.carrier import PickupPoint
from fondaco_sdk.types.delivery import Box, Parcel, PointKind, Spot, box

OPEN = "/checkout/points?carrier=cdek"
HTMX = {"HX-Request": "true"}
LOCKER = "230.50 cdek:368"
D = Decimal


@pytest.fixture(autouse=True)
def lockers(service: Cdek) -> None:
    """Two in Moscow, of which one has large cells too, and one in Tver."""
    service.offices += LOCKERS


def _offers(page: str) -> list[str]:
    return re.findall(r'value="[\d.]+ cdek:(\d+)"', page)


async def _sizes(shop: Counter, *sides: int) -> None:
    """What a piece measures."""
    names = ("length_cm", "width_cm", "height_cm")
    said = ", ".join(f"{name} = {side}" for name, side in zip(names, sides, strict=True))
    await shop.run(f"update fondaco.product set {said}")


async def test_they_are_copied_with_their_cells(shop: Counter, service: Cdek) -> None:
    await shop.copy()
    found = await shop.all(
        "select code, cells, above_kg, heaviest_kg from fondaco.pickup_point"
        " where kind = 'locker' order by code"
    )
    assert found == [
        ("MSKL1", [["50", "40", "10"]], None, D(15)),
        ("MSKL2", [["50", "40", "10"], ["60", "40", "40"]], None, D(15)),
        ("TVRL1", [["60", "40", "40"]], None, D(15)),
    ]
    assert service.calls("deliverypoints")[0]["type"] == "ALL"


async def test_their_tariff_is_offered_with_them(shop: Counter, buyer: Client) -> None:
    await shop.copy()
    await shop.fill(2)
    page = await shop.costs(buyer)
    assert _offers(page) == ["368", "234", "233"]
    assert "СДЭК: до постамата" in words(page)


@pytest.mark.control
@pytest.mark.parametrize("sizes", [(61, 20, 10), (41, 41, 41)])
async def test_it_is_not_where_no_cell_takes_the_parcel(
    shop: Counter, buyer: Client, sizes: tuple[int, int, int]
) -> None:
    await shop.copy()
    await _sizes(shop, *sizes)
    await shop.fill(1)
    assert _offers(await shop.costs(buyer)) == ["234", "233"]


@pytest.mark.control
async def test_it_is_not_for_what_is_too_heavy_or_of_unknown_size(
    shop: Counter, buyer: Client
) -> None:
    await shop.copy()
    await shop.fill(1)
    assert "368" in _offers(await shop.costs(buyer))
    await shop.run("update fondaco.product set weight_kg = 15.1")
    assert _offers(await shop.costs(buyer)) == ["234", "233"]
    await shop.run("update fondaco.product set weight_kg = 2, length_cm = null")
    assert _offers(await shop.costs(buyer)) == ["234", "233"]


async def test_the_picker_shows_those_that_take_the_parcel(shop: Counter, buyer: Client) -> None:
    await shop.copy()
    await shop.fill(2)
    await shop.costs(buyer)
    page = (
        await buyer.send_form(OPEN, {**shop.to, "part": "", "offer-": LOCKER}, headers=HTMX)
    ).text
    # Twenty centimetres high: not into the flat cells of the first one.
    assert 'data-point="cdek:MSKL2"' in page
    assert 'data-point="cdek:MSKL1"' not in page
    assert 'data-point="cdek:MSK1"' not in page
    assert re.search(r'value="locker" selected', page)
    assert "Терминал" not in words(page)
    every = (await buyer.send_form(OPEN, dict(shop.to), headers=HTMX)).text
    assert re.findall(r'data-point="cdek:(\w+)" data-kind="(\w+)"', every) == [
        ("MSK1", "counter"),
        ("MSKL2", "locker"),
        ("MSK3", "counter"),
        ("MSK2", "counter"),
    ]


async def test_the_map_and_the_list_are_filtered_by_kind(shop: Counter, buyer: Client) -> None:
    await shop.copy()
    asked = {"carrier": "cdek", "towns": "москва", "kinds": "counter|locker", "kg": "2"}
    seen = {**asked, "bbox": "55.5,37.3,56,37.9", "zoom": "11", "sides": "30x20x5"}
    for kind, codes in (
        ("locker", ["MSKL1", "MSKL2"]),
        ("counter", ["MSK1", "MSK2", "MSK3"]),
        ("", ["MSK1", "MSK2", "MSK3", "MSKL1", "MSKL2"]),
    ):
        chosen = {"point_kind": kind}
        shown = (await buyer.get("/checkout/points/map", params={**seen, **chosen})).json()
        assert sorted(point[0] for point in shown["points"]) == codes, kind
        listed = await buyer.get("/checkout/points/list", params={**asked, **seen, **chosen})
        assert f"Пунктов: {len(codes)}." in words(listed.text)


async def test_an_order_goes_to_a_locker(shop: Counter, buyer: Client) -> None:
    await shop.copy()
    await shop.fill(2)
    await shop.costs(buyer)
    answer = await shop.order_by(buyer, LOCKER, "cdek:MSKL2")
    assert answer.status_code == 303, words(answer.text)
    rows = await shop.all("select delivery_code, delivery_price, point_code from fondaco.shipment")
    assert rows == [("cdek:368", D("230.50"), "MSKL2")]


@pytest.mark.control
@pytest.mark.parametrize(
    ("offer", "point", "said"),
    [
        (LOCKER, "cdek:MSK1", "не для пункта этого вида"),
        ("250.50 cdek:234", "cdek:MSKL2", "не для пункта этого вида"),
        (LOCKER, "cdek:TVRL1", "в другом городе"),
        (LOCKER, "cdek:MSKL1", "не выдаёт посылки такого веса или размера"),
    ],
)
async def test_no_order_to_a_point_that_the_price_is_not_for(
    shop: Counter, buyer: Client, offer: str, point: str, said: str
) -> None:
    await shop.copy()
    await shop.fill(2)
    await shop.costs(buyer)
    answer = await shop.order_by(buyer, offer, point)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert await shop.all("select count(*) from fondaco.customer_order") == [(0,)]


def test_what_a_locker_takes() -> None:
    small = PickupPoint(
        "L", PointKind.LOCKER, "", "", "", "", "", "", "RU", D(55), D(37),
        above_kg=D("0.5"), heaviest_kg=D(15), cells=(box(D(60), D(40), D(40)),),
    )  # fmt: skip
    for kg, size, taken in (
        ("0.5", box(D(10), D(10), D(10)), False),
        ("0.6", box(D(40), D(60), D(40)), True),
        ("15", box(D(40), D(60), D(40)), True),
        ("15.1", box(D(1), D(1), D(1)), False),
        ("1", box(D(61), D(1), D(1)), False),
        ("1", None, False),
    ):
        assert small.takes(_parcel(D(kg), size)) is taken, (kg, size)


def _parcel(kg: Decimal, size: Box | None) -> Parcel:
    return Parcel(0, Spot("a"), Spot("b"), D(1), "RUB", kg, size, None)


async def test_the_point_of_another_kind_does_not_stay_chosen(
    shop: Counter, buyer: Client, lockers: Any
) -> None:
    await shop.copy()
    await shop.fill(2)
    chosen = {"part": "", "offer-": LOCKER}
    kept = await shop.costs(buyer, **chosen, **{"point-": "cdek:MSKL2"})
    assert 'name="point-" value="cdek:MSKL2"' in kept
    gone = await shop.costs(buyer, **chosen, **{"point-": "cdek:MSK1"})
    assert 'name="point-" value=""' in gone
