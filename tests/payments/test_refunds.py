"""Money goes back, comes past the portal, and is struck where it was written down by mistake."""

import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from till import BUSINESS, Till, back_path, press, webhook
from yookassa import YooKassaStub

from fondaco.hooks.context import system_ask
from fondaco.orders.service import Orders
from fondaco.settings import Payments, Settings
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.errors import Conflict, Unavailable
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason

D = Decimal
KEY = re.compile(r'name="key" value="([^"]+)"')


async def _paid(shop: Till, client: Client, stub: YooKassaStub, **how: Any) -> Order:
    order = await shop.sold(3, **how)
    await client.sign_in(shop.company.email, PASSWORD)
    stub.pay(await press(client, order))
    await client.get(back_path(order))
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    return order


def _path(order: Order, what: str) -> str:
    return f"/orders/{order.uuid}/payments/{order.payments[0].uuid}/{what}"


async def key_of(client: Client, order: Order) -> str:
    """That of a form which is opened now."""
    return str(KEY.findall((await client.get(_path(order, "refund"))).text)[0])


async def give_back(client: Client, order: Order, form: dict[str, str]) -> httpx.Response:
    """The form is opened, filled in and sent."""
    sent = {**form, "key": await key_of(client, order)}
    return await client.send_form(_path(order, "refund"), sent)


async def test_a_part_and_then_the_rest_go_back(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    page = await client.get(_path(order, "refund"))
    assert "Можно вернуть до 300,00 ₽" in words(page.text)
    answer = await give_back(client, order, {"amount": "100,50", "reason": "Брак"})
    assert answer.status_code == 303
    assert "Возврат отправлен" in (await client.get(f"/orders/{order.uuid}")).text
    assert await shop.work() == 1
    assert (await shop.read(order.id)).received == D("199.50")
    (refund,) = stub.refunds.values()
    assert refund["amount"] == {"value": "100.50", "currency": "RUB"}
    body = stub.calls[-1][2]
    items = [D(i["quantity"]) * D(i["amount"]["value"]) for i in body["receipt"]["items"]]
    assert sum(items) == D("100.50")

    await give_back(client, order, {"amount": "199.50", "reason": "Отказ"})
    await shop.work()
    assert (await shop.read(order.id)).received == 0
    assert (await shop.timeline(order)).count("payment.refunded") == 2
    assert "Вернуть деньги" not in words((await client.get(f"/orders/{order.uuid}")).text)
    nothing = await client.get(_path(order, "refund"))
    assert (nothing.status_code, "нечего возвращать" in nothing.text) == (409, True)


async def test_one_form_is_one_refund_and_says_so_where_it_would_be_another(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    form = {"amount": "100", "reason": "Брак", "key": await key_of(client, order)}
    answers = [await client.send_form(_path(order, "refund"), form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    other = await client.send_form(_path(order, "refund"), {**form, "amount": "50"})
    assert other.status_code == 422
    assert "уже отправлен возврат 100,00 ₽" in words(other.text)
    assert await shop.work() == 1
    assert len(stub.refunds) == 1
    assert (await shop.read(order.id)).received == 200
    audit = await shop.rows("select 1 from fondaco.audit_entry where action = 'payment.refund'")
    assert len(audit) == 1
    assert (await give_back(client, order, {"amount": "50", "reason": "Брак"})).status_code == 303


async def test_a_form_without_its_key_is_given_one(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    form = {"amount": "100", "reason": "Брак", "key": "nonsense"}
    answer = await client.send_form(_path(order, "refund"), form)
    assert answer.status_code == 422
    assert "отправьте ещё раз" in answer.text
    again = {**form, "key": KEY.findall(answer.text)[0]}
    assert (await client.send_form(_path(order, "refund"), again)).status_code == 303


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"amount": "300.01", "reason": "x"}, "amount"),
        ({"amount": "0", "reason": "x"}, "amount"),
        ({"amount": "-5", "reason": "x"}, "amount"),
        ({"amount": "1.001", "reason": "x"}, "amount"),
        ({"amount": "много", "reason": "x"}, "amount"),
        ({"amount": "10", "reason": ""}, "reason"),
    ],
)
async def test_a_wrong_refund_is_refused_at_its_field(
    shop: Till, client: Client, stub: YooKassaStub, form: dict[str, str], field: str
) -> None:
    order = await _paid(shop, client, stub)
    answer = await give_back(client, order, form)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert not await shop.work()


async def test_no_more_goes_back_than_came_however_often_it_is_pressed(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    form = {"amount": "200", "reason": "Брак"}
    first = await give_back(client, order, form)
    second = await give_back(client, order, form)
    assert (first.status_code, second.status_code) == (303, 422)
    await shop.work()
    assert (await shop.read(order.id)).received == 100


async def test_a_lost_answer_is_one_refund(shop: Till, client: Client, stub: YooKassaStub) -> None:
    order = await _paid(shop, client, stub)
    await give_back(client, order, {"amount": "50", "reason": "Брак"})
    payload = await shop.rows(
        "select payload from fondaco.pgqueuer where entrypoint = 'payments.refund'"
    )
    stub.mood = "lost"
    with pytest.raises(Unavailable):
        await shop.work()
    await shop.run(
        "insert into fondaco.pgqueuer (priority, entrypoint, payload, status)"
        " values (0, 'payments.refund', :payload, 'queued')",
        payload=payload[0][0],
    )
    await shop.work()
    assert len(stub.refunds) == 1
    assert (await shop.read(order.id)).received == 250


async def _queue_again(shop: Till) -> None:
    """The task of the only refund, as the queue does it after a failure."""
    ((refund,),) = await shop.rows("select uuid::text from fondaco.charge_refund")
    await shop.run(
        "insert into fondaco.pgqueuer (priority, entrypoint, payload, status)"
        " values (0, 'payments.refund', :payload, 'queued')",
        payload=json.dumps({"refund": refund}).encode(),
    )


async def _forgotten(shop: Till, client: Client, stub: YooKassaStub) -> Order:
    """A refund that was made, of which the acquirer has never told, and whose key it forgot."""
    order = await _paid(shop, client, stub)
    await give_back(client, order, {"amount": "50", "reason": "Брак"})
    stub.mood = "lost"
    with pytest.raises(Unavailable):
        await shop.work()
    stub.by_key.clear()
    await shop.run("update fondaco.charge_refund set started_at = now() - interval '24 hours'")
    await _queue_again(shop)
    await shop.work()
    return order


async def test_a_refund_whose_key_may_be_forgotten_is_left_to_a_person(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _forgotten(shop, client, stub)
    assert len(stub.refunds) == 1
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    assert "Возврат: выясняем, ушли ли деньги" in page
    assert "платёжный сервис не ответил за 23 часа, и неизвестно, ушли ли деньги" in page
    assert "payment.refund_unknown" in await shop.timeline(order)
    most = await give_back(client, order, {"amount": "251", "reason": "Брак"})
    assert most.status_code == 422


async def _clear_up(shop: Till, client: Client, order: Order, gone: str) -> httpx.Response:
    ((refund,),) = await shop.rows("select uuid from fondaco.charge_refund where state <> 'done'")
    path = _path(order, f"refunds/{refund}")
    return await client.send_form(path, {"gone": gone})


async def test_what_has_gone_after_all_is_booked_once(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _forgotten(shop, client, stub)
    ((refund,),) = await shop.rows("select uuid from fondaco.charge_refund")
    assert (await _clear_up(shop, client, order, "yes")).status_code == 303
    assert (await shop.read(order.id)).received == 250
    again = await client.send_form(_path(order, f"refunds/{refund}"), {"gone": "no"})
    assert again.status_code == 404
    assert (await shop.read(order.id)).received == 250
    assert "payment.refunded" in await shop.timeline(order)


async def test_what_has_not_gone_may_be_returned_anew(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _forgotten(shop, client, stub)
    stub.refunds.clear()
    assert (await _clear_up(shop, client, order, "no")).status_code == 303
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    assert "Возврат не прошёл: в кабинете платёжного сервиса его нет" in page
    assert (await give_back(client, order, {"amount": "300", "reason": "Брак"})).status_code == 303
    await shop.work()
    assert (await shop.read(order.id)).received == 0


async def test_a_refund_that_is_under_way_has_nothing_to_be_found_out(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    await give_back(client, order, {"amount": "50", "reason": "Брак"})
    assert (await _clear_up(shop, client, order, "yes")).status_code == 404


async def _begun(shop: Till, client: Client, stub: YooKassaStub) -> Order:
    """A refund that the acquirer has made, and that could not be booked."""
    order = await _paid(shop, client, stub)
    await give_back(client, order, {"amount": "50", "reason": "Брак"})
    await shop.run("update fondaco.payment set received = 0")
    with pytest.raises(Conflict):
        await shop.work()
    return order


async def test_a_refund_that_cannot_be_booked_keeps_its_name_with_the_acquirer(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _begun(shop, client, stub)
    names = await shop.rows("select external_id from fondaco.charge_refund")
    assert [row[0] for row in names] == list(stub.refunds)
    stub.by_key.clear()
    await shop.run("update fondaco.payment set received = 300")
    await _queue_again(shop)
    await shop.work()
    assert len(stub.refunds) == 1
    assert (await shop.read(order.id)).received == 250


async def test_a_refund_that_was_begun_and_cannot_be_read_has_not_failed(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _begun(shop, client, stub)
    await shop.run("update fondaco.payment set received = 300")
    begun = dict(stub.refunds)
    stub.refunds.clear()
    await _queue_again(shop)
    with pytest.raises(Unavailable):
        await shop.work()
    assert await shop.rows("select state from fondaco.charge_refund") == [("starting",)]
    stub.refunds.update(begun)
    await _queue_again(shop)
    await shop.work()
    assert (await shop.read(order.id)).received == 250


async def _taken_off(shop: Till, order: Order) -> None:
    """The ERP has none of the order's lines any more."""
    why = Reason("test", "Изменено в 1С", "Changed in 1C")
    detail = await Orders(shop.ask).detail(order.uuid, shop.ask.scope)
    async with system_ask(shop.hall).act() as act:
        await act.orders.amend(order.id, detail.shipments[0].uuid, [], source="erp", reason=why)


async def test_what_was_paid_for_an_order_of_which_nothing_is_left_goes_back(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    await _taken_off(shop, order)
    await give_back(client, order, {"amount": "300", "reason": "Нет товара"})
    await shop.work()
    (item,) = stub.calls[-1][2]["receipt"]["items"]
    assert item["description"] == "Возврат по заказу"
    assert (item["quantity"], item["amount"]["value"], item["vat_code"]) == ("1", "300.00", 11)
    assert (await shop.read(order.id)).received == 0


async def test_a_refund_without_a_receipt_is_refused_and_said(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    await shop.run("update fondaco.order_line set vat_rate = 3")
    await give_back(client, order, {"amount": "50", "reason": "Брак"})
    await shop.work()
    assert not stub.refunds
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    assert "Возврат не прошёл: чек возврата по этому заказу не составить" in page


async def test_what_the_acquirer_refuses_is_said(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    (charge,) = stub.payments.values()
    charge["status"] = "canceled"
    await give_back(client, order, {"amount": "50", "reason": "Брак"})
    await shop.work()
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    assert "Возврат не прошёл: ЮKassa не провела возврат" in page
    assert (await shop.read(order.id)).received == 300
    assert "Вернуть деньги" in page


async def test_a_business_payment_cannot_be_returned_and_says_so(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub, payment=BUSINESS)
    answer = await give_back(client, order, {"amount": "50", "reason": "Брак"})
    assert answer.status_code == 422
    assert "платёжным поручением" in answer.text
    assert not stub.refunds


async def _late(shop: Till, client: Client, stub: YooKassaStub) -> Order:
    """Paid while, or after, the order was cancelled."""
    order = await shop.sold(3)
    await client.sign_in(shop.company.email, PASSWORD)
    charge = await press(client, order)
    await shop.report(order.id, OrderState.CANCELLED)
    stub.pay(charge)
    await webhook(client, stub.notification(charge))
    await shop.work()
    return order


async def test_money_for_a_cancelled_order_is_counted_and_offered_back(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _late(shop, client, stub)
    assert not await shop.work()
    assert (await shop.read(order.id)).received == 300
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    assert "Заказ отменён, а деньги пришли: их нужно вернуть" in page
    assert "Вернуть деньги" in page


class TestByItself:
    """Where the settings say so, money for a cancelled order goes back unasked."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, payments=Payments(refund_cancelled=True))

    async def test_it_goes_back_once(self, shop: Till, client: Client, stub: YooKassaStub) -> None:
        order = await _late(shop, client, stub)
        assert await shop.work() == 1
        assert len(stub.refunds) == 1
        assert (await shop.read(order.id)).received == 0


async def test_a_payment_past_the_portal_is_written_down_once_and_struck(
    shop: Till, client: Client
) -> None:
    order = await shop.order(3)
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    form = {"amount": "300", "number": "77", "day": "2026-11-20"}
    assert (await client.send_form(_path(order, "record"), form)).status_code == 303
    again = await client.send_form(_path(order, "record"), form)
    assert again.status_code == 422
    assert "уже учтена" in again.text
    assert (await shop.read(order.id)).paid
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    assert "документ 77 2026-11-20" in page

    entries = await shop.rows("select id, paid_on from fondaco.payment_entry")
    assert entries[0].paid_on == date(2026, 11, 20)
    struck = {"entry": str(entries[0][0])}
    for _ in range(2):
        await client.send_form(_path(order, "strike"), struck)
    assert (await shop.read(order.id)).received == 0
    kinds = [row[0] for row in await shop.rows("select kind from fondaco.payment_entry")]
    assert kinds == ["received", "struck"]
    assert "Отменена как ошибочная" in (await client.get(f"/orders/{order.uuid}")).text
    audit = await shop.rows("select action from fondaco.audit_entry where action like 'payment.%'")
    assert {row[0] for row in audit} == {"payment.record", "payment.strike"}

    right = {**form, "amount": "250"}
    assert (await client.send_form(_path(order, "record"), right)).status_code == 303
    assert (await shop.read(order.id)).received == 250


async def test_a_payment_of_tomorrow_is_not_written_down(shop: Till, client: Client) -> None:
    order = await shop.order(3)
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    form = {"amount": "300", "number": "77", "day": "2099-01-01"}
    early = await client.send_form(_path(order, "record"), form)
    assert early.status_code == 422
    assert "ещё не наступил" in early.text
    assert form["day"] in early.text
    assert (await shop.read(order.id)).received == 0


async def test_a_document_of_two_orders_is_struck_on_one(shop: Till, client: Client) -> None:
    first, second = await shop.order(3), await shop.order(1)
    await client.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    for order in (first, second):
        form = {"amount": "100", "number": "77", "day": "2026-11-20"}
        assert (await client.send_form(_path(order, "record"), form)).status_code == 303
    [(entry,), _] = await shop.rows("select id from fondaco.payment_entry order by id")
    await client.send_form(_path(first, "strike"), {"entry": str(entry)})
    struck = "Отменена как ошибочная"
    assert struck in (await client.get(f"/orders/{first.uuid}")).text
    page = (await client.get(f"/orders/{second.uuid}")).text
    assert struck not in page
    assert f'action="{_path(second, "strike")}"' in page


async def test_what_an_acquirer_told_cannot_be_struck(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await _paid(shop, client, stub)
    entries = await shop.rows("select id from fondaco.payment_entry")
    answer = await client.send_form(_path(order, "strike"), {"entry": str(entries[0][0])})
    assert answer.status_code == 404
    assert (await shop.read(order.id)).received == 300


@pytest.mark.parametrize("what", ["refund", "record"])
async def test_buyers_and_managers_may_not(
    shop: Till, client: Client, stub: YooKassaStub, what: str
) -> None:
    order = await _paid(shop, client, stub)
    form = {"amount": "1", "reason": "x", "number": "1", "day": "2026-11-20"}
    for email in (shop.company.email, await shop.wholesaler.staff("manager")):
        await client.sign_in(email, PASSWORD)
        assert (await client.get(_path(order, what))).status_code == 403
        assert (await client.send_form(_path(order, what), form)).status_code == 403
    assert (await shop.read(order.id)).received == 300


async def test_the_api_reads_and_pays(shop: Till, client: Client, stub: YooKassaStub) -> None:
    order = await shop.sold(3)
    await shop.run(
        "insert into fondaco.api_token (uuid, user_id, token_hash)"
        " select gen_random_uuid(), id, :hash from fondaco.user_account where email = :email",
        hash=hashlib.sha256(b"a-token").digest(),
        email=shop.company.email,
    )
    headers = {"Authorization": "Bearer a-token"}
    base = f"/api/v1/orders/{order.uuid}/payments"
    found = (await client.get(base, headers=headers)).json()["payments"]
    assert [(p["amount"], p["payable"], p["entries"]) for p in found] == [("300.00", True, [])]
    url = (await client.post(f"{base}/{found[0]['id']}/pay", headers=headers)).json()["url"]
    charge = url.rpartition("/")[2]
    stub.pay(charge)
    await webhook(client, stub.notification(charge))
    await shop.work()
    found = (await client.get(base, headers=headers)).json()["payments"]
    assert [(e["amount"], e["source"]) for e in found[0]["entries"]] == [("300.00", "yookassa")]
    again = await client.post(f"{base}/{found[0]['id']}/pay", headers=headers)
    assert again.status_code == 409
    invoice = await shop.order(1)
    path = f"/api/v1/orders/{invoice.uuid}/payments/{invoice.payments[0].uuid}/pay"
    assert (await client.post(path, headers=headers)).status_code == 409
    stub.mood = "500"
    other = await shop.sold(1)
    path = f"/api/v1/orders/{other.uuid}/payments/{other.payments[0].uuid}/pay"
    assert (await client.post(path, headers=headers)).status_code == 503
