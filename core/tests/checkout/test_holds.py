"""Goods held at the checkout and for orders that are paid beforehand: by the database clock."""

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.orders.holds import let_go_of_ended
from fondaco.settings import Orders, Settings
from fondaco.testing.client import Client
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import AmendedLine
from fondaco_sdk.types.reason import Reason

LEDGER = """
    select (select coalesce(sum(reserved), 0) from fondaco.stock_row),
           (select coalesce(sum(quantity), 0) from fondaco.reservation where state = 'held'),
           (select count(*) from fondaco.stock_row where reserved > on_hand)
"""
END_ALL = (
    "update fondaco.reservation set expires_at = clock_timestamp() - interval '1 second'"
    " where state = 'held' and expires_at is not null"
)


async def reserved(shop: Any) -> int:
    """What is reserved; the rows and the reservations agree, and nothing is oversold."""
    [(rows, held, oversold)] = await shop.sql(LEDGER)
    assert rows == held
    assert oversold == 0
    return int(rows)


async def test_the_page_holds_the_cart_and_counts_down(shop: Any, buyer: Any) -> None:
    await shop.fill(7, 5)
    await buyer.get("/checkout")
    assert await reserved(shop) == 0, "a GET writes nothing"
    held = await buyer.partial("/checkout/hold")
    assert held.status_code == 200
    seconds = int(re.search(r'data-countdown="(\d+)"', held.text).group(1))  # type: ignore[union-attr]
    assert 890 <= seconds <= 900
    assert await reserved(shop) == 12


async def test_who_holds_sees_the_goods_and_others_do_not(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    await shop.set_stock(1, 10)
    await shop.fill(8)
    await buyer.partial("/checkout/hold")
    own = buyer.words((await buyer.get("/cart")).text)
    assert "В наличии только" not in own
    await shop.fill(8, company=shop.stranger)
    assert "В наличии только 2 шт" in stranger.words((await stranger.get("/cart")).text)


async def test_held_again_is_not_prolonged_and_another_cart_replaces_it(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(7)
    await buyer.partial("/checkout/hold")
    before = await shop.sql("select id, expires_at from fondaco.reservation where state = 'held'")
    await buyer.partial("/checkout/hold")
    assert before == await shop.sql(
        "select id, expires_at from fondaco.reservation where state = 'held'"
    )
    await shop.fill(0, 3)
    await buyer.partial("/checkout/hold")
    assert await reserved(shop) == 10


async def test_the_order_takes_the_place_of_the_hold(shop: Any, buyer: Any) -> None:
    await shop.set_stock(1, 7)
    await shop.fill(7)
    await buyer.partial("/checkout/hold")
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert placed.status_code == 303, placed.text
    assert await reserved(shop) == 7
    [(of_orders,)] = await shop.sql(
        "select count(*) from fondaco.reservation where state = 'held' and user_id is null"
    )
    assert of_orders == 1


async def test_what_has_ended_is_free_to_the_next_one_even_before_the_sweep(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    await shop.set_stock(1, 10)
    await shop.fill(8)
    await buyer.partial("/checkout/hold")
    await shop.fill(5, company=shop.stranger)
    short = await stranger.partial("/checkout/hold")
    assert "часть товара разобрали" in stranger.words(short.text)
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await reserved(shop) == 0
    held = await stranger.partial("/checkout/hold")
    assert "data-countdown" in held.text
    assert await reserved(shop) == 5


async def test_an_order_that_is_not_paid_lets_go_and_says_so(shop: Any, buyer: Any) -> None:
    order = await shop.order(buyer, 4)
    page = await buyer.get(order)
    assert re.search(r'data-countdown="2\d{5}"', page.text), "72 hours"
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await reserved(shop) == 0
    said = buyer.words((await buyer.get(order)).text)
    assert "Срок резерва вышел" in said
    assert said.count("Резерв закончился: оплата не пришла вовремя") == 1
    await let_go_of_ended(shop.hall)
    assert buyer.words((await buyer.get(order)).text).count("Резерв закончился:") == 1


async def test_who_pays_afterwards_has_the_goods_until_they_are_shipped(
    shop: Any, buyer: Any
) -> None:
    await shop.sql("update fondaco.agreement set payment_days = 14")
    order = await shop.order(buyer, 4)
    assert "data-countdown" not in (await buyer.get(order)).text
    assert await shop.sql("select expires_at from fondaco.reservation") == [(None,)]


@pytest.fixture
async def manager(shop: Any, wholesaler: Any) -> Client:
    found: Client = await shop.browser(await wholesaler.staff("manager"))
    return found


async def test_a_payment_in_time_keeps_the_goods(shop: Any, buyer: Any, manager: Any) -> None:
    order = await shop.order(buyer, 4)
    kept = await manager.send_form(f"{order}/keep")
    assert kept.status_code == 303
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await reserved(shop) == 4
    await manager.send_form(f"{order}/keep")
    await manager.get(order)  # where the notice of the press is shown
    assert manager.words((await manager.get(order)).text).count("Товар удержан до отгрузки") == 1


async def test_a_late_payment_takes_them_again_if_they_are_there(
    shop: Any, buyer: Any, stranger: Any, manager: Any
) -> None:
    await shop.set_stock(1, 6)
    order = await shop.order(buyer, 4)
    await shop.sql(END_ALL)
    late = await manager.send_form(f"{order}/keep")
    assert late.status_code == 303
    assert await reserved(shop) == 4
    assert await shop.sql(
        "select state, expires_at is null, count(*) from fondaco.reservation group by 1, 2"
        " order by 1"
    ) == [("held", True, 1), ("released", False, 1)]


async def _amended(shop: Any, *quantities: int) -> None:
    """The ERP has so many of the first, second, ... product in the only order."""
    why = Reason("test", "Изменено в 1С", "Changed in 1C")
    lines = [
        AmendedLine(product, Decimal(quantity), Decimal(100), Decimal(100 * quantity))
        for product, quantity in zip(shop.products, quantities, strict=False)
    ]
    ((order, shipment),) = await shop.sql("select order_id, uuid from fondaco.shipment")
    async with system_ask(shop.hall).act() as act:
        await act.orders.amend(OrderId(order), shipment, lines, source="erp", reason=why)


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize(
    ("became", "again"), [((6,), 6), ((0,), 0), ((14,), 14), ((6, 14), 14), ((14, 6), 6)]
)
async def test_a_late_payment_takes_again_what_the_lines_are_by_then(
    shop: Any, buyer: Any, manager: Any, swept: bool, became: tuple[int, ...], again: int
) -> None:
    order = await shop.order(buyer, 10, 2)
    await shop.sql(END_ALL)
    if swept:
        await let_go_of_ended(shop.hall)
    for quantity in became:
        await _amended(shop, quantity, 2)
    assert (await manager.send_form(f"{order}/keep")).status_code == 303
    assert await reserved(shop) == again + 2


@pytest.mark.parametrize("swept", [True, False])
async def test_a_line_that_comes_after_the_hold_has_ended_is_held_as_a_new_order_is(
    shop: Any, buyer: Any, manager: Any, swept: bool
) -> None:
    order = await shop.order(buyer, 10)
    await shop.sql(END_ALL)
    if swept:
        await let_go_of_ended(shop.hall)
    await _amended(shop, 10, 3)
    assert await shop.sql(
        "select quantity, expires_at between now() + interval '71 h' and now() + interval '72 h'"
        "  from fondaco.reservation where state = 'held' and expires_at > now()"
    ) == [(3, True)]
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await reserved(shop) == 0
    assert (await manager.send_form(f"{order}/keep")).status_code == 303
    assert await reserved(shop) == 13


async def test_a_line_that_comes_after_the_payment_stays_until_it_is_shipped(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    assert (await manager.send_form(f"{order}/keep")).status_code == 303
    await _amended(shop, 10, 3)
    assert await shop.sql(
        "select quantity, expires_at from fondaco.reservation where state = 'held' order by 1"
    ) == [(3, None), (10, None)]


async def test_what_was_supplied_in_another_way_is_not_taken_from_the_shelf_later(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    await shop.sql("update fondaco.reservation set quantity = 4")
    await shop.sql("update fondaco.stock_row set reserved = 4 where reserved > 0")
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    await _amended(shop, 12)
    assert (await manager.send_form(f"{order}/keep")).status_code == 303
    assert await reserved(shop) == 6


async def test_a_late_payment_for_goods_that_others_took_is_said_and_takes_nothing(
    shop: Any, buyer: Any, stranger: Any, manager: Any
) -> None:
    await shop.set_stock(1, 6)
    order = await shop.order(buyer, 4)
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    await shop.fill(5, company=shop.stranger)
    form = await stranger.checkout_form()
    choices = shop.choices(to=f"outlet:{shop.stranger.outlet}")
    placed = await stranger.send_form("/checkout", {**form, **choices})
    assert placed.status_code == 303, placed.text
    late = await manager.send_form(f"{order}/keep")
    assert late.status_code == 409
    assert await reserved(shop) == 5


async def test_a_cancelled_order_is_not_held_again(shop: Any, buyer: Any, manager: Any) -> None:
    order = await shop.order(buyer, 4)
    await buyer.send_form(f"{order}/cancel")
    assert (await manager.send_form(f"{order}/keep")).status_code == 409
    assert await reserved(shop) == 0


async def test_buyers_may_not_keep_and_do_not_see_who_holds_what(shop: Any, buyer: Any) -> None:
    order = await shop.order(buyer, 4)
    assert (await buyer.send_form(f"{order}/keep")).status_code == 403
    assert (await buyer.get("/staff/holds")).status_code == 403


async def test_the_list_names_goods_holder_and_time(
    shop: Any, buyer: Any, stranger: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 4)
    await shop.fill(0, 3, company=shop.stranger)
    await stranger.partial("/checkout/hold")
    page = await manager.get("/staff/holds")
    said = manager.words(page.text)
    assert "Ромашка" in said and order in page.text
    assert "Василёк оформляет Анна Покупатель" in said
    assert len(re.findall(r'data-countdown="\d+"', page.text)) == 2
    only = manager.words((await manager.get("/staff/holds?q=василёк")).text)
    assert "Ромашка" not in only and "A-2" in only
    assert "Резервов с «нет такого» нет" in manager.words(
        (await manager.get("/staff/holds?q=нет такого")).text
    )


async def test_a_site_may_do_without_holds_at_the_checkout(shop: Any, buyer: Any) -> None:
    settings: Settings = shop.hall.settings
    quiet = {"orders": Orders(checkout_hold_minutes=0)}
    shop.hall.settings = type(settings)(
        **{name: quiet.get(name, getattr(settings, name)) for name in settings.__struct_fields__}
    )
    await shop.fill(7)
    assert "data-countdown" not in (await buyer.partial("/checkout/hold")).text
    assert await reserved(shop) == 0


async def test_a_reservation_has_exactly_one_holder(shop: Any, buyer: Any) -> None:
    await shop.order(buyer, 4)
    async with shop.hall.database.transaction() as connection:
        with pytest.raises(Exception, match="reservation_holder_check"):
            await connection.execute(text("update fondaco.reservation set order_line_id = null"))
