"""Orders leave for 1C over RabbitMQ as it needs them, and come back with their states."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from fondaco.assortments.requests import ask_for
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.requests.answering import Answer, accept
from fondaco.orders.requests.reading import last_request
from fondaco.orders.requests.rule import Wish
from fondaco.orders.requests.service import Wanted, ask_change
from fondaco.orders.service import Orders
from fondaco.testing.broker import Broker
from fondaco.testing.broker_fixtures import EXCHANGE
from fondaco.testing.shop import WorkingShop
from fondaco_erp_1c.rabbit.declared import INBOUND
from fondaco_erp_1c.rabbit.outgoing import tell_of_orders
from fondaco_sdk.events import AnalogueWantedV1, OrderPlacedV1
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason

WAITING = (
    "select count(*) from fondaco.delivery where state = 'waiting' and subscriber like 'amqp:%'"
)


def said(type_name: str, payload: Any, **more: Any) -> bytes:
    """A message as 1C writes it."""
    return json.dumps({"id": str(uuid4()), "type": type_name, "payload": payload, **more}).encode()


async def move(hall: Hall, order: Order, to: OrderState) -> None:
    """Somebody of ours, or a sweep, moves the order."""
    async with system_ask(hall).act() as act:
        await Orders(act).report_state(order.id, to, Reason("test", "Тест", "Test"))


async def told(broker: Broker) -> list[dict[str, Any]]:
    """What 1C finds in its queue."""
    return [json.loads(body) for _, body in await asyncio.to_thread(broker.drain, INBOUND)]


async def test_an_order_leaves_whole_and_in_order(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    order = await shop.order(3, 2)
    await move(hall, order, OrderState.CONFIRMED)
    await move(hall, order, OrderState.CANCELLED)

    async def all_left() -> bool:
        return await rows(WAITING) == [(0,)]

    async with working(hall):
        await until(all_left)
    messages = await told(broker)
    assert [one["type"] for one in messages] == [
        "order.created.v1",
        "order.changed.v1",
        "order.cancelled.v1",
    ]
    assert {one["entity"]["id"] for one in messages} == {str(order.uuid)}
    first = messages[0]["payload"]
    assert (first["order"], first["number"]) == (str(order.uuid), order.number)
    assert Decimal(first["total"]) == order.total
    assert Decimal(first["vat_total"]) == order.vat_total
    buyer = first["buyer"]
    assert (buyer["name"], buyer["kpp"]) == ("ООО «Ромашка»", "770001001")
    assert buyer["tax_id"].startswith("77")
    assert buyer["email"] == shop.company.email
    assert [(one["way"], Decimal(one["amount"])) for one in first["payments"]] == [
        ("invoice", order.total)
    ]
    [document] = first["documents"]
    assert document["seller"]["tax_id"] == "7700000016"
    assert document["delivery"]
    assert document["address"] == "Тверь, ул. Новая, 2"
    assert [(Decimal(line["quantity"]), line["vat"]) for line in document["lines"]] == [
        (Decimal(3), "22"),
        (Decimal(2), "22"),
    ]
    assert sum(Decimal(line["total"]) for line in document["lines"]) == order.total
    assert sum(Decimal(line["vat_amount"]) for line in document["lines"]) == order.vat_total


async def test_money_leaves_unless_1c_has_told_of_it(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    order = await shop.order(3)
    for source, kind, amount in (
        ("bank", "received", 300),
        ("erp", "received", 5),
        ("bank", "refunded", 20),
    ):
        reference = f"{source}-{kind}"
        async with system_ask(hall).act() as act:
            receipt = Receipt(Decimal(amount), "RUB", source, reference, None, kind)  # type: ignore[arg-type]
            assert await book(act, order.id, receipt)

    async def all_left() -> bool:
        return await rows(WAITING) == [(0,)]

    async with working(hall):
        await until(all_left)
    messages = [one for one in await told(broker) if one["type"].startswith("payment.")]
    assert [(one["type"], one["payload"]["amount"], one["payload"]["received"]) for one in messages
            ] == [("payment.received.v1", "300.00", "300.00"),
                  ("payment.refunded.v1", "20.00", "285.00")]  # fmt: skip
    assert {one["payload"]["order"] for one in messages} == {str(order.uuid)}


async def test_states_come_back_and_answers_are_noted(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    order = await shop.order(1)

    async with working(hall):

        async def sent() -> bool:
            return await rows("select count(*) from fondaco.sent_message") == [(1,)]

        await until(sent)
        [message] = await told(broker)
        await asyncio.to_thread(
            broker.send,
            [(str(uuid4()), said("message.received.v1", None))],
            exchange=EXCHANGE,
            routing_key="1c.order.received",
            correlation=message["id"],
        )
        state = said("order.state.v1", {"order": str(order.uuid), "state": "confirmed"})
        await asyncio.to_thread(
            broker.send, [("", state)], exchange=EXCHANGE, routing_key="1c.order.status"
        )

        async def confirmed() -> bool:
            return await rows("select state from fondaco.customer_order") == [
                ("confirmed",)
            ] and await rows(
                "select acknowledged_at is not null from fondaco.sent_message order by sent_at"
                " limit 1"
            ) == [(True,)]

        await until(confirmed)
        # A state that goes backwards is refused, and so is one of an order that is not there.
        backwards = said("order.state.v1", {"order": str(order.uuid), "state": "placed"})
        nobody = said("order.state.v1", {"order": "F-999", "state": "shipped"})
        await asyncio.to_thread(
            broker.send,
            [("", backwards), ("", nobody)],
            exchange=EXCHANGE,
            routing_key="1c.order.status",
        )

        async def refused() -> bool:
            found = await rows("select code from fondaco.dead_message where state = 'dead'")
            return sorted(found) == [("erp.order_unknown",), ("order.state",)]

        await until(refused)


async def test_goods_come_in_lanes_and_limits_without_a_plugin_are_refused(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async with hall.database.transaction() as connection:
        for statement in (
            "update fondaco.product set external_id = 'p' || sku",
            "update fondaco.place set external_id = 'W1'",
            "update fondaco.price_list set external_id = 'L1'",
        ):
            await connection.execute(text(statement))
    messages = {
        "1c.stock.changed": said(
            "stock.changed.v1",
            [{"product": "pA-1", "place": "W1", "quantity": "5"}],
            occurred_at="2026-03-01T09:58:12+03:00",
        ),
        "1c.price.changed": said(
            "price.changed.v1",
            {"product": "pA-1", "price_list": "L1", "price": "77.70"},
            entity={"kind": "price", "id": "pA-1", "version": 7},
        ),
        "1c.cost.changed": said("cost.changed.v1", {"external_id": "pA-1", "cost": "50"}),
        "1c.product.changed": said("product.changed.v1", {"external_id": "pA-1", "name": "Свеча"}),
        "1c.counterparty.changed": said(
            "company.changed.v1", {"external_id": "c-1", "name": "Лютик"}
        ),
        "1c.limit.changed": said("limit.changed.v1", {"legal_entity": "e-1", "limit": "100"}),
        "1c.alive": said("alive.v1", None),
    }
    async with working(hall):

        async def declared() -> bool:
            return bool(await asyncio.to_thread(_there, broker))

        await until(declared)
        for key, body in messages.items():
            await asyncio.to_thread(broker.send, [("", body)], exchange=EXCHANGE, routing_key=key)

        async def all_taken() -> bool:
            return await rows("select count(*) from fondaco.inbox where source = 'amqp'") == [
                (6,)
            ] and await rows("select code from fondaco.dead_message where state = 'dead'") == [
                ("amqp.type_unknown",)
            ]

        await until(all_taken)
    assert await rows("select name from fondaco.product where external_id = 'pA-1'") == [("Свеча",)]
    assert await rows(
        "select x.price from fondaco.price_row x join fondaco.product p on p.id = x.product_id"
        " where p.external_id = 'pA-1'"
    ) == [(Decimal("77.7000"),)]
    assert await rows("select name from fondaco.company where external_id = 'c-1'") == [("Лютик",)]
    assert await rows("select fields from fondaco.erp_version where kind = 'price'") == [
        ({"word": 7},)
    ]
    assert await rows("select name from fondaco.exchange_peer") == [("1c-ut11",)]


def _there(broker: Broker) -> bool:
    try:
        broker.count("portal.inbound.stock")
    except Exception:
        return False
    return True


async def test_wishes_leave_for_1c(
    hall: Hall, ask: AskContext, shop: WorkingShop, broker: Broker, working: Any, until: Any,
    rows: Any,
) -> None:  # fmt: skip
    company, product = shop.company.customer.company_id, shop.products[0]
    async with shop.ask.act() as act:
        await ask_for(act, company, product)
        await ask_for(act, company, product)
    async with ask.act() as act:
        await act.emit(AnalogueWantedV1(product_id=product, company_id=company, at=act.now))

    async def all_left() -> bool:
        return await rows(WAITING) == [(0,)]

    async with working(hall):
        await until(all_left)
    messages = await told(broker)
    assert sorted(one["type"] for one in messages) == ["analogue.wanted.v1", "request.created.v1"]
    assert {one["payload"]["company_name"] for one in messages} == {"Ромашка"}
    assert {one["payload"]["sku"] for one in messages} == {"A-1"}


async def test_a_request_to_change_an_order_and_its_answer_leave_for_1c(
    hall: Hall, ask: AskContext, shop: WorkingShop, broker: Broker, working: Any, until: Any,
    rows: Any,
) -> None:  # fmt: skip
    order = await shop.order(3, 2)
    day = order.placed_at.date() + timedelta(days=9)
    wanted = Wanted({order.lines[0].line: Wish(Decimal(3), Decimal(1))}, day, "Срочно")
    async with shop.ask.act() as act:
        await ask_change(act, order.id, wanted)
    request = await last_request(ask, order.id)
    assert request is not None
    async with ask.act() as act:
        given = {order.lines[0].line: Wish(Decimal(3), Decimal(2))}
        await accept(act, order.id, Answer(request.uuid, given, True, "Двух хватит"))

    async def all_left() -> bool:
        return await rows(WAITING) == [(0,)]

    async with working(hall):
        await until(all_left)
    messages = await told(broker)
    kinds = [one["type"] for one in messages]
    assert kinds.count("order.change_requested.v1") == 1
    assert kinds.count("order.change_answered.v1") == 1
    payloads = {one["type"]: one["payload"] for one in messages}
    [line] = payloads["order.change_requested.v1"]["lines"]
    assert (line["sku"], Decimal(line["quantity"]), Decimal(line["wanted"])) == ("A-1", 3, 1)
    assert payloads["order.change_requested.v1"]["comment"] == "Срочно"
    assert payloads["order.change_answered.v1"]["outcome"] == "accepted"
    changed = payloads["order.changed.v1"]["documents"][0]
    assert changed["wanted_on"] == str(day)
    assert Decimal(changed["lines"][0]["quantity"]) == 2


async def test_a_batch_of_orders_is_read_with_the_same_statements_as_one(
    ask: AskContext, shop: WorkingShop, sql_budget: Any
) -> None:
    orders = [await shop.order(1, 1) for _ in range(3)]
    rows = await ask.fetch(
        text("select payload from fondaco.outbox where type = 'order.placed.v1' order by id")
    )
    events = [_event(row.payload) for row in rows]
    counts = []
    for some in (events[:1], events):
        with sql_budget() as count:
            assert len(await tell_of_orders(ask, some)) == len(some)
        counts.append(count.number)
    assert counts == [3, 3]
    assert len(orders) == 3


def _event(payload: dict[str, Any]) -> OrderPlacedV1:
    import msgspec

    return msgspec.convert(payload, OrderPlacedV1, strict=False)
