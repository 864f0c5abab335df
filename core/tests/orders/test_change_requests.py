"""The buyer asks for another order than was placed; staff answer, and everything follows once."""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from approval_desk import Desk

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.requests.rule import Line, total_in
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import round_money

D = Decimal
EVENTS = (
    "select type from fondaco.outbox where type like 'order.change%' or type = 'order.amended.v1'"
    " order by id"
)


def fields_of(html: str) -> dict[str, str]:
    """The hidden fields of a form of a request, by their whole names."""
    found = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', html)
    return {name: value for name, value in found if name != "_csrf_token"}


async def form_of(browser: Any, path: str) -> dict[str, str]:
    """The form as it stands: every line stays as it was seen."""
    page = await browser.get(path)
    assert page.status_code == 200, page.text
    return fields_of(page.text)


def wish(form: dict[str, str], *quantities: object, **more: str) -> dict[str, str]:
    """The form with these quantities in the order of its lines."""
    lines = [name.removeprefix("was-") for name in form if name.startswith("was-")]
    to = {f"to-{line}": str(q) for line, q in zip(lines, quantities, strict=True)}
    return {**form, **to, **more}


async def ask(buyer: Any, order: str, *quantities: object, **more: str) -> Any:
    form = await form_of(buyer, f"{order}/change")
    return await buyer.send_form(f"{order}/change", wish(form, *quantities, **more))


async def lines(shop: Any) -> list[tuple[Decimal, Decimal]]:
    rows = await shop.sql("select quantity, total from fondaco.order_line order by id")
    return [tuple(row) for row in rows]


async def test_a_request_changes_nothing_until_it_is_accepted_and_then_everything_at_once(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    order = await shop.order(buyer, 10, 4)
    sent = await ask(buyer, order, 6, 0, comment="Машину продали")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{order}#change")
    assert await lines(shop) == [(10, 1000), (4, 400)]
    assert await desk.reserved() == 14
    page = buyer.words((await buyer.get(order)).text)
    assert "ждёт ответа менеджера" in page
    assert "10 шт → 6 шт" in page

    queue = manager.words((await manager.get("/staff/changes")).text)
    assert "Ромашка" in queue
    assert "2 строки" in queue
    assert "Машину продали" in queue
    form = await form_of(manager, f"{order}/change/answer")
    accepted = await manager.send_form(f"{order}/change/answer", wish(form, 6, 0))
    assert (accepted.status_code, accepted.headers["location"]) == (303, order)
    assert await lines(shop) == [(6, 600), (0, 0)]
    assert await desk.reserved() == 6
    assert await shop.sql("select total from fondaco.customer_order") == [(600,)]
    assert await shop.sql("select sum(amount) from fondaco.payment") == [(600,)]
    assert await shop.sql(EVENTS) == [
        ("order.change_requested.v1",),
        ("order.amended.v1",),
        ("order.change_answered.v1",),
    ]
    await deliver_due(shop.hall)
    versions = "select version from fondaco.document where kind = 'invoice' order by version"
    assert await shop.sql(versions) == [(1,), (2,)]
    page = buyer.words((await buyer.get(order)).text)
    assert "Запрос на изменение принят: Пётр" in page
    [letter] = [one for one in await desk.letters() if one["to"] == shop.company.email]
    assert "По запросу покупателя" in letter["text"]
    assert "было 10 шт, стало 6 шт" in letter["text"].replace("\u202f", " ").replace("\xa0", " ")
    assert "Никто не просит" in manager.words((await manager.get("/staff/changes")).text)
    again = await manager.send_form(f"{order}/change/answer", wish(form, 6, 0))
    assert again.status_code == 303
    assert len(await shop.sql(EVENTS)) == 3


async def test_an_order_that_is_asked_down_to_what_was_paid_is_picked(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    [(order_id,)] = await shop.sql("select id from fondaco.customer_order")
    async with system_ask(shop.hall).act() as act:
        await book(act, order_id, Receipt(D(600), "RUB", "bank", "1"))
    await ask(buyer, order, 6)
    form = await form_of(manager, f"{order}/change/answer")
    answer = await manager.send_form(f"{order}/change/answer", wish(form, 6))
    assert answer.status_code == 303
    assert await shop.sql("select state from fondaco.customer_order") == [("picking",)]


async def test_a_change_of_several_shipments_is_one_change_of_what_is_to_be_paid(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    """Goods move from one shipment to the other: the total stays, and so do the parts."""
    order = await shop.order(buyer, 6, 4)
    await shop.sql(
        "with other as (insert into fondaco.shipment"
        "               (uuid, order_id, seller_id, outlet_id, place_id)"
        "   select gen_random_uuid(), order_id, seller_id, outlet_id, place_id"
        "     from fondaco.shipment returning id)"
        " update fondaco.order_line set shipment_id = (select id from other) where total = 400"
    )
    await shop.sql(
        "insert into fondaco.payment (uuid, order_id, position, way, provider, ru, en, before,"
        "                             amount, currency)"
        " select gen_random_uuid(), order_id, 2, 'credit', '', ru, en, false, 500, currency"
        "   from fondaco.payment"
    )
    await shop.sql("update fondaco.payment set amount = 500, received = 500 where position = 1")
    await ask(buyer, order, 0, 10)
    form = await form_of(manager, f"{order}/change/answer")
    answer = await manager.send_form(f"{order}/change/answer", wish(form, 0, 10))
    assert answer.status_code == 303
    assert await lines(shop) == [(0, 0), (10, 1000)]
    parts = "select way, amount from fondaco.payment order by position"
    assert await shop.sql(parts) == [("invoice", 500), ("credit", 500)]
    told = "select count(*) from fondaco.outbox where type = 'order.amended.v1'"
    assert await shop.sql(told) == [(1,)]
    assert await shop.sql("select sum(amount) from fondaco.spending_entry") == [(1000,)]
    letters = [one for one in await desk.letters() if one["to"] == shop.company.email]
    assert sum("По запросу покупателя" in one["text"] for one in letters) == 1


async def test_the_manager_of_the_company_reads_it_in_a_letter(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    email = await shop.wholesaler.staff("manager")
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select id from fondaco.user_account where email = :email)",
        email=email,
    )
    order = await shop.order(buyer, 10)
    assert (await ask(buyer, order, 5, comment="Срочно")).status_code == 303
    [letter] = [one for one in await desk.letters() if one["to"] == email]
    assert letter["subject"].startswith("Ромашка просит изменить заказ")
    for said in ("10 шт → 5 шт", "Срочно", order):
        assert said in buyer.words(letter["text"])


async def test_more_is_held_and_other_quantities_may_be_given(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    order = await shop.order(buyer, 10)
    await ask(buyer, order, 50)
    form = await form_of(manager, f"{order}/change/answer")
    for wrong in ("-1", "слово", "1.0005"):
        refused = await manager.send_form(f"{order}/change/answer", wish(form, wrong))
        assert refused.status_code == 422, wrong
    assert await lines(shop) == [(10, 1000)]
    given = await manager.send_form(f"{order}/change/answer", wish(form, 30, said="Больше нет"))
    assert given.status_code == 303
    assert await lines(shop) == [(30, 3000)]
    assert await desk.reserved() == 30
    page = buyer.words((await buyer.get(order)).text)
    assert "принят частично" in page
    assert "согласовано 30 шт" in page
    assert "Больше нет" in page


async def test_another_day_goes_to_the_shipment_and_the_buyer_reads_it(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    order = await shop.order(buyer, 10)
    today = datetime.now(UTC).date()
    day = today + timedelta(days=9)
    passed = await ask(buyer, order, 10, day=str(today - timedelta(days=2)))
    assert passed.status_code == 422
    assert "Этот день уже прошёл" in passed.text
    await ask(buyer, order, 10, day=str(day))
    form = await form_of(manager, f"{order}/change/answer")
    accepted = await manager.send_form(f"{order}/change/answer", {**form, "day": "1"})
    assert accepted.status_code == 303
    assert await shop.sql("select wanted_on from fondaco.shipment") == [(day,)]
    [letter] = [one for one in await desk.letters() if one["to"] == shop.company.email]
    assert "Ваш запрос на изменение заказа" in letter["text"]


async def test_a_refusal_takes_a_reason_which_the_buyer_reads(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    order = await shop.order(buyer, 10)
    await ask(buyer, order, 5)
    form = await form_of(manager, f"{order}/change/answer")
    for wrong in ("", "я" * 1001):
        answer = {**form, "said": wrong}
        refused = await manager.send_form(f"{order}/change/refuse", answer)
        assert refused.status_code == 422
        assert wrong in refused.text
    for _ in range(2):
        said = {**form, "said": "Уже едет"}
        assert (await manager.send_form(f"{order}/change/refuse", said)).status_code == 303
    assert await lines(shop) == [(10, 1000)]
    [letter] = [one for one in await desk.letters() if one["to"] == shop.company.email]
    assert "Уже едет" in letter["text"]
    assert "отклонён" in buyer.words((await buyer.get(order)).text)
    late = await manager.send_form(f"{order}/change/answer", wish(form, 5))
    assert late.status_code == 409
    assert "уже отклонён" in late.text


async def test_what_cannot_be_asked_says_why_and_keeps_what_was_typed(
    shop: Any, buyer: Any
) -> None:
    await shop.sql("update fondaco.product set multiple = 5")
    order = await shop.order(buyer, 10, 20)
    for quantities, more, words in (
        ((7, 20), {}, "Продаётся кратно 5"),
        ((0, 0), {}, "вместо изменения отмените заказ"),
        ((10, 20), {}, "Ничего не изменено"),
        ((-5, 20), {}, "Количество от нуля"),
        ((5, 20), {"comment": "я" * 1001}, "Не длиннее 1000"),
    ):
        refused = await ask(buyer, order, *quantities, **more)
        assert refused.status_code == 422, quantities
        assert words in buyer.words(refused.text)
        assert f'value="{quantities[0]}"' in refused.text
    assert await shop.sql("select count(*) from fondaco.change_request") == [(0,)]


async def test_an_order_that_changed_meanwhile_is_a_conflict_on_both_sides(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10, 4)
    seen = await form_of(buyer, f"{order}/change")
    await shop.sql("update fondaco.order_line set quantity = 8, total = 800 where quantity = 10")
    late = await buyer.send_form(f"{order}/change", wish(seen, 6, 4))
    assert late.status_code == 409
    assert "было 10, сейчас 8" in late.text
    assert 'value="6"' in late.text
    await ask(buyer, order, 6, 4)
    asked = await form_of(manager, f"{order}/change/answer")
    await shop.sql("update fondaco.order_line set quantity = 9, total = 900 where quantity = 8")
    late = await manager.send_form(f"{order}/change/answer", wish(asked, 6))
    assert late.status_code == 409
    assert "было 8, сейчас 9" in late.text
    assert "когда просили" in late.text
    now = fields_of(late.text)
    given = await manager.send_form(f"{order}/change/answer", wish(now, 6))
    assert given.status_code == 303
    assert await lines(shop) == [(6, 600), (4, 400)]


async def test_an_order_that_is_picked_can_no_longer_be_asked_about(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    seen = await form_of(buyer, f"{order}/change")
    await ask(buyer, order, 5)
    asked = await form_of(manager, f"{order}/change/answer")
    moved = await manager.send_form(f"{order}/move", {"seen": "placed", "to": "picking"})
    assert moved.status_code == 303
    late = await manager.send_form(f"{order}/change/answer", wish(asked, 5))
    assert late.status_code == 409
    assert "только отклонить" in late.text
    assert await lines(shop) == [(10, 1000)]
    assert (await buyer.send_form(f"{order}/change", wish(seen, 5))).status_code == 409
    assert (await buyer.get(f"{order}/change")).status_code == 409


async def test_one_request_at_a_time_which_its_buyer_may_withdraw(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    form = wish(await form_of(buyer, f"{order}/change"), 5)
    pressed = await asyncio.gather(*(buyer.send_form(f"{order}/change", form) for _ in range(3)))
    assert {answer.status_code for answer in pressed} == {303}
    assert await shop.sql("select count(*) from fondaco.change_request") == [(1,)]
    other = {name: "6" if name.startswith("to-") else value for name, value in form.items()}
    second = await buyer.send_form(f"{order}/change", other)
    assert second.status_code == 409
    asked = await form_of(manager, f"{order}/change/answer")
    for _ in range(2):
        gone = await buyer.send_form(f"{order}/change/withdraw", {})
        assert gone.status_code == 303
    late = await manager.send_form(f"{order}/change/answer", wish(asked, 5))
    assert late.status_code == 409
    assert "уже отозван" in late.text
    assert (await buyer.send_form(f"{order}/change", other)).status_code == 303
    stale = await manager.send_form(f"{order}/change/answer", wish(asked, 5))
    assert stale.status_code == 409
    assert await lines(shop) == [(10, 1000)]


async def test_a_cancelled_order_leaves_no_request_behind(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    await ask(buyer, order, 5)
    assert (await buyer.send_form(f"{order}/cancel", {})).status_code == 303
    assert await shop.sql("select state from fondaco.change_request") == [("withdrawn",)]
    assert "Никто не просит" in manager.words((await manager.get("/staff/changes")).text)


async def test_of_an_acceptance_and_a_withdrawal_at_once_one_happens(
    shop: Any, buyer: Any, manager: Any
) -> None:
    order = await shop.order(buyer, 10)
    await ask(buyer, order, 5)
    form = wish(await form_of(manager, f"{order}/change/answer"), 5)
    answers = await asyncio.gather(
        manager.send_form(f"{order}/change/answer", form),
        buyer.send_form(f"{order}/change/withdraw", {}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [(state,)] = await shop.sql("select state from fondaco.change_request")
    assert await lines(shop) == ([(5, 500)] if state == "accepted" else [(10, 1000)])


async def test_another_companys_order_is_not_there(shop: Any, buyer: Any, manager: Any) -> None:
    order = await shop.order(buyer, 10)
    stranger = await shop.browser(shop.stranger.email)
    for path in ("change", "change/answer"):
        assert (await stranger.get(f"{order}/{path}")).status_code in (403, 404)
    assert (await stranger.get(f"{order}/change")).status_code == 404
    for path in ("change", "change/withdraw"):
        assert (await stranger.send_form(f"{order}/{path}", {})).status_code == 404
    assert (await buyer.get("/staff/changes")).status_code == 403
    assert (await buyer.get(f"{order}/change/answer")).status_code == 403


@pytest.mark.parametrize("count", [1, 5])
async def test_statements_do_not_depend_on_the_lines(
    shop: Any, buyer: Any, manager: Any, sql_budget: Any, count: int
) -> None:
    order = await shop.order(buyer, *([10] * count))
    form = wish(await form_of(buyer, f"{order}/change"), *([5] * count))
    with sql_budget() as asked:
        await buyer.send_form(f"{order}/change", form)
    answer = wish(await form_of(manager, f"{order}/change/answer"), *([5] * count))
    with sql_budget() as accepted:
        assert (await manager.send_form(f"{order}/change/answer", answer)).status_code == 303
    assert asked.number <= 30, asked.number
    assert accepted.number <= 52, accepted.number
    _SEEN.setdefault("both", (asked.number, accepted.number))
    assert _SEEN["both"] == (asked.number, accepted.number)


_SEEN: dict[str, tuple[int, int]] = {}
_QUANTITY = st.decimals("0.001", "10000", places=3)


@given(
    quantity=_QUANTITY,
    to=_QUANTITY,
    price=st.decimals("0.01", "10000", places=4),
    off=st.decimals("0", "0.9", places=2),
)
def test_a_line_keeps_its_price_and_its_share_of_a_discount(
    quantity: Decimal, to: Decimal, price: Decimal, off: Decimal
) -> None:
    total = round_money(quantity * price * (1 - off), "RUB")
    line = Line(1, "", "", ProductId(1), "A", "А", "шт", D(1), quantity, price, total)
    found = total_in(line, to, "RUB")
    assert found == round_money(found, "RUB")
    assert total_in(line, D(0), "RUB") == 0
    assert abs(total_in(line, quantity, "RUB") - total) == 0
    assert found <= round_money(to * price, "RUB") + D("0.01") * (1 + to / quantity)
    if to <= quantity:
        assert found <= total
