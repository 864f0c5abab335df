"""Pickup points: copied whole or not at all, found near the address, and only those that fit."""

import time
from decimal import Decimal
from typing import Any

import pytest
from cdek import Cdek, office
from counter import Counter

from fondaco.delivery.points import Parameters, points_on_map
from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.delivery import box

COPY = "select points, copied_at is not null, refused from fondaco.pickup_copy"
OPEN = "/checkout/points?carrier=cdek"


async def _opened(shop: Counter, buyer: Client) -> str:
    answer = await buyer.send_form(OPEN, dict(shop.to), headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


async def test_all_pages_are_copied_and_follow_what_changes(shop: Counter, service: Cdek) -> None:
    service.offices += [office(f"X{n}", "Казань", 55.79, 49.1) for n in range(2500)]
    await shop.copy()
    assert await shop.all(COPY) == [(2505, True, "")]
    assert [said["page"] for said in service.calls("deliverypoints")] == ["0", "1", "2", "3"]
    service.offices = service.offices[:2504]
    service.offices[0] = office("MSK1", "Москва", 55.7558, 37.6173, work_time="закрыт")
    await shop.copy()
    assert await shop.all(COPY) == [(2504, True, "")]
    found = await shop.all("select hours from fondaco.pickup_point where code = 'MSK1'")
    assert found == [("закрыт",)]


@pytest.mark.parametrize("mood", ["refusing", "500", "garbage", "half", "429", "account"])
async def test_a_copy_that_breaks_off_changes_nothing(
    shop: Counter, service: Cdek, mood: Any
) -> None:
    await shop.copy()
    service.mood = mood
    await shop.copy()
    ((points, copied, refused),) = await shop.all(COPY)
    assert (points, copied) == (5, True)
    assert refused
    assert await shop.all("select count(*) from fondaco.pickup_point") == [(5,)]


async def test_an_empty_or_shrunken_answer_changes_nothing(shop: Counter, service: Cdek) -> None:
    await shop.copy()
    for left in ([], service.offices[:2]):
        service.offices = left
        await shop.copy()
        assert await shop.all("select count(*) from fondaco.pickup_point") == [(5,)]
        assert (await shop.all(COPY))[0][2]


async def test_a_point_that_is_not_understood_is_left_out(shop: Counter, service: Cdek) -> None:
    service.offices += [
        office("BAD1", "Москва", 955, 37),
        {"code": "BAD2"},
        {"code": 7, "location": None},
    ]
    await shop.copy()
    assert await shop.all(COPY) == [(5, True, "")]


async def test_the_nearest_of_the_town_that_take_the_parcel(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.copy()
    await shop.fill(3)
    page = words(await _opened(shop, buyer))
    # Six kilograms: the second point takes five; those of other towns have another price.
    assert "Пунктов: 2." in page
    assert "Ещё 1 не принимают" in page
    assert page.index("ул. MSK1") < page.index("ул. MSK3")
    assert "TVR1" not in page and "KHM1" not in page
    assert "м. Лубянка" in page


async def test_filters_of_the_list_and_the_map(shop: Counter, buyer: Client, service: Cdek) -> None:
    await shop.copy()
    asked = {"carrier": "cdek", "towns": "москва", "kg": "2", "lat": "55.75", "lon": "37.61"}
    every = words((await buyer.get("/checkout/points/list", params=asked)).text)
    assert "Пунктов: 3." in every
    for more, found in (
        ({"point_card": "1"}, "Пунктов: 2."),
        ({"point_words": "ЛУБЯНКА"}, "Пунктов: 1."),
        ({"point_words": "%"}, "Подходящих пунктов нет."),
        ({"point_kind": "locker"}, "Подходящих пунктов нет."),
        ({"kg": "31"}, "Пунктов: 1."),
        ({"towns": "тверь"}, "Пунктов: 1."),
        ({"towns": ""}, "Подходящих пунктов нет."),
        ({"kg": "NaN", "sides": "1x2", "lat": "inf"}, "Пунктов: 3."),
    ):
        page = await buyer.get("/checkout/points/list", params={**asked, **more})
        assert found in words(page.text), more
    seen = {**asked, "bbox": "55.5,37.3,56,37.9", "zoom": "11"}
    shown = (await buyer.get("/checkout/points/map", params=seen)).json()
    assert sorted(point[0] for point in shown["points"]) == ["MSK1", "MSK2", "MSK3"]
    assert shown["points"][0][1:] == [55.7558, 37.6173, "counter"]
    far = (await buyer.get("/checkout/points/map", params={**seen, "zoom": "5"})).json()
    assert far["points"] == []
    assert sum(one[0] for one in far["clusters"]) == 3
    assert "Москва" in [town[0] for town in far["towns"]]
    wrong = await buyer.get("/checkout/points/map", params={**seen, "bbox": "1,2,x"})
    assert wrong.status_code == 422


async def test_a_map_never_gets_more_than_it_can_draw(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    service.offices = [
        office(f"M{n}", "Москва", 55.5 + n % 40 / 100, 37.4 + n // 40 / 100) for n in range(1200)
    ]
    await shop.copy()
    seen = {"carrier": "cdek", "towns": "москва", "bbox": "55,37,56,38", "zoom": "12"}
    shown = (await buyer.get("/checkout/points/map", params=seen)).json()
    assert shown["points"] == []
    assert 0 < len(shown["clusters"]) <= 500
    assert sum(one[0] for one in shown["clusters"]) == 1200


async def test_an_order_goes_to_the_point_that_was_chosen(shop: Counter, buyer: Client) -> None:
    await shop.copy()
    await shop.fill(2)
    await shop.costs(buyer)
    offer = "250.50 cdek:234"
    for point, said in (
        ("", "Выберите пункт выдачи"),
        ("cdek:NOWHERE", "Выберите пункт выдачи"),
        ("other:MSK1", "Выберите пункт выдачи"),
        ("cdek:TVR1", "Этот пункт в другом городе"),
    ):
        answer = await shop.order_by(buyer, offer, point)
        assert answer.status_code == 422, point
        assert said in words(answer.text), point
    assert await shop.all("select count(*) from fondaco.customer_order") == [(0,)]
    answer = await shop.order_by(buyer, offer, "cdek:MSK1")
    assert answer.status_code == 303, words(answer.text)
    (row,) = await shop.all("select carrier, point_code, point_text from fondaco.shipment")
    assert row == ("cdek", "MSK1", "СДЭК, Москва, MSK1, ул. MSK1, 1")
    page = await buyer.get(answer.headers["location"])
    assert "ул. MSK1, 1" in words(page.text)


async def test_a_point_that_is_too_small_is_refused(shop: Counter, buyer: Client) -> None:
    await shop.copy()
    await shop.fill(3)
    await shop.costs(buyer)
    answer = await shop.order_by(buyer, "270.50 cdek:234", "cdek:MSK2")
    assert answer.status_code == 422
    assert "не выдаёт посылки такого веса" in words(answer.text)


async def test_statements_do_not_depend_on_points_or_lines(
    shop: Counter, buyer: Client, service: Cdek, sql_budget: Any
) -> None:
    await shop.copy()
    await shop.fill(1)
    await _opened(shop, buyer)
    with sql_budget() as few:
        await _opened(shop, buyer)
    service.offices += [office(f"N{n}", "Москва", 55.7, 37.6) for n in range(300)]
    await shop.copy()
    await shop.fill(1, 1, 1)
    await _opened(shop, buyer)
    with sql_budget() as many:
        await _opened(shop, buyer)
    assert many.number == few.number


async def test_staff_see_the_copies_and_begin_one(shop: Counter, staff: Client) -> None:
    assert "ещё не скопированы" in (await staff.get("/staff/carriers")).text
    begun = await staff.send_form("/staff/carriers/cdek/copy", {})
    assert begun.status_code == 303
    queued = await shop.all("select count(*) from fondaco.pgqueuer where entrypoint like '%copy%'")
    assert queued == [(1,)]
    await shop.copy()
    assert "СДЭК" in words((await staff.get("/staff/carriers")).text)
    assert (await staff.send_form("/staff/carriers/none/copy", {})).status_code == 404


async def test_who_may_not_order_does_not_look_for_points(shop: Counter, client: Client) -> None:
    for path in (
        "/checkout/points/list?carrier=cdek",
        "/checkout/points/one?carrier=cdek&code=MSK1",
    ):
        assert (await client.get(path)).status_code in (303, 401)
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    assert (await client.get("/checkout/points/list?carrier=cdek")).status_code == 403


async def test_a_map_of_twenty_thousand_points_is_drawn_in_time(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.run(
        "insert into fondaco.pickup_point (carrier, code, kind, city, town, lat, lon, heaviest_kg,"
        " cells, card, cash) select 'cdek', 'P' || n, 'counter', 'Москва', 'москва',"
        " 55.5 + (n % 141) * 0.004, 37.2 + (n / 141) * 0.006, 30,"
        ' cast(case when n % 4 = 0 then \'[["60", "40", "40"]]\' else \'[]\' end as jsonb),'
        " true, true from generate_series(1, 20000) n"
    )
    await shop.run("analyze fondaco.pickup_point")
    ask = system_ask(shop.hall)
    wanted = Parameters(
        "cdek",
        frozenset({"москва"}),
        kg=Decimal(5),
        box=box(Decimal(30), Decimal(20), Decimal(10)),
        lat=55.75,
        lon=37.62,
    )
    taken = []
    for sides in ((55.74, 37.60, 55.76, 37.64), (55.70, 37.55, 55.80, 37.70)) * 5:
        began = time.perf_counter()
        shown = await points_on_map(ask, wanted, sides, 13)
        taken.append(time.perf_counter() - began)
        assert shown["points"] or shown["clusters"]
    assert sorted(taken)[len(taken) // 2] < 0.05, taken


KIROV = "Калужская обл, г Киров, ул Ленина, д 5"


def _in_region(found: dict[str, Any], region: str) -> dict[str, Any]:
    return {**found, "location": {**found["location"], "region": region}}


NORTHERN = _in_region(office("KIRN", "Киров", 58.60, 49.66), "Кировская область")
SOUTHERN = _in_region(office("KIRS", "Киров", 54.08, 34.31), "Калужская область")


async def test_points_of_a_town_of_that_name_elsewhere_are_not_offered(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    await shop.run("update fondaco.outlet set address = :a", a=KIROV)
    service.offices.append(NORTHERN)
    await shop.copy()
    await shop.fill(2)
    page = await shop.costs(buyer)
    assert "cdek:233" in page
    assert "cdek:234" not in page
    service.offices.append(SOUTHERN)
    await shop.copy()
    assert "cdek:234" in await shop.costs(buyer)
    found = await _opened(shop, buyer)
    assert "KIRS" in found
    assert "KIRN" not in found
    refused = await shop.order_by(buyer, "250.50 cdek:234", "cdek:KIRN")
    assert refused.status_code == 422
    # What is known in degrees decides before the names of regions.
    await shop.run(
        "insert into fondaco.outlet_address"
        " (outlet_id, text, provider, verdict, city, region, lat, lon)"
        " select id, address, 'dadata', 'exact', 'г Киров', 'Калужская', 58.5, 49.6"
        " from fondaco.outlet"
    )
    found = await _opened(shop, buyer)
    assert "KIRN" in found
    assert "KIRS" not in found
