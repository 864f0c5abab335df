"""One order by dates and addresses, through the front door: dealt out, corrected, ordered."""

import re
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest_asyncio

from fondaco.identity.tokens import make_token

sys.path.insert(0, str(Path(__file__).parent))

from delivery_quay import PAGE, Quay, today_of


@pytest_asyncio.fixture
async def quay(shop: Any) -> Quay:
    """Open for business."""
    found = Quay(shop)
    await found.open()
    return found


async def test_dealt_out_by_dates_and_addresses_and_ordered(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120, 10)
    today = today_of(shop)
    assert "Разложите заказ по поставкам" in (await buyer.get(PAGE)).text
    assert (await buyer.send_form(f"{PAGE}/begin")).status_code == 200
    later = today + timedelta(days=10)
    added = await buyer.send_form(
        f"{PAGE}/add", {"target": f"outlet:{quay.outlet}", "wanted_on": later.isoformat()}
    )
    assert "Поставка 2" in added.text
    _, second = await quay.deliveries()
    saved = await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "50"})
    assert saved.status_code == 200
    assert await quay.shares() == [("A-1", 2, 50)]

    cart = (await buyer.get("/cart")).text
    assert "Корзина разложена по поставкам" in cart
    form = await buyer.checkout_form()
    words = buyer.words((await buyer.get("/checkout")).text)
    assert "2 отгрузки 13 000,00 ₽" in words
    refused = await buyer.send_form(
        "/checkout", {**form, "to": f"outlet:{quay.outlet}", "payment": "invoice"}
    )
    assert refused.status_code == 422
    assert "разложена по поставкам" in refused.text
    placed = await buyer.send_form("/checkout", {**form, "to": "deliveries", "payment": "invoice"})
    assert placed.status_code == 303, placed.text

    first, branch = await quay.shipments()
    # 40 here and the rest from the other place: the first is whole in three days.
    assert first[2:] == (None, today + timedelta(days=3), [70, 10], [7000, 1000])
    assert branch == ("address", "г. Бор", later, later, [50], [5000])
    reserved = await shop.sql("select sum(reserved) from fondaco.stock_row group by product_id")
    assert sorted(row.sum for row in reserved if row.sum) == [10, 120]
    assert await shop.sql("select way from fondaco.cart") == [("together",)]
    assert await quay.deliveries() == []
    order = buyer.words((await buyer.get(placed.headers["location"])).text)
    assert "Филиал" in order
    assert "просили" in order


async def test_as_it_gets_ready_is_a_shipment_a_day(shop: Any, buyer: Any, quay: Quay) -> None:
    await shop.fill(120, 10)
    today = today_of(shop)
    words = buyer.words((await buyer.get("/checkout")).text)
    assert "По мере готовности" in words
    assert (await buyer.send_form("/checkout/way", {"way": "as_ready"})).status_code == 303
    words = buyer.words((await buyer.get("/checkout")).text)
    assert "Отгрузка 1 2 5 000,00 ₽" in words
    assert "Отгрузка 2 1 8 000,00 ₽" in words
    form = await buyer.checkout_form()
    to = re.search(r'value="(outlet:[^"]+)"', (await buyer.get("/checkout")).text).group(1)
    placed = await buyer.send_form("/checkout", {**form, "to": to, "payment": "invoice"})
    assert placed.status_code == 303, placed.text
    assert [shipment[2:] for shipment in await quay.shipments()] == [
        (None, today, [40, 10], [4000, 1000]),
        (None, today + timedelta(days=3), [80], [8000]),
    ]
    wrong = await buyer.send_form("/checkout/way", {"way": "by_rocket"})
    assert wrong.status_code == 422


async def test_what_a_line_does_not_have_is_refused_and_nothing_is_written(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120, 10)
    await buyer.send_form(f"{PAGE}/begin")
    for _ in range(2):
        await buyer.send_form(f"{PAGE}/add", {"target": f"outlet:{quay.outlet}"})
    _, second, third = await quay.deliveries()
    await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "100"})
    refused = await buyer.partial(
        f"{PAGE}/shares", {await quay.cell(third): "50", await quay.cell(third, 1): "1"}
    )
    assert refused.status_code == 422
    assert "В строке 120, а по поставкам 150" in refused.text
    assert await quay.shares() == [("A-1", 2, 100)]
    lower = await buyer.send_form(
        f"/cart/lines/{(await quay.cell(second)).split('.')[1]}", {"quantity": "60"}
    )
    assert "По поставкам распределено 100" in lower.text
    for wrong in ({await quay.cell(second): "-1"}, {await quay.cell(second): "много"}):
        assert (await buyer.partial(f"{PAGE}/shares", wrong)).status_code == 422
    assert (
        await buyer.partial(f"{PAGE}/shares", {await quay.cell(uuid4()): "1"})
    ).status_code == 404
    assert await quay.shares() == [("A-1", 2, 100)]


async def test_fields_refuse_what_is_no_place_or_day(shop: Any, buyer: Any, quay: Quay) -> None:
    await shop.fill(5)
    await buyer.send_form(f"{PAGE}/begin")
    yesterday = (today_of(shop) - timedelta(days=1)).isoformat()
    stranger = await shop.sql(
        "select uuid from fondaco.outlet where company_id <> :company limit 1",
        company=shop.company.customer.company_id,
    )
    for fields, said in (
        ({"target": "outlet:нет"}, "Выберите адрес доставки"),
        ({"target": f"outlet:{stranger[0].uuid}"}, "Выберите адрес доставки"),
        ({"target": f"outlet:{quay.outlet}", "wanted_on": yesterday}, "День от сегодняшнего"),
        ({"target": f"outlet:{quay.outlet}", "wanted_on": "завтра"}, "Выберите день"),
    ):
        refused = await buyer.send_form(f"{PAGE}/add", fields)
        assert refused.status_code == 422, fields
        assert said in refused.text
    (only,) = await quay.deliveries()
    assert (await buyer.send_form(f"{PAGE}/{only}/remove")).status_code == 422


async def test_removing_and_spreading_can_be_undone(shop: Any, buyer: Any, quay: Quay) -> None:
    await shop.fill(120, 10)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.send_form(f"{PAGE}/add", {"target": f"outlet:{quay.outlet}"})
    _, second = await quay.deliveries()
    await buyer.send_form(f"{PAGE}/{second}/take")
    assert await quay.shares() == [("A-1", 2, 120), ("A-2", 2, 10)]
    removed = await buyer.send_form(f"{PAGE}/{second}/remove")
    assert await quay.shares() == []
    before = _unescaped(removed.text)
    await buyer.send_form(f"{PAGE}/undo", {"before": before})
    assert await quay.shares() == [("A-1", 2, 120), ("A-2", 2, 10)]
    spread = await buyer.send_form(f"{PAGE}/begin", {"how": "as_ready"})
    assert await quay.shares() == [("A-1", 2, 80)]
    await buyer.send_form(f"{PAGE}/undo", {"before": _unescaped(spread.text)})
    assert await quay.shares() == [("A-1", 2, 120), ("A-2", 2, 10)]
    assert (await buyer.send_form(f"{PAGE}/undo", {"before": "[1]"})).status_code == 422


async def test_a_day_that_has_passed_stops_the_order(shop: Any, buyer: Any, quay: Quay) -> None:
    await shop.fill(5)
    await buyer.send_form(f"{PAGE}/begin")
    await shop.sql("update fondaco.cart_delivery set wanted_on = :day", day=date(2020, 1, 1))
    assert "её день уже прошёл" in (await buyer.get("/cart")).text
    assert (await buyer.get("/checkout")).headers["location"] == "/cart"


async def test_a_day_that_is_too_soon_is_named_with_the_reason_and_another(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120)
    await buyer.send_form(f"{PAGE}/begin")
    (first,) = await quay.deliveries()
    target = {"target": f"outlet:{shop.company.outlet}"}
    soon = (today_of(shop) + timedelta(days=1)).isoformat()
    page = await buyer.send_form(f"{PAGE}/{first}", {**target, "wanted_on": soon})
    assert page.status_code == 200
    assert "Назначить на" in page.text
    ready = today_of(shop) + timedelta(days=3)
    assert buyer.hidden(page.text)["wanted_on"] == ready.isoformat()
    page = await buyer.send_form(f"{PAGE}/{first}", {**target, "wanted_on": ready.isoformat()})
    assert "Назначить на" not in page.text
    assert await shop.sql("select wanted_on from fondaco.cart_delivery") == [(ready,)]


async def test_lines_taken_out_come_back_with_their_deliveries(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.send_form(f"{PAGE}/add", {"target": f"outlet:{quay.outlet}"})
    _, second = await quay.deliveries()
    await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "7"})
    removed = await buyer.partial("/cart/clear", {})
    assert await quay.shares() == []
    undo = re.search(r"/cart/undo/[^\"]+", removed.text)
    assert undo, removed.text
    await buyer.partial(undo.group(0), {})
    assert await quay.shares() == [("A-1", 2, 7)]


async def test_the_page_costs_the_same_for_one_line_and_for_many(
    shop: Any, buyer: Any, quay: Quay, sql_budget: Any
) -> None:
    counts = []
    for quantities in ((1,), (1, 1, 1)):
        await shop.fill(*quantities)
        if not counts:
            await buyer.send_form(f"{PAGE}/begin")
            await buyer.send_form(f"{PAGE}/add", {"target": f"outlet:{quay.outlet}"})
        await buyer.get(PAGE)
        with sql_budget() as shown:
            assert (await buyer.get(PAGE)).status_code == 200
        counts.append(shown.number)
    assert counts[0] == counts[1]


def _unescaped(html: str) -> str:
    return unescape(re.search(r'name="before" value="([^"]*)"', html).group(1))


async def test_a_program_deals_out_and_orders(shop: Any, client: Any, quay: Quay) -> None:
    async with shop.company.ask(shop.hall).act() as act:
        client.headers["Authorization"] = f"Bearer {await make_token(act, 'test')}"
    await shop.fill(120)
    targets = {one["title"]: one for one in (await client.get("/api/v1/targets")).json()}
    assert targets["Филиал"]["pickup"] is False
    line = (await client.get("/api/v1/cart")).json()["lines"][0]["id"]
    later = (today_of(shop) + timedelta(days=10)).isoformat()
    first = {"target": f"outlet:{shop.company.outlet}"}
    second = {
        "target": f"outlet:{quay.outlet}",
        "wanted_on": later,
        "shares": [{"line": line, "quantity": "50"}],
    }
    for wrong, named in (
        ([first, {**second, "target": f"outlet:{shop.stranger.outlet}"}], "deliveries[1].target"),
        ([first, {**second, "wanted_on": "2020-01-01"}], "deliveries[1].wanted_on"),
        (
            [first, second, {**second, "shares": [{"line": line, "quantity": "71"}]}],
            "deliveries[2]",
        ),
        ([second], "deliveries[0].shares"),
    ):
        refused = await client.post("/api/v1/cart/deliveries", json={"deliveries": wrong})
        assert refused.status_code == 422, refused.text
        assert any(name.startswith(named) for name in refused.json()["errors"]), refused.text
    assert await quay.deliveries() == []
    put = await client.post("/api/v1/cart/deliveries", json={"deliveries": [first, second]})
    cart = put.json()
    assert cart["way"] == "deliveries"
    listed = (await client.get("/api/v1/cart/deliveries")).json()
    assert [one["wanted_on"] for one in listed] == [None, later]
    assert [
        (share["part"], share["quantity"], share["promised"])
        for share in cart["lines"][0]["shares"]
    ][1] == (listed[1]["id"], "50.000", later)
    order = {"shown": cart["fingerprint"], "delivery": "deliveries"}
    placed = await client.post("/api/v1/orders", json=order, headers={"Idempotency-Key": "k" * 12})
    assert placed.status_code == 201, placed.text
    detail = (await client.get(f"/api/v1/orders/{placed.json()['id']}")).json()
    assert [one["wanted_on"] for one in detail["shipments"]] == [None, later]
    assert (await client.delete("/api/v1/cart/deliveries")).status_code == 204
    await shop.fill(1)
    way = await client.post("/api/v1/cart/way", json={"way": "as_ready"})
    assert way.json()["way"] == "as_ready"


async def test_repeated_it_is_dealt_out_again(shop: Any, buyer: Any, quay: Quay) -> None:
    later = await _order_in_deliveries(shop, buyer, quay)
    order = await _last_order(shop)
    repeated = await buyer.send_form(f"{order}/repeat", follow_redirects=True)
    assert "Корзина разложена по поставкам" in repeated.text
    assert "прошёл" not in repeated.text
    assert await quay.shares() == [("A-1", 2, 50)]
    assert await shop.sql("select wanted_on from fondaco.cart_delivery order by id") == [
        (None,),
        (later,),
    ]
    await buyer.send_form(f"{order}/repeat")
    assert await quay.shares() == [("A-1", 2, 100)]
    assert await shop.sql("select quantity from fondaco.cart_line order by id") == [(240,), (20,)]
    assert len(await quay.deliveries()) == 2


async def test_repeated_it_says_which_day_has_passed_and_where_it_cannot_go(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await _order_in_deliveries(shop, buyer, quay)
    order = await _last_order(shop)
    await shop.sql(
        "update fondaco.shipment set wanted_on = :day where wanted_on is not null",
        day=date(2020, 1, 1),
    )
    await shop.sql(
        "insert into fondaco.user_outlet (user_id, outlet_id)"
        " select c.user_id, o.id from fondaco.customer_order c, fondaco.outlet o"
        " where o.uuid = :outlet",
        outlet=shop.company.outlet,
    )
    repeated = await buyer.send_form(f"{order}/repeat", follow_redirects=True)
    words = buyer.words(repeated.text)
    assert "Поставка 2: прежний день прошёл, теперь — как только будет готово" in words
    assert "Поставка 2: «Филиал» больше нельзя выбрать, проверьте адрес" in words
    assert await quay.shares() == [("A-1", 2, 50)]
    assert (
        await shop.sql(
            "select o.uuid, d.wanted_on from fondaco.cart_delivery d"
            " join fondaco.outlet o on o.id = d.outlet_id order by d.id"
        )
        == [(shop.company.outlet, None)] * 2
    )


async def test_repeated_beside_other_goods_it_changes_nothing_of_how_they_are_sent(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await _order_in_deliveries(shop, buyer, quay)
    order = await _last_order(shop)
    await shop.fill(1)
    repeated = await buyer.send_form(f"{order}/repeat", follow_redirects=True)
    assert "В корзине уже были товары" in repeated.text
    assert await shop.sql("select way from fondaco.cart") == [("together",)]
    assert await quay.deliveries() == []


async def test_repeated_it_joins_deliveries_that_are_there(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    later = await _order_in_deliveries(shop, buyer, quay)
    order = await _last_order(shop)
    await shop.fill(7, 7)
    await buyer.send_form(f"{PAGE}/begin")
    (first,) = await quay.deliveries()
    await buyer.send_form(f"{PAGE}/{first}", {"target": f"outlet:{shop.company.outlet}"})
    await buyer.send_form(f"{PAGE}/add", {"target": f"outlet:{quay.outlet}"})
    _, second = await quay.deliveries()
    await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "3"})
    await buyer.send_form(f"{order}/repeat")
    assert await quay.shares() == [("A-1", 2, 3), ("A-1", 3, 50)]
    assert await shop.sql("select wanted_on from fondaco.cart_delivery order by id") == [
        (None,),
        (None,),
        (later,),
    ]


async def _order_in_deliveries(shop: Any, buyer: Any, quay: Quay) -> date:
    """120 and 10 ordered, of which 50 go to the branch in ten days; returns that day."""
    await shop.fill(120, 10)
    later = today_of(shop) + timedelta(days=10)
    await buyer.send_form(f"{PAGE}/begin")
    target = {"target": f"outlet:{quay.outlet}", "wanted_on": later.isoformat()}
    await buyer.send_form(f"{PAGE}/add", target)
    _, second = await quay.deliveries()
    await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "50"})
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, "to": "deliveries", "payment": "invoice"})
    assert placed.status_code == 303, placed.text
    return later


async def _last_order(shop: Any) -> str:
    rows = await shop.sql("select uuid from fondaco.customer_order order by id desc limit 1")
    return f"/orders/{rows[0].uuid}"


async def test_repeated_it_goes_to_one_address(shop: Any, buyer: Any, quay: Quay) -> None:
    await shop.fill(120)
    await buyer.send_form("/checkout/way", {"way": "as_ready"})
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, **shop.choices()})
    order = placed.headers["location"].partition("?")[0]
    await buyer.send_form(f"{order}/repeat")
    assert await shop.sql("select way from fondaco.cart") == [("together",)]
    assert await shop.sql("select quantity from fondaco.cart_line") == [(120,)]


async def test_a_tab_that_is_behind_the_other_ends_in_no_fault(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120)
    nowhere = {await quay.cell(uuid4()): "1"}
    assert (await buyer.partial(f"{PAGE}/shares", nowhere)).status_code == 404
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.send_form(f"{PAGE}/add", {"target": f"outlet:{quay.outlet}"})
    _, second = await quay.deliveries()
    await buyer.send_form(f"{PAGE}/end")
    refused = await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "много"})
    assert refused.status_code == 422
    saved = await buyer.partial(f"{PAGE}/shares", {await quay.cell(second): "7"})
    assert saved.status_code == 200
    assert await shop.sql("select way from fondaco.cart") == [("deliveries",)]
    line = (await quay.cell(second)).split(".")[1]
    for bad in ("NaN", "-1"):
        wrong = f'{{"target":"x","shares":{{"{line}":"{bad}"}}}}'
        before = f'{{"deliveries":[{{"target":"x"}},{wrong}]}}'
        undone = await buyer.send_form(f"{PAGE}/undo", {"before": before})
        assert undone.status_code == 422, undone.text
    assert await quay.shares() == [("A-1", 2, 7)]
