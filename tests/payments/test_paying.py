"""A buyer pays by card: pressed, paid, booked once, whatever gets lost on the way."""

import asyncio
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from till import BUSINESS, CARD, Till, back_path, pay_path, press, webhook
from yookassa import YooKassaStub

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.orders.holds import held_of
from fondaco.orders.payments.acquirers import at_work
from fondaco.orders.payments.charges import settle
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.providers.payment import ChargeRead, ChargeState, Declined
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

D = Decimal


async def test_pressed_paid_and_back_the_order_is_paid(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    part = order.payments[0]
    assert (part.way, part.amount, part.before, part.provider) == (CARD, 300, True, "yookassa")
    page = await buyer.get(f"/orders/{order.uuid}")
    assert "Оплатить 300,00 ₽" in words(page.text)

    charge = await press(buyer, order)
    _, _, body = stub.calls[0]
    assert body["amount"] == {"value": "300.00", "currency": "RUB"}
    assert body["payment_method_data"] == {"type": "bank_card"}
    assert body["receipt"]["customer"]["email"] == shop.company.email
    assert {i["payment_mode"] for i in body["receipt"]["items"]} == {"full_prepayment"}
    assert body["confirmation"]["return_url"].endswith(back_path(order))
    assert "Ждём подтверждения" in (await buyer.get(f"/orders/{order.uuid}")).text

    stub.pay(charge)
    assert not (await shop.read(order.id)).paid
    back = await buyer.get(back_path(order))
    assert back.status_code == 303
    read = await shop.read(order.id)
    assert read.paid
    assert (await held_of(shop.ask, order.id)).seconds is None
    page = await buyer.get(f"/orders/{order.uuid}")
    assert "Оплачено" in page.text
    assert "Ждём подтверждения" not in page.text
    assert "Оплатить" not in words(page.text)


async def test_a_second_press_is_the_same_charge(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    first, second, *_ = [await press(buyer, order) for _ in range(3)]
    assert first == second
    assert len(stub.payments) == 1
    assert len(await shop.charges(order)) == 1


async def test_presses_at_the_same_moment_are_one_charge(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    await asyncio.gather(*(press(buyer, order) for _ in range(8)))
    assert len(stub.payments) == 1
    assert len(await shop.charges(order)) == 1


async def test_an_answer_that_gets_lost_is_asked_for_with_the_same_key(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    stub.mood = "lost"
    answer = await buyer.send_form(pay_path(order))
    assert answer.headers["location"] == f"/orders/{order.uuid}"
    page = await buyer.get(f"/orders/{order.uuid}")
    assert page.status_code == 200
    assert "Платёжный сервис не отвечает" in page.text
    charge = await press(buyer, order)
    assert list(stub.payments) == [charge]
    assert [c.state for c in await shop.charges(order)] == ["pending"]


async def test_a_webhook_of_a_charge_whose_answer_was_lost_is_booked(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    stub.mood = "lost"
    await buyer.send_form(pay_path(order))
    (charge,) = stub.payments
    stub.pay(charge)
    assert (await webhook(buyer, stub.notification(charge))).status_code == 200
    assert await shop.work() == 1
    assert (await shop.read(order.id)).paid


@pytest.mark.parametrize("mood", ["500", "garbage", "half", "401"])
async def test_whatever_it_answers_the_order_stands(
    shop: Till, buyer: Client, stub: YooKassaStub, mood: str
) -> None:
    order = await shop.sold(3)
    stub.mood = mood  # type: ignore[assignment]
    assert (await buyer.send_form(pay_path(order))).status_code == 303
    page = await buyer.get(f"/orders/{order.uuid}")
    assert "нажмите «Оплатить» через минуту" in page.text
    stub.mood = "well"
    await press(buyer, order)
    assert len(stub.payments) == 1


async def test_still_at_work_is_asked_once_more(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    stub.mood = "202"
    charge = await press(buyer, order)
    assert list(stub.payments) == [charge]
    assert [method for method, _, _ in stub.calls] == ["POST", "POST"]


async def test_a_declined_payment_says_why_and_another_may_be_made(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    first = await press(buyer, order)
    stub.cancel(first, "insufficient_funds")
    await buyer.get(back_path(order))
    assert "Не хватило денег" in (await buyer.get(f"/orders/{order.uuid}")).text
    assert "payment.failed" in await shop.timeline(order)
    second = await press(buyer, order)
    assert second != first
    stub.pay(second)
    await buyer.get(back_path(order))
    assert (await shop.read(order.id)).paid


async def test_a_lost_webhook_loses_nothing(shop: Till, buyer: Client, stub: YooKassaStub) -> None:
    order = await shop.sold(3)
    stub.pay(await press(buyer, order))
    await shop.poll()
    assert (await shop.read(order.id)).paid


async def test_an_attempt_nobody_pays_ends_and_a_late_payment_still_counts(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    first = await press(buyer, order)
    await shop.run("update fondaco.charge set started_at = now() - interval '25 hours'")
    await shop.poll()
    assert [c.state for c in await shop.charges(order)] == ["expired"]
    second = await press(buyer, order)
    for one in (first, second):
        stub.pay(one)
        await webhook(buyer, stub.notification(one))
    await shop.work()
    read = await shop.read(order.id)
    assert (read.received, read.paid, read.prepaid) == (600, False, True)
    assert "Переплата 300,00 ₽" in words((await buyer.get(f"/orders/{order.uuid}")).text)


@pytest.mark.parametrize("by", ["back", "poll"])
async def test_a_payment_at_the_page_of_a_superseded_attempt_is_seen_without_a_webhook(
    shop: Till, buyer: Client, stub: YooKassaStub, by: str
) -> None:
    order = await shop.sold(3)
    first = await press(buyer, order)
    await shop.run("update fondaco.payment set amount = 200")
    second = await press(buyer, order)
    assert [c.state for c in await shop.charges(order)] == ["expired", "pending"]
    stub.pay(first)
    await (buyer.get(back_path(order)) if by == "back" else shop.poll())
    assert [c.state for c in await shop.charges(order)] == ["paid", "pending"]
    assert (await shop.read(order.id)).received == 300
    assert second != first


async def test_a_superseded_attempt_ends_silently_and_is_not_asked_about_for_ever(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    first = await press(buyer, order)
    await shop.run("update fondaco.payment set amount = 200")
    second = await press(buyer, order)
    await shop.run("update fondaco.charge set ended_at = now() - interval '25 hours'")
    await shop.run("update fondaco.charge set ended_at = null where state = 'pending'")
    stub.calls.clear()
    await shop.poll()
    assert [path.rpartition("/")[2] for _, path, _ in stub.calls] == [second]
    await shop.run("update fondaco.charge set ended_at = now() where state = 'expired'")
    stub.cancel(first, "expired_on_confirmation")
    await shop.poll()
    assert [c.state for c in await shop.charges(order)] == ["failed", "pending"]
    assert "payment.failed" not in await shop.timeline(order)


async def test_a_failure_is_said_once(shop: Till, buyer: Client, stub: YooKassaStub) -> None:
    order = await shop.sold(3)
    charge = await press(buyer, order)
    stub.cancel(charge)
    for _ in range(2):
        await webhook(buyer, stub.notification(charge, "payment.canceled"))
        await shop.work()
    assert (await shop.timeline(order)).count("payment.failed") == 1


@pytest.mark.parametrize("state", [ChargeState.PENDING, ChargeState.PAID])
async def test_a_refused_press_does_not_fail_what_another_has_begun(
    shop: Till, buyer: Client, stub: YooKassaStub, state: ChargeState
) -> None:
    """Two presses at once: the acquirer takes one, and its refusal of the other comes later."""
    order = await shop.sold(3)
    acquirer = at_work(shop.hall, "yookassa")
    url = "https://pay.test/pay/1"

    async def start(net: Any, wanted: Any) -> ChargeRead:
        (charge,) = await shop.charges(order)
        async with system_ask(shop.hall).act() as act:
            await settle(act, charge.id, ChargeRead("c-1", state, D(300), "RUB", url=url))
        raise Declined(Reason("test", "Нет", "No"))

    stand_in = SimpleNamespace(start=start, read=acquirer.read)
    shop.hall.providers["payment", "yookassa"] = stand_in
    answer = await buyer.send_form(pay_path(order), headers={"HX-Request": "true"})
    assert [c.state for c in await shop.charges(order)] == [state.value]
    assert (answer.headers.get("HX-Redirect") == url) is (state is ChargeState.PENDING)
    page = words((await buyer.get(f"/orders/{order.uuid}")).text)
    assert ("Здесь уже всё оплачено" in page) is (state is ChargeState.PAID)


@pytest.mark.parametrize("mood", ["unreadable", "refused"])
async def test_a_charge_that_cannot_be_read_keeps_no_other_from_being_read(
    shop: Till, buyer: Client, stub: YooKassaStub, mood: str
) -> None:
    orders = [await shop.sold(1) for _ in range(5)]
    charges = [await press(buyer, order) for order in orders]
    stub.pay(charges[4])
    bad = set(charges[:4])

    def answer(payment: dict[str, Any]) -> dict[str, Any]:
        return {"nothing": "known"} if payment["id"] in bad else payment

    if mood == "unreadable":
        stub.read_hook = answer
    else:
        acquirer = at_work(shop.hall, "yookassa")

        async def read(net: Any, charge: str) -> ChargeRead | None:
            if charge in bad:
                raise Declined(Reason("test", "Нет", "No"))
            return await acquirer.read(net, charge)

        shop.hall.providers["payment", "yookassa"] = SimpleNamespace(read=read)
    # Three in a row stand for an acquirer that is silent; the next round begins with others.
    await shop.poll()
    task = KERNEL_TASKS["payments.poll"]
    outside = Outside()
    await task.function(JobContext(shop.hall, outside, "payments.poll", 1), task.payload())
    await outside.close()
    assert (await shop.read(orders[4].id)).paid


async def test_two_ways_are_two_charges_and_the_sums_are_exact(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3, amount=D("100.01"), rest="yookassa_sbp")
    assert [part.amount for part in order.payments] == [D("100.01"), D("199.99")]
    first, second = await press(buyer, order, 0), await press(buyer, order, 1)
    receipts = [body["receipt"]["items"] for _, _, body in stub.calls]
    assert {i["payment_mode"] for i in receipts[0]} == {"partial_prepayment"}
    stub.pay(first)
    await buyer.get(back_path(order, 0))
    read = await shop.read(order.id)
    assert [part.received for part in read.payments] == [D("100.01"), 0]
    assert not read.prepaid
    stub.pay(second)
    await buyer.get(back_path(order, 1))
    assert (await shop.read(order.id)).paid


async def test_a_business_payment_names_its_vat_and_has_no_receipt(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3, payment=BUSINESS)
    await press(buyer, order)
    body = stub.calls[0][2]
    assert "receipt" not in body
    method = body["payment_method_data"]
    assert method["type"] == "b2b_sberbank"
    assert method["vat_data"]["type"] == "calculated"
    assert method["vat_data"]["amount"]["value"] == f"{order.vat_total:.2f}"
    assert order.number in method["payment_purpose"]


async def test_the_section_that_waits_sends_to_the_page_once_it_is_known(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    charge = await press(buyer, order)
    path, htmx = f"/orders/{order.uuid}/payments", {"HX-Request": "true"}
    waiting = await buyer.get(path, headers=htmx)
    assert 'hx-trigger="every 3s"' in waiting.text
    stub.pay(charge)
    await shop.run("update fondaco.charge set read_at = now() - interval '3 s'")
    known = await buyer.get(path, headers=htmx)
    assert known.headers["HX-Redirect"] == f"/orders/{order.uuid}#payments"
    assert (await shop.read(order.id)).paid


async def test_coming_back_from_a_charge_that_cannot_be_read_shows_the_order(
    shop: Till, buyer: Client
) -> None:
    order = await shop.sold(3)
    await press(buyer, order)

    async def read(*_: Any) -> ChargeRead | None:
        raise Declined(Reason("test", "Нет", "No"))

    shop.hall.providers["payment", "yookassa"] = SimpleNamespace(read=read)
    answer = await buyer.get(back_path(order))
    assert answer.headers["location"] == f"/orders/{order.uuid}#payments"


async def test_nothing_is_to_be_paid_of_a_cancelled_order(
    shop: Till, buyer: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    await shop.report(order.id, OrderState.CANCELLED)
    assert "Оплатить" not in words((await buyer.get(f"/orders/{order.uuid}")).text)
    await buyer.send_form(pay_path(order))
    assert not stub.payments


async def test_the_checkout_leads_to_paying(shop: Till, buyer: Client) -> None:
    await shop.fill(3)
    page = (await buyer.get("/checkout")).text
    assert "Банковской картой" in page
    order = await shop.sold()
    said = words((await buyer.get(pay_path(order))).text)
    assert "оформлен, товар за вами" in said


async def test_another_company_sees_and_pays_nothing(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(3)
    other = await shop.new_company("Чужие")
    await client.sign_in(other.email, PASSWORD)
    assert (await client.send_form(pay_path(order))).status_code == 404
    assert (await client.get(pay_path(order))).status_code == 404
    assert (await client.get(back_path(order))).status_code == 404
    assert (await client.get(f"/orders/{order.uuid}/payments")).status_code == 404
    assert not stub.calls
