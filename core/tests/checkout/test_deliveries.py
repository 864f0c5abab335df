"""What bringing the goods costs: on the page, in the order's transaction, and frozen with it."""

import re
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from carrier_plugin import PLUGIN, World, reset

import fondaco.checkout.deliveries as joints
from fondaco.db.counting import counting
from fondaco.hooks.context import system_ask
from fondaco.identity.tokens import make_token
from fondaco.orders.payments.acquirers import items_of
from fondaco.orders.service import Orders
from fondaco.testing.pdf import text_of
from fondaco_sdk.manifest import Plugin
from fondaco_sdk.providers.carrier import PickupPoint
from fondaco_sdk.types.delivery import Box, PointKind
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import AmendedLine
from fondaco_sdk.types.reason import Reason

D = Decimal
WHY = Reason("test.amended", "Изменено", "Changed")
NORTH = {"part": "", "offer-": "500.00 lorry:north"}
SUMS = (
    "select o.total, o.vat_total, sum(l.total) + s.price, sum(l.vat_amount) + s.vat"
    "  from fondaco.customer_order o join fondaco.order_line l on l.order_id = o.id"
    " cross join lateral (select sum(delivery_price) as price, sum(delivery_vat_amount) as vat"
    "                       from fondaco.shipment where order_id = o.id) s"
    " group by o.id, s.price, s.vat"
)
POINT = PickupPoint(
    "MSK7", PointKind.COUNTER, "Пункт на Ленина", "Ленина, 7", "Москва", "Москва", "", "101000",
    "RU", D(55), D(37), heaviest_kg=D(15),
)  # fmt: skip


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The lorry is the only plugin besides the built-in ones."""
    return (PLUGIN,)


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    """A lorry to the north for 500 roubles, and a slower, cheaper one that is full."""
    reset()
    World.offers = {"lorry:north": D(500), "lorry:slow": D(100)}
    World.refused = {"lorry:slow"}
    yield
    reset()


async def place(shop: Any, buyer: Any, *quantities: int, **changes: str) -> Any:
    """Order the goods; the answer."""
    await shop.fill(*quantities)
    form = await buyer.checkout_form()
    return await buyer.send_form("/checkout", {**form, **shop.choices(), **changes})


async def nothing_written(shop: Any) -> bool:
    """No order, no document, no key, nothing held, and the cart is as it was."""
    for table in ("customer_order", "order_line", "shipment", "document", "idempotency_key"):
        if (await shop.sql(f"select count(*) from fondaco.{table}"))[0][0]:
            return False
    return not (await shop.sql("select sum(reserved) from fondaco.stock_row"))[0][0]


async def test_the_page_offers_what_there_is_and_counts_it(shop: Any, buyer: Any) -> None:
    await shop.fill(2)
    to = {"to": f"outlet:{shop.company.outlet}"}
    page = await buyer.send_form("/checkout/costs", to)
    words = buyer.words(page.text)
    assert "Как доставить" in words
    assert re.search(r"Наша машина .*вт.* 500,00 ₽", words)
    assert "Машина уже полная" in words
    assert "checked" in page.text.partition("lorry:north")[2][:40]
    assert "disabled" in page.text.partition("lorry:slow")[2][:40]
    assert "Товары 200,00 ₽ Доставка 500,00 ₽ Итого с НДС 700,00 ₽" in words
    assert "Оформить заказ на 700,00 ₽" in words
    (parcel,) = World.asked[-1]
    assert (parcel.value, parcel.currency) == (200, "RUB")


async def test_the_order_freezes_it_and_every_sum_follows(shop: Any, buyer: Any) -> None:
    answer = await place(shop, buyer, 3, **NORTH)
    assert answer.status_code == 303, answer.text
    assert await shop.sql(SUMS) == [(800, D("144.26"), 800, D("144.26"))]
    (row,) = await shop.sql(
        "select delivery_code, delivery_ru, delivery_price, delivery_vat, delivery_vat_rate,"
        " delivery_vat_amount, arrives_until::text from fondaco.shipment"
    )
    assert tuple(row) == (
        "lorry:north", "Наша машина", 500, "22", 22, D("90.16"), "2026-12-03",
    )  # fmt: skip
    assert await shop.sql("select sum(amount) from fondaco.payment") == [(800,)]
    assert await shop.sql("select sum(amount) from fondaco.spending_entry") == [(800,)]
    order = answer.headers["location"].partition("?")[0]
    page = await buyer.get(order)
    words = buyer.words(page.text)
    assert "Доставка: Наша машина" in words
    assert "800,00 ₽" in words
    document = re.findall(r"/documents/([0-9a-f-]{36})", page.text)[0]
    await shop.render(document)
    said = text_of((await buyer.get(f"/documents/{document}/file")).content)
    assert "Доставка: Наша машина" in said
    assert "800,00" in said
    assert (await buyer.get(f"{order}/export.xlsx")).status_code == 200


async def test_a_free_delivery_is_a_line_of_the_invoice_that_costs_nothing(
    shop: Any, buyer: Any
) -> None:
    # At a rate that no goods have: it adds no line of VAT.
    World.offers, World.vat = {"lorry:north": D(0)}, "10"
    answer = await place(shop, buyer, 3, part="", **{"offer-": "0.00 lorry:north"})
    assert answer.status_code == 303, answer.text
    page = await buyer.get(answer.headers["location"].partition("?")[0])
    assert "бесплатно" in buyer.words(page.text)
    document = re.findall(r"/documents/([0-9a-f-]{36})", page.text)[0]
    await shop.render(document)
    said = text_of((await buyer.get(f"/documents/{document}/file")).content)
    assert "Доставка: Наша машина, бесплатно" in " ".join(said.split())
    assert "300,00" in said
    assert "НДС22%" in (squeezed := "".join(said.split()))
    assert "НДС10%" not in squeezed
    assert await shop.sql("select sum(amount) from fondaco.payment") == [(300,)]


@pytest.mark.control
async def test_goods_that_are_fetched_have_no_line_of_delivery(shop: Any, buyer: Any) -> None:
    (place_uuid,) = (await shop.sql("select uuid from fondaco.place"))[0]
    answer = await place(shop, buyer, 3, to=f"place:{place_uuid}", part="x")
    page = await buyer.get(answer.headers["location"].partition("?")[0])
    document = re.findall(r"/documents/([0-9a-f-]{36})", page.text)[0]
    await shop.render(document)
    assert "Доставка" not in text_of((await buyer.get(f"/documents/{document}/file")).content)


async def test_another_price_than_shown_orders_nothing(shop: Any, buyer: Any) -> None:
    await shop.fill(1)
    form = {**await buyer.checkout_form(), **shop.choices(), **NORTH}
    World.offers = {"lorry:north": D(501)}
    answer = await buyer.send_form("/checkout", form)
    assert answer.status_code == 409
    words = buyer.words(answer.text)
    assert "500,00 ₽ 501,00 ₽" in words
    assert await nothing_written(shop)
    form["offer-"] = "501.00 lorry:north"
    assert (await buyer.send_form("/checkout", form)).status_code == 303


@pytest.mark.parametrize("offers", [{}, {"lorry:south": D(500)}])
async def test_an_offer_that_is_gone_orders_nothing(
    shop: Any, buyer: Any, offers: dict[str, Decimal]
) -> None:
    await shop.fill(1)
    form = {**await buyer.checkout_form(), **shop.choices(), **NORTH}
    World.offers = offers
    assert (await buyer.send_form("/checkout", form)).status_code == 409
    assert await nothing_written(shop)


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"part": "", "offer-": "0.00 lorry:north"},
        {"part": "", "offer-": "100.00 lorry:slow"},
        {"part": "", "offer-": "nonsense"},
        {"part": "", "offer-": "sNaN lorry:north"},
        {"part": "", "offer-": "Infinity lorry:north"},
        {"part": "other", "offer-other": "500.00 lorry:north"},
    ],
    ids=["none", "cheaper", "refused", "nonsense", "no number", "endless", "another part"],
)
async def test_nobody_pays_less_than_is_offered(
    shop: Any, buyer: Any, chosen: dict[str, str]
) -> None:
    answer = await place(shop, buyer, 1, **{"part": "x", **chosen})
    assert answer.status_code == 409
    assert await nothing_written(shop)


async def test_fetching_costs_nothing(shop: Any, buyer: Any) -> None:
    (place_uuid,) = (await shop.sql("select uuid from fondaco.place"))[0]
    asked = len(World.asked)
    answer = await place(shop, buyer, 1, to=f"place:{place_uuid}", part="x")
    assert answer.status_code == 303
    assert len(World.asked) == asked
    assert await shop.sql("select total from fondaco.customer_order") == [(100,)]


@pytest.mark.parametrize("fails", ["raises", "hangs"])
async def test_an_order_goes_through_when_nobody_answers(shop: Any, buyer: Any, fails: str) -> None:
    World.fails = fails
    await shop.fill(1)
    page = await buyer.send_form("/checkout/costs", {"to": f"outlet:{shop.company.outlet}"})
    assert "Стоимость доставки сообщит менеджер" in buyer.words(page.text)
    answer = await place(shop, buyer, part="x")
    assert answer.status_code == 303
    order = answer.headers["location"].partition("?")[0]
    words = buyer.words((await buyer.get(order)).text)
    assert "Стоимость доставки сообщит менеджер" in words
    assert await shop.sql("select total from fondaco.customer_order") == [(100,)]


async def test_what_makes_no_sense_is_not_offered(shop: Any, buyer: Any) -> None:
    World.offers = {"lorry:paid": D(-1), "lorry:dust": D("0.001"), "lorry odd": D(1)}
    World.refused = set()
    await shop.fill(1)
    page = await buyer.send_form("/checkout/costs", {"to": f"outlet:{shop.company.outlet}"})
    assert "lorry" not in page.text
    World.offers, World.vat = {"lorry:x": D(1)}, "a third"
    page = await buyer.send_form("/checkout/costs", {"to": f"outlet:{shop.company.outlet}"})
    assert "lorry" not in page.text


async def test_anothers_outlet_is_not_there(shop: Any, buyer: Any) -> None:
    foreign = f"outlet:{shop.stranger.outlet}"
    await shop.fill(1)
    asked = len(World.asked)
    page = await buyer.send_form("/checkout/costs", {"to": foreign})
    assert "Как доставить" not in page.text
    assert len(World.asked) == asked
    answer = await place(shop, buyer, to=foreign, **NORTH)
    assert answer.status_code == 422
    assert await nothing_written(shop)


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> None:
    """One pickup point of the lorry."""

    async def point_of(ask: Any, carrier: str, code: str) -> PickupPoint | None:
        return POINT if (carrier, code) == ("lorry", "MSK7") else None

    monkeypatch.setattr(joints, "point_of", point_of)


@pytest.mark.usefixtures("points")
@pytest.mark.parametrize("point", ["", "lorry:MSK8", "train:MSK7", "MSK7"])
async def test_a_pickup_point_has_to_be_there(shop: Any, buyer: Any, point: str) -> None:
    World.to_point = {"lorry:north"}
    answer = await place(shop, buyer, 1, **NORTH, **{"point-": point})
    assert answer.status_code == 422
    assert "Выберите пункт выдачи" in buyer.words(answer.text)
    assert await nothing_written(shop)


@pytest.mark.usefixtures("points")
async def test_a_pickup_point_is_frozen(shop: Any, buyer: Any) -> None:
    World.to_point = {"lorry:north"}
    unknown = await place(shop, buyer, 1, **NORTH, **{"point-": "lorry:MSK7"})
    assert "в другом городе" in buyer.words(unknown.text)
    await shop.sql("update fondaco.outlet set address = 'г. Москва, ул Мира, 1'")
    answer = await place(shop, buyer, 1, **NORTH, **{"point-": "lorry:MSK7"})
    assert answer.status_code == 303
    assert await shop.sql("select carrier, point_code, point_text from fondaco.shipment") == [
        ("lorry", "MSK7", "Пункт на Ленина, Ленина, 7")
    ]
    await shop.sql(
        "insert into fondaco.outlet_address (outlet_id, text, provider, verdict, city)"
        " select id, address, 'dadata', 'ok', 'г Тверь' from fondaco.outlet"
    )
    answer = await place(shop, buyer, 1, **NORTH, **{"point-": "lorry:MSK7"})
    assert answer.status_code == 422
    assert "в другом городе" in buyer.words(answer.text)
    await shop.sql("update fondaco.outlet_address set city = 'г Москва'")
    await shop.sql("update fondaco.product set weight_kg = 10")
    answer = await place(shop, buyer, 2, **NORTH, **{"point-": "lorry:MSK7"})
    assert answer.status_code == 422
    assert "не выдаёт посылки такого веса" in buyer.words(answer.text)


async def test_a_parcel_says_what_is_known(shop: Any, buyer: Any) -> None:
    await shop.fill(2, 1)
    to = {"to": f"outlet:{shop.company.outlet}"}
    await buyer.send_form("/checkout/costs", to)
    (parcel,) = World.asked[-1]
    assert (parcel.weight_kg, parcel.box) == (None, None)
    await shop.sql(
        "update fondaco.product set weight_kg = 1.5, length_cm = 30, width_cm = 20, height_cm = 10"
    )
    await shop.sql(
        "insert into fondaco.outlet_address"
        " (outlet_id, text, provider, verdict, country, city, fias_id)"
        " select id, address, 'dadata', 'ok', 'RU', 'Тверь', 'f-1' from fondaco.outlet"
    )
    await buyer.send_form("/checkout/costs", to)
    (parcel,) = World.asked[-1]
    assert parcel.weight_kg == D("4.5")
    assert parcel.box.takes(Box(D(30), D(20), D(20)))
    assert (parcel.destination.city, parcel.destination.fias_id) == ("Тверь", "f-1")
    assert parcel.place == shop.moscow
    # What a service has guessed decides nothing.
    await shop.sql("update fondaco.outlet_address set verdict = 'uncertain'")
    await buyer.send_form("/checkout/costs", to)
    (parcel,) = World.asked[-1]
    assert (parcel.destination.city, parcel.destination.fias_id) == ("", "")
    # What was known of another address says nothing of this one.
    await shop.sql("update fondaco.outlet_address set verdict = 'exact'")
    await shop.sql("update fondaco.outlet set address = 'Клин'")
    await buyer.send_form("/checkout/costs", to)
    (parcel,) = World.asked[-1]
    assert (parcel.destination.text, parcel.destination.fias_id) == ("Клин", "")


async def test_the_choice_waits_with_the_draft(shop: Any, buyer: Any) -> None:
    World.offers = {"lorry:north": D(500), "lorry:south": D(700)}
    await shop.fill(1)
    south = {"part": "", "offer-": "700.00 lorry:south"}
    await buyer.send_form("/checkout/draft", {**shop.choices(), **south})
    page = (await buyer.get("/checkout")).text
    assert "checked" in page.partition("700 lorry:south")[2][:40]
    assert "Оформить заказ на 800,00 ₽" in buyer.words(page)


async def test_over_the_api(shop: Any, buyer: Any, hall: Any) -> None:
    async with shop.company.ask(hall).act() as act:
        token = {"Authorization": f"Bearer {await make_token(act, 'test')}"}
    await shop.fill(1)
    cart = (await buyer.get("/api/v1/cart", headers=token)).json()
    path, outlet = "/api/v1/checkout/deliveries", str(shop.company.outlet)
    foreign = await buyer.get(path, headers=token, params={"outlet": str(shop.stranger.outlet)})
    assert foreign.status_code == 404
    (part,) = (await buyer.get(path, headers=token, params={"outlet": outlet})).json()
    assert [
        (one["offer"], float(one["price"]), one["refused"] != "") for one in part["offers"]
    ] == [
        ("lorry:north", 500, False),
        ("lorry:slow", 100, True),
    ]
    body = {"shown": cart["fingerprint"], "delivery": "address", "outlet": outlet}
    key = {**token, "Idempotency-Key": "12345678"}
    refused = await buyer.post("/api/v1/orders", headers=key, json=body)
    assert refused.status_code == 409
    assert refused.json()["deliveries"] == [part]
    body["deliveries"] = [{"offer": "lorry:north", "price": "500.00"}]
    placed = await buyer.post("/api/v1/orders", headers=key, json=body)
    assert placed.status_code == 201, placed.text
    again = await buyer.post("/api/v1/orders", headers=key, json=body)
    assert again.json() == placed.json()
    body["deliveries"] = [{"offer": "lorry:north", "price": "499"}]
    other = await buyer.post("/api/v1/orders", headers=key, json=body)
    assert other.status_code == 422
    order = (await buyer.get(f"/api/v1/orders/{placed.json()['id']}", headers=token)).json()
    assert float(order["order"]["total"]) == 600
    (shipment,) = order["shipments"]
    assert (shipment["delivery"]["offer"], float(shipment["delivery"]["price"])) == (
        "lorry:north",
        500,
    )


async def test_an_amended_order_keeps_what_bringing_it_costs(shop: Any, buyer: Any) -> None:
    """Goods change, totals follow; of a shipment of which nothing is left nothing is charged."""
    answer = await place(shop, buyer, 4, 2, **NORTH)
    assert answer.status_code == 303
    ((order, shipment),) = await shop.sql("select order_id, uuid from fondaco.shipment")
    async with system_ask(shop.hall).act() as act:
        line = AmendedLine(shop.products[0], D(1), D(90), D(90))
        await act.orders.amend(OrderId(order), shipment, [line], source="test", reason=WHY)
    assert await shop.sql(SUMS) == [(590, D("106.39"), 590, D("106.39"))]
    assert await shop.sql("select sum(amount) from fondaco.payment") == [(590,)]
    async with system_ask(shop.hall).act() as act:
        await act.orders.amend(OrderId(order), shipment, (), source="test", reason=WHY)
    assert await shop.sql(SUMS) == [(0, 0, 0, 0)]
    assert await shop.sql("select delivery_code, delivery_price from fondaco.shipment") == [("", 0)]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    quantities=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    price=st.decimals("0", "99999", places=2),
    vat=st.sampled_from(["22", "10", "0", "novat"]),
)
async def test_a_total_is_its_lines_and_its_deliveries(
    shop: Any, buyer: Any, quantities: list[int], price: Decimal, vat: str
) -> None:
    World.offers, World.vat = {"lorry:any": price}, vat
    chosen = {"part": "", "offer-": f"{price} lorry:any"}
    assert (await place(shop, buyer, *quantities, **chosen)).status_code == 303
    for total, vat_total, summed, vat_summed in await shop.sql(SUMS):
        assert (total, vat_total) == (summed, vat_summed)
    ((paid, total),) = await shop.sql(
        "select sum(p.amount), (select sum(total) from fondaco.customer_order)"
        "  from fondaco.payment p"
    )
    assert paid == total


async def test_a_receipt_comes_to_the_total(shop: Any, buyer: Any) -> None:
    assert (await place(shop, buyer, 3, 1, **NORTH)).status_code == 303
    ask = shop.company.ask(shop.hall)
    (uuid,) = (await shop.sql("select uuid from fondaco.customer_order"))[0]
    detail = await Orders(ask).detail(uuid, ask.scope)
    items = items_of(detail)
    assert sum(item.total for item in items) == detail.order.total == 900
    assert [item.service for item in items] == [False, False, True]


async def test_statements_do_not_depend_on_the_number_of_lines(shop: Any, buyer: Any) -> None:
    counts = []
    for quantities in ((1,), (1, 1, 1, 1, 1)):
        await shop.sql("delete from fondaco.cart")
        await shop.fill(*quantities)
        form = {"to": f"outlet:{shop.company.outlet}"}
        await buyer.send_form("/checkout/costs", form)
        with counting() as count:
            await buyer.send_form("/checkout/costs", form)
        counts.append(count.number)
    assert counts[0] == counts[1]
