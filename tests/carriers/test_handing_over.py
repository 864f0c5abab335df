"""An order that leaves is registered with its carrier once, whatever happens on the way, and the
buyer sees where it is."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from cdek import Cdek
from counter import Counter

from fondaco.delivery.carriers import carriers_of
from fondaco.delivery.handing_over import (
    READ_TASK,
    REGISTER_TASK,
    ReadCarriages,
    RegisterCarriage,
    hand_over,
    read_carriages,
    register_carriage,
)
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import outside_of
from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_delivery_cdek.service import CdekCarrier
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState

STATE = "select state, number, external_id is not null, doubt from fondaco.carriage"
QUEUED = "select count(*) from fondaco.pgqueuer where entrypoint = 'carriage.register'"
DOOR = "430.50 cdek:233"


class Sent:
    """An order with a carrier, and the tasks that workers would run for it."""

    def __init__(self, shop: Counter, order: OrderId, page: str) -> None:
        self.shop, self.order, self.page = shop, order, page

    def _job(self, task: str) -> JobContext:
        return JobContext(self.shop.hall, outside_of(self.shop.hall), task, 1)

    async def leaves(self) -> None:
        """It is shipped, and its event delivered."""
        await self.shop.report(self.order, OrderState.CONFIRMED, OrderState.PICKING)
        await self.shop.report(self.order, OrderState.SHIPPED)
        await deliver_due(self.shop.hall)

    async def register(self) -> None:
        """The task of its shipment, with nobody else at it and the carrier rested."""
        await self.shop.run("update fondaco.carriage set claimed_at = null")
        for one in carriers_of(self.shop.hall):
            one.rests = 0.0
        ((shipment,),) = await self.shop.all("select id from fondaco.shipment")
        await register_carriage(self._job(REGISTER_TASK), RegisterCarriage(shipment))

    async def ask(self) -> None:
        """The task that asks where parcels are, half an hour later."""
        await self.shop.run("update fondaco.carriage set read_at = now() - interval '1 hour'")
        await read_carriages(self._job(READ_TASK), ReadCarriages())


async def _ordered(shop: Counter, buyer: Client, offer: str = DOOR, point: str = "") -> Sent:
    await shop.run("update fondaco.company set phone = '+79990000000'")
    await shop.fill(2)
    await shop.costs(buyer)
    answer = await shop.order_by(buyer, offer, point)
    assert answer.status_code == 303, words(answer.text)
    ((order,),) = await shop.all("select id from fondaco.customer_order")
    return Sent(shop, OrderId(order), answer.headers["location"])


async def test_what_leaves_is_registered_and_followed(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    sent = await _ordered(shop, buyer)
    assert await shop.all(STATE) == []
    await sent.leaves()
    assert await shop.all(STATE) == [("waiting", "", False, "")]
    assert await shop.all(QUEUED) == [(1,)]
    await sent.register()
    assert await shop.all(STATE) == [("pending", "", True, "")]
    (body,) = [said for said in service.calls("orders") if isinstance(said, dict)]
    ((key, number),) = await shop.all(
        "select s.uuid, o.number from fondaco.shipment s"
        " join fondaco.customer_order o on o.id = s.order_id"
    )
    assert UUID(body["number"]) == key
    assert (body["tariff_code"], body["type"]) == (233, 2)
    assert body["shipment_point"] == "MSK5"
    assert "Сухонская" in body["to_location"]["address"]
    assert body["recipient"]["phones"] == [{"number": "+79990000000"}]
    (package,) = body["packages"]
    assert number in package["comment"]
    assert package["weight"] == 4000
    (item,) = package["items"]
    assert (item["amount"], item["weight"], item["cost"]) == (2, 2000, 100.0)
    service.tell("CREATED", "2026-03-01T10:00:00+0700")
    await sent.ask()
    assert await shop.all(STATE) == [("registered", "1105551234", True, "")]
    service.tell("TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", "2026-03-02T10:00:00+0700")
    await sent.ask()
    page = await buyer.get(sent.page)
    said = words(page.text)
    assert "в пути" in said
    assert 'href="https://www.cdek.ru/ru/tracking?order_id=1105551234"' in page.text
    assert "Груз 1105551234: в пути" in said
    service.tell("DELIVERED", "2026-03-04T10:00:00+0700")
    await sent.ask()
    assert await shop.all("select state from fondaco.carriage") == [("delivered",)]
    asked = len(service.asked)
    await sent.ask()
    assert len(service.asked) == asked


@pytest.mark.parametrize("more_settings", [{"shipment_point": ""}])
async def test_without_an_office_it_is_fetched_at_the_warehouse(
    shop: Counter, buyer: Client, service: Cdek, more_settings: Any
) -> None:
    sent = await _ordered(shop, buyer, "740.50 cdek:139")
    await sent.leaves()
    await sent.register()
    assert await shop.all(STATE) == [("pending", "", True, "")]
    (body,) = [said for said in service.calls("orders") if isinstance(said, dict)]
    assert body["from_location"]["code"] == 44
    assert "shipment_point" not in body


async def test_to_a_point(shop: Counter, buyer: Client, service: Cdek) -> None:
    await shop.copy()
    sent = await _ordered(shop, buyer, "250.50 cdek:234", "cdek:MSK1")
    await sent.leaves()
    await sent.register()
    (body,) = [said for said in service.calls("orders") if isinstance(said, dict)]
    assert body["delivery_point"] == "MSK1"
    assert "to_location" not in body


@pytest.mark.parametrize("mood", ["500", "refusing", "garbage", "429", "account", "lost"])
async def test_it_is_registered_once_whatever_fails(
    shop: Counter, buyer: Client, service: Cdek, mood: Any
) -> None:
    sent = await _ordered(shop, buyer)
    await sent.leaves()
    service.mood = mood
    for _ in range(2):
        with pytest.raises(Unavailable):
            await sent.register()
        # What the first try left behind at CDEK is found by its number.
        if mood == "lost":
            break
    assert await shop.all("select state from fondaco.carriage") == [("waiting",)]
    service.mood = "well"
    await sent.register()
    await sent.register()
    assert len(service.orders) == 1
    assert await shop.all("select state from fondaco.carriage") == [("pending",)]


async def test_a_worker_that_is_killed_after_the_call_leaves_one_parcel(
    shop: Counter, buyer: Client, service: Cdek, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await _ordered(shop, buyer)
    await sent.leaves()

    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr("fondaco.delivery.handing_over.settle", killed)
        with pytest.raises(asyncio.CancelledError):
            await sent.register()
    assert len(service.orders) == 1
    assert await shop.all("select state from fondaco.carriage") == [("waiting",)]
    await sent.register()
    assert len(service.orders) == 1
    assert await shop.all("select state from fondaco.carriage") == [("pending",)]


async def test_two_workers_register_one_parcel(shop: Counter, buyer: Client, service: Cdek) -> None:
    sent = await _ordered(shop, buyer)
    await sent.leaves()
    async with system_ask(shop.hall).act() as act:
        assert await hand_over(act, sent.order, again=True) == 0
    ((shipment,),) = await shop.all("select id from fondaco.shipment")
    service.mood = "slow"
    jobs = [
        register_carriage(
            JobContext(shop.hall, outside_of(shop.hall), REGISTER_TASK, n),
            RegisterCarriage(shipment),
        )
        for n in (1, 2)
    ]
    ends = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [Unavailable]
    assert len(service.orders) == 1


@pytest.mark.parametrize(
    ("mood", "said"), [("errors", "не указан телефон"), ("invalid", "нет города")]
)
async def test_what_cdek_does_not_take_is_told_and_tried_again(
    shop: Counter, buyer: Client, boss: Client, service: Cdek, mood: Any, said: str
) -> None:
    sent = await _ordered(shop, buyer)
    await sent.leaves()
    service.mood = mood
    await sent.register()
    if mood == "invalid":
        await sent.ask()
    assert await shop.all("select state from fondaco.carriage") == [("refused",)]
    page = words((await boss.get(sent.page)).text)
    assert said in page
    assert "Зарегистрировать снова" in page
    assert said not in words((await buyer.get(sent.page)).text)
    service.mood = "well"
    again = await boss.send_form(f"/staff{sent.page.partition('?')[0]}/hand-over", {})
    assert again.status_code == 303
    await sent.register()
    service.tell("CREATED", "2026-03-01T10:00:00+0700")
    await sent.ask()
    assert await shop.all("select state from fondaco.carriage") == [("registered",)]


@pytest.mark.control
@pytest.mark.parametrize("code", ["CREATED", "SENT_TO_THE_MOON", "RECEIVED_AT_SHIPMENT_WAREHOUSE"])
async def test_unknown_and_earlier_states_are_refused_and_told(
    shop: Counter, buyer: Client, boss: Client, service: Cdek, code: str
) -> None:
    sent = await _ordered(shop, buyer)
    await sent.leaves()
    await sent.register()
    service.tell("ACCEPTED_AT_PICK_UP_POINT", "2026-03-05T10:00:00+0700")
    await sent.ask()
    service.tell(code, "2026-03-06T10:00:00+0700")
    await sent.ask()
    assert await shop.all("select state, doubt from fondaco.carriage") == [("arrived", code)]
    assert code in words((await boss.get(sent.page)).text)
    seen = words((await buyer.get(sent.page)).text)
    assert "прибыл" in seen
    assert code not in seen


async def test_before_it_leaves_staff_may_ask_for_it(
    shop: Counter, buyer: Client, boss: Client, service: Cdek
) -> None:
    sent = await _ordered(shop, buyer)
    path = f"/staff{sent.page.partition('?')[0]}/hand-over"
    assert (await buyer.send_form(path, {})).status_code == 403
    await boss.send_form(path, {})
    assert await shop.all(STATE) == []
    await shop.report(sent.order, OrderState.CONFIRMED)
    await boss.send_form(path, {})
    assert await shop.all(STATE) == [("waiting", "", False, "")]
    await sent.register()
    await shop.report(sent.order, OrderState.PICKING)
    await shop.report(sent.order, OrderState.SHIPPED)
    await deliver_due(shop.hall)
    await sent.register()
    assert len(service.orders) == 1
    assert await shop.all(QUEUED) == [(1,)]


@pytest.mark.parametrize("hand_over", ["by_staff"])
async def test_where_the_erp_registers_nothing_is_registered_by_itself(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    sent = await _ordered(shop, buyer)
    await shop.report(sent.order, OrderState.SHIPPED)
    await deliver_due(shop.hall)
    await sent.register()
    assert await shop.all(STATE) == []
    assert service.orders == {}


@pytest.mark.control
async def test_a_cancelled_order_is_not_registered(
    shop: Counter, buyer: Client, boss: Client, service: Cdek
) -> None:
    sent = await _ordered(shop, buyer)
    await shop.report(sent.order, OrderState.CONFIRMED)
    await boss.send_form(f"/staff{sent.page.partition('?')[0]}/hand-over", {})
    await shop.report(sent.order, OrderState.CANCELLED)
    await sent.register()
    assert service.orders == {}


async def test_goods_or_buyers_that_no_carrier_takes(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    sent = await _ordered(shop, buyer)
    await shop.run("update fondaco.company set phone = ''")
    await sent.leaves()
    await sent.register()
    assert service.orders == {}
    ((state, why),) = await shop.all("select state, ru from fondaco.carriage")
    assert state == "refused"
    assert "телефона" in why


async def _registered(shop: Counter, buyer: Client, number: int) -> Sent:
    """So many orders, each with its parcel at the carrier; the first of them."""
    sent: list[Sent] = []
    for _ in range(number):
        await shop.run("update fondaco.company set phone = '+79990000000'")
        await shop.fill(2)
        await shop.costs(buyer)
        answer = await shop.order_by(buyer, DOOR)
        order = answer.headers["location"].partition("?")[0].rpartition("/")[2]
        ((id,),) = await shop.all("select id from fondaco.customer_order where uuid = :o", o=order)
        sent.append(Sent(shop, OrderId(id), answer.headers["location"]))
        await sent[-1].leaves()
    for (shipment,) in await shop.all("select id from fondaco.shipment order by id"):
        job = JobContext(shop.hall, outside_of(shop.hall), REGISTER_TASK, 1)
        await register_carriage(job, RegisterCarriage(shipment))
    return sent[0]


READ = "select state, read_at > now() - interval '5 minutes' from fondaco.carriage order by 1"


@pytest.mark.parametrize(
    "ill",
    [
        (500, b"oops"),
        (429, b"{}"),
        (200, b'{"entity":{"uuid":"x","statuses":[{"code":"CREATED","date_time":"yesterday"}]}}'),
    ],
)
async def test_a_parcel_that_cannot_be_read_keeps_no_other_from_being_read(
    shop: Counter, buyer: Client, service: Cdek, ill: tuple[int, bytes]
) -> None:
    sent = await _registered(shop, buyer, 3)
    service.tell("CREATED", "2026-03-01T10:00:00+0700")
    service.ill[min(service.orders)] = ill
    await sent.ask()
    assert await shop.all(READ) == [("pending", True), ("registered", True), ("registered", True)]


async def test_parcels_that_the_carrier_does_not_know_are_seen_all_the_same(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    sent = await _registered(shop, buyer, 2)
    service.orders.clear()
    await sent.ask()
    assert await shop.all(READ) == [("pending", True)] * 2


async def test_a_batch_that_fails_lets_the_next_one_be_read(
    shop: Counter, buyer: Client, service: Cdek, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fondaco.delivery.handing_over.AT_ONCE", 1)
    sent = await _registered(shop, buyer, 2)
    service.tell("CREATED", "2026-03-01T10:00:00+0700")
    ill = min(service.orders)
    service.ill[ill] = (500, b"oops")
    await shop.run("update fondaco.carriage set read_at = '2026-01-01'")
    await shop.run(
        "update fondaco.carriage set read_at = '2025-01-01' where external_id = :i", i=ill
    )
    for _ in range(2):
        for one in carriers_of(shop.hall):
            one.rests = 0.0
        await read_carriages(sent._job(READ_TASK), ReadCarriages())
    assert await shop.all("select state from fondaco.carriage order by 1") == [
        ("pending",),
        ("registered",),
    ]


LETTERS = "select convert_from(payload, 'UTF8') from fondaco.pgqueuer where entrypoint = :task"
MANAGED = (
    "update fondaco.agreement set manager_id ="
    " (select id from fondaco.user_account where 'site_admin' = any(roles) limit 1)"
)


async def _handed_over_early(shop: Counter, buyer: Client, boss: Client) -> Sent:
    await shop.run(MANAGED)
    sent = await _ordered(shop, buyer)
    await shop.report(sent.order, OrderState.CONFIRMED)
    await boss.send_form(f"/staff{sent.page.partition('?')[0]}/hand-over", {})
    return sent


async def _told(shop: Counter) -> list[str]:
    letters = [row[0] for row in await shop.all(LETTERS, task="notifications.mail")]
    return [letter for letter in letters if "отмените груз" in letter.lower()]


async def test_staff_are_told_to_cancel_the_parcel_of_a_cancelled_order(
    shop: Counter, buyer: Client, boss: Client, service: Cdek
) -> None:
    sent = await _handed_over_early(shop, buyer, boss)
    await sent.register()
    service.tell("CREATED", "2026-03-01T10:00:00+0700")
    await sent.ask()
    assert "Отмените груз" not in words((await boss.get(sent.page)).text)
    await shop.report(sent.order, OrderState.CANCELLED)
    await deliver_due(shop.hall)
    (letter,) = await _told(shop)
    assert "1105551234" in letter
    assert "Отмените груз 1105551234" in words((await boss.get(sent.page)).text)
    assert "Отмените груз" not in words((await buyer.get(sent.page)).text)


async def test_also_where_it_is_cancelled_while_the_carrier_takes_it(
    shop: Counter, buyer: Client, boss: Client, service: Cdek, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await _handed_over_early(shop, buyer, boss)
    register = CdekCarrier.register

    async def meanwhile(self: CdekCarrier, *args: Any) -> Any:
        read = await register(self, *args)
        await shop.report(sent.order, OrderState.CANCELLED)
        await deliver_due(shop.hall)
        return read

    monkeypatch.setattr(CdekCarrier, "register", meanwhile)
    await sent.register()
    assert len(service.orders) == len(await _told(shop)) == 1


@pytest.mark.control
async def test_a_cancelled_order_without_a_parcel_at_the_carrier_tells_nobody(
    shop: Counter, buyer: Client, boss: Client, service: Cdek
) -> None:
    sent = await _handed_over_early(shop, buyer, boss)
    await shop.report(sent.order, OrderState.CANCELLED)
    await deliver_due(shop.hall)
    assert await _told(shop) == []
    assert "Отмените груз" not in words((await boss.get(sent.page)).text)
