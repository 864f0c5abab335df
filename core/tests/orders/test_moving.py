"""Staff move orders through the front door: each step once, told to the buyer, never back."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approval_desk import END_ALL, Desk

from fondaco.hooks.context import system_ask
from fondaco.orders.holds import let_go_of_ended
from fondaco.orders.service import Orders
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

STEPS = ("confirmed", "picking", "shipped", "completed")
STOCK = "select sum(on_hand), sum(reserved) from fondaco.stock_row"
TOLD = "select count(*) from fondaco.outbox where type = 'order.state_changed.v1'"
AUDIT = "select before, after from fondaco.audit_entry where action = 'order.move' order by id"


async def press(staff: Any, order: str, to: str, said: str = "") -> Any:
    """Open the question of a step and answer it."""
    asked = await staff.get(f"{order}/move", params={"to": to})
    assert asked.status_code == 200, asked.text
    form = {
        name: value for name, value in staff.hidden(asked.text).items() if name != "_csrf_token"
    }
    return await staff.send_form(f"{order}/move", {**form, "said": said})


async def said_to(browser: Any, order: str) -> str:
    return str(browser.words((await browser.get(order)).text))


async def test_an_order_goes_its_way_by_the_first_button_and_the_buyer_reads_each_step(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 4)
    [(on_hand, _)] = await shop.sql(STOCK)
    for to in STEPS:
        page = (await manager.get(order)).text
        assert re.search(rf'class="btn btn-primary" href="{order}/move\?to={to}"', page), to
        moved = await press(manager, order, to, f"Слова про {to}")
        assert (moved.status_code, moved.headers["location"]) == (303, order)
        assert f"Слова про {to}" in await said_to(buyer, order)
    story = await said_to(buyer, order)
    for words in ("Заказ подтверждён Пётр", "Заказ собирают Пётр", "Заказ отгружен Пётр"):
        assert words in story, story
    assert await shop.sql(STOCK) == [(on_hand - 4, 0)]
    assert await shop.sql(TOLD) == [(4,)]
    assert await shop.sql(AUDIT) == list(zip(("placed", *STEPS), STEPS, strict=False))
    assert "/move" not in (await manager.get(order)).text


async def test_cancelling_takes_a_reason_lets_go_once_and_is_written_to_the_buyer(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    order = await shop.order(buyer, 4, 2)
    asked = manager.words((await manager.get(f"{order}/move?to=cancelled")).text)
    assert "Товары по 2 строкам вернутся в свободный остаток" in asked
    assert "Лимиты, бонусы и промокод" in asked
    assert "потеряет силу" in asked
    for wrong in ("", "я" * 501):
        refused = await press(manager, order, "cancelled", wrong)
        assert refused.status_code == 422
        assert wrong in refused.text
    assert await desk.state() == "placed"

    for _ in range(2):
        gone = await manager.send_form(
            f"{order}/move", {"seen": "placed", "to": "cancelled", "said": "Завод остановлен"}
        )
        assert gone.status_code == 303
    assert await desk.state() == "cancelled"
    assert await desk.reserved() == 0
    assert [kind for kind, _ in await desk.journal()] == ["placed", "cancelled"]
    assert await shop.sql(TOLD) == [(1,)]
    [letter] = await desk.letters()
    assert letter["to"] == shop.company.email
    assert "Завод остановлен" in letter["text"]
    assert ": Завод остановлен" in await said_to(buyer, order)


async def test_of_two_who_press_at_once_one_is_told_what_the_other_did(
    shop: Any, buyer: Any, manager: Any
) -> None:
    other = await shop.browser(await shop.wholesaler.staff("head_of_sales"))
    order = await shop.order(buyer, 4)
    answers = await asyncio.gather(
        manager.send_form(f"{order}/move", {"seen": "placed", "to": "confirmed"}),
        other.send_form(f"{order}/move", {"seen": "placed", "to": "cancelled", "said": "Нет"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [late] = [answer for answer in answers if answer.status_code == 409]
    words = buyer.words(late.text)
    assert "Вас опередили. Заказ" in words
    assert "Ваш шаг не сделан" in words
    assert await shop.sql(TOLD) == [(1,)]
    [(state,)] = await shop.sql("select state from fondaco.customer_order")
    assert {"confirmed": "подтверждён", "cancelled": "отменён"}[state] in words


async def test_the_same_step_of_another_is_a_conflict_too(
    shop: Any, buyer: Any, manager: Any
) -> None:
    other = await shop.browser(await shop.wholesaler.staff("manager"))
    order = await shop.order(buyer, 4)
    form = {"seen": "placed", "to": "confirmed"}
    assert (await manager.send_form(f"{order}/move", form)).status_code == 303
    assert (await manager.send_form(f"{order}/move", form)).status_code == 303
    late = await other.send_form(f"{order}/move", form)
    assert late.status_code == 409
    assert "Заказ подтверждён: Пётр" in other.words(late.text)
    assert await shop.sql(TOLD) == [(1,)]


async def test_a_manager_who_waits_for_the_erp_is_told_what_it_said(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 4)
    [(order_id,)] = await shop.sql("select id from fondaco.customer_order")
    said = Reason("erp", "Сообщила учётная система", "Reported by the ERP")
    async with system_ask(shop.hall).act() as erp:
        await Orders(erp).report_state(OrderId(order_id), OrderState.SHIPPED, said)
        pressed = asyncio.create_task(
            manager.send_form(
                f"{order}/move", {"seen": "placed", "to": "cancelled", "said": "Передумали"}
            )
        )
        await asyncio.sleep(0.3)
        assert not pressed.done(), "the order is not locked"
    late = await pressed
    assert late.status_code == 409
    assert "Заказ отгружен: Сообщила учётная система" in manager.words(late.text)
    assert await shop.sql("select state from fondaco.customer_order") == [("shipped",)]


async def test_what_cannot_be_done_is_said_with_the_order(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 4)
    await press(manager, order, "shipped")
    for to in ("cancelled", "confirmed"):
        late = await manager.get(f"{order}/move", params={"to": to})
        assert late.status_code == 409
        assert "Заказ отгружен: такой шаг уже не сделать" in manager.words(late.text)
    assert (await manager.get(f"{order}/move?to=lost")).status_code == 422
    back = await manager.send_form(f"{order}/move", {"seen": "shipped", "to": "placed"})
    assert back.status_code == 409
    assert "такой шаг уже не сделать" in manager.words(back.text)
    wrong = {"seen": "shipped", "to": "lost"}
    assert (await manager.send_form(f"{order}/move", wrong)).status_code == 422
    assert (await buyer.send_form(f"{order}/cancel")).status_code == 409


async def test_only_staff_who_sell_move_orders(
    shop: Any, buyer: Any, stranger: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 4)
    form = {"seen": "placed", "to": "confirmed"}
    picker = await shop.browser(await shop.wholesaler.staff("picker"))
    for nobody in (buyer, stranger, picker):
        assert (await nobody.get(f"{order}/move?to=confirmed")).status_code == 403
        assert (await nobody.send_form(f"{order}/move", form)).status_code == 403
    assert "/move" not in (await buyer.get(order)).text
    absent = f"/orders/{uuid4()}/move"
    assert (await manager.get(f"{absent}?to=confirmed")).status_code == 404
    assert (await manager.send_form(absent, form)).status_code == 404
    assert await shop.sql("select state from fondaco.customer_order") == [("placed",)]


@pytest.mark.parametrize("steps", [("picking",), ("awaiting_payment", "confirmed")])
async def test_paid_or_picked_goods_do_not_run_away(
    shop: Any, buyer: Any, manager: Any, desk: Desk, steps: tuple[str, ...]
) -> None:
    order = await shop.order(buyer, 4)
    for to in steps:
        assert (await press(manager, order, to)).status_code == 303
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await desk.reserved() == 4


async def test_paid_or_picked_goods_do_not_run_away_after_the_erps_word_either(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    await shop.order(buyer, 4)
    [(order_id,)] = await shop.sql("select id from fondaco.customer_order")
    async with system_ask(shop.hall).act() as erp:
        said = Reason("erp", "Так", "So")
        await Orders(erp).report_state(OrderId(order_id), OrderState.PICKING, said)
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await desk.reserved() == 4


async def test_goods_that_others_took_meanwhile_are_not_shipped_unseen(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    await shop.set_stock(1, 6)
    order = await shop.order(buyer, 4)
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    await shop.set_stock(1, 3)
    late = await press(manager, order, "shipped")
    assert late.status_code == 409
    assert "товар уже занят" in manager.words(late.text)
    assert await desk.state() == "placed"
    await shop.set_stock(1, 6)
    assert (await press(manager, order, "shipped")).status_code == 303
    rows = await shop.sql("select on_hand, reserved from fondaco.stock_row order by id limit 1")
    assert rows == [(2, 0)]


async def test_who_cannot_approve_an_order_may_still_cancel_it(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    await desk.person("approver")
    await desk.limit(100)
    order = await desk.order(buyer, 5)
    page = (await manager.get(order)).text
    assert f"{order}/move?to=cancelled" in page
    assert f"{order}/refuse" not in page
    assert (await manager.get(f"{order}/move?to=confirmed")).status_code == 409
    assert (await press(manager, order, "cancelled", "Клиент передумал")).status_code == 303
    assert await shop.sql("select outcome from fondaco.order_approval") == [("withdrawn",)]
    assert await desk.reserved() == 0


async def test_the_question_says_so_where_the_erp_speaks_of_orders_too(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 4)
    leads = "Состояния заказов присылает и учётная система"
    assert leads not in manager.words((await manager.get(f"{order}/move?to=confirmed")).text)
    await shop.sql(
        "insert into fondaco.inbound_run (uuid, name, accepted, refused, seconds)"
        " values (gen_random_uuid(), 'erp.order_states', 1, 0, 0)"
    )
    assert leads in manager.words((await manager.get(f"{order}/move?to=confirmed")).text)


async def test_a_step_costs_the_same_however_many_lines(
    shop: Any, buyer: Any, manager: Any, sql_budget: Any
) -> None:
    counted = set()
    for quantities in ((1,), (1, 1, 1, 1, 1)):
        order = await shop.order(buyer, *quantities)
        with sql_budget() as count:
            await manager.get(f"{order}/move?to=shipped")
            moved = await manager.send_form(f"{order}/move", {"seen": "placed", "to": "shipped"})
        assert moved.status_code == 303
        counted.add(count.number)
    assert len(counted) == 1, counted
