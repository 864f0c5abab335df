"""From the outbox to the broker."""

import asyncio
import json
from typing import Any

import msgspec
import pika
import pytest
from amqp_plugin import OUT, moved, placed

from fondaco.exchange.amqp import mapping
from fondaco.exchange.amqp.link import BrokerAway, Link
from fondaco.exchange.amqp.publishing import Outcome, Parcel, Publisher
from fondaco.exchange.amqp.relay import relay_due
from fondaco.exchange.amqp.topology import topology_of
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker
from fondaco.testing.broker_fixtures import EXCHANGE
from fondaco_sdk.errors import Fault
from fondaco_sdk.types.order import OrderState

WAITING = "select count(*) from fondaco.delivery where state = 'waiting'"


async def emit(ask: AskContext, *events: Any) -> None:
    async with ask.act() as act:
        for event in events:
            await act.emit(event)


async def test_events_leave_in_the_order_of_their_key_and_are_noted_when_confirmed(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    for order in range(1, 21):
        await emit(ask, placed(order), moved(order, OrderState.CONFIRMED))
        await emit(ask, moved(order, OrderState.SHIPPED))
    async with working(hall):
        await until(lambda: _none(rows))
    found = [json.loads(body) for _, body in await asyncio.to_thread(broker.drain, OUT)]
    assert len(found) == 60
    for order in range(1, 21):
        told = [m for m in found if m["payload"]["number"] == f"F-{order}"]
        assert [m["payload"]["state"] for m in told] == ["placed", "confirmed", "shipped"]
        versions = [m["entity"]["version"] for m in told]
        assert versions == sorted(versions)
        assert len({m["entity"]["id"] for m in told}) == 1
    [one] = [m for m in found if m["payload"] == {"number": "F-1", "state": "placed"}]
    assert (one["type"], one["source"], one["occurred_at"][-1]) == (
        "order.placed.v1",
        "portal",
        "Z",
    )
    assert await rows("select count(*), min(times), max(times) from fondaco.sent_message") == [
        (60, 1, 1)
    ]


async def _none(rows: Any) -> bool:
    return await rows(WAITING) == [(0,)]


async def test_properties_are_those_that_the_add_in_of_1c_reads(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    await emit(ask, placed(1))
    async with working(hall):
        await until(lambda: _none(rows))
    [(properties, body)] = await asyncio.to_thread(broker.drain, OUT)
    assert properties.message_id == json.loads(body)["id"]
    assert (properties.type, properties.app_id) == ("order.placed.v1", "portal")
    assert (properties.content_type, properties.content_encoding) == ("application/json", "utf-8")
    assert properties.delivery_mode == 2


async def test_what_no_queue_takes_is_not_sent_holds_its_key_and_leaves_when_bound(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    await emit(ask, placed(1, "lost"), moved(1, OrderState.CONFIRMED), placed(2))

    async def noticed() -> bool:
        found = await rows("select attempts from fondaco.delivery where error like 'unroutable: %'")
        return bool(found) and await rows("select count(*) from fondaco.sent_message") == [(1,)]

    async with working(hall):
        await until(noticed)
        states = await rows(
            "select state from fondaco.delivery where subscriber like 'amqp:%' order by id"
        )
        assert states == [("waiting",), ("waiting",), ("done",)]
        channel = await asyncio.to_thread(broker.channel)
        channel.queue_bind(OUT, EXCHANGE, "nowhere.at.all")
        channel.connection.close()
        await until(lambda: _none(rows))
    found = [json.loads(body) for _, body in await asyncio.to_thread(broker.drain, OUT)]
    assert [m["type"] for m in found if m["payload"]["number"] != "F-2"] == [
        "order.lost.v1",
        "order.state.v1",
    ]


async def test_an_event_of_which_no_message_can_be_made_is_noted_and_holds_up_only_its_key(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    await emit(ask, placed(1, "broken"), moved(1, OrderState.SHIPPED), placed(2, "silent"))
    await emit(ask, *(placed(order) for order in range(3, 8)))

    async def others_left() -> bool:
        return await rows("select count(*) from fondaco.sent_message") == [(5,)]

    async with working(hall):
        await until(others_left)
    [(error, attempts)] = await rows(
        "select error, attempts from fondaco.delivery where error <> '' and state = 'waiting'"
    )
    assert error == "ValueError: no message can be made of it"
    assert attempts >= 1
    assert len(await asyncio.to_thread(broker.drain, OUT)) == 5


async def test_a_batch_asks_the_plugin_once_and_marks_with_one_statement(
    hall: Hall, ask: AskContext, broker: Broker, sql_budget: Any
) -> None:
    counts = []
    topology = topology_of(hall.registry, hall.settings.amqp)
    link = await Link.open(broker.url, topology, heartbeat=4, name="test")
    async with hall.database.reading.connect() as connection:
        for number in (1, 300):
            await emit(ask, *(placed(order) for order in range(1, number + 1)))
            with sql_budget() as count:
                await relay_due(hall, connection, link)
            counts.append(count.number)
    await link.close()
    assert counts == [2, 2]


async def test_a_queue_with_other_arguments_is_a_clear_error(hall: Hall, broker: Broker) -> None:
    channel = await asyncio.to_thread(broker.channel)
    channel.queue_declare(OUT, durable=True)
    channel.connection.close()
    with pytest.raises(Fault, match=f"inequivalent arg .* for queue '{OUT}'"):
        await Link.open(
            broker.url, topology_of(hall.registry, hall.settings.amqp), heartbeat=4, name="test"
        )


async def test_a_broker_that_is_away_is_said_at_once(hall: Hall) -> None:
    topology = topology_of(hall.registry, hall.settings.amqp)
    with pytest.raises(BrokerAway):
        await Link.open("amqp://guest:guest@127.0.0.1:1/", topology, heartbeat=4, name="test")


async def test_a_lane_ends_with_what_was_not_confirmed(hall: Hall, broker: Broker) -> None:
    link = await Link.open(
        broker.url, topology_of(hall.registry, hall.settings.amqp), heartbeat=4, name="test"
    )

    def parcel(name: str, key: str = "portal.x") -> Parcel:
        return Parcel(name, "t", EXCHANGE, key, b"{}")

    lanes = [[parcel("a1"), parcel("a2", "nowhere"), parcel("a3")], [parcel("b1"), parcel("b2")]]
    outcomes = await link.publish(lanes)
    await link.close()
    assert outcomes == {
        "a1": Outcome.CONFIRMED,
        "a2": Outcome.UNROUTABLE,
        "b1": Outcome.CONFIRMED,
        "b2": Outcome.CONFIRMED,
    }
    with pytest.raises(BrokerAway):
        await link.publish(lanes)


async def test_a_link_whose_confirms_do_not_come_is_closed_to_its_socket(
    hall: Hall, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology = topology_of(hall.registry, hall.settings.amqp)
    link = await Link.open(broker.url, topology, heartbeat=4, name="test")
    monkeypatch.setattr(Publisher, "_send", lambda *_: None)
    monkeypatch.setattr("fondaco.exchange.amqp.link.CONFIRM_PATIENCE", 0.2)
    with pytest.raises(BrokerAway, match="no confirm"):
        await link.publish([[Parcel("a", "t", EXCHANGE, "portal.x", b"{}")]])
    assert link._connection.is_closed


async def test_an_answer_that_nobody_waits_for_any_more_breaks_no_link(
    hall: Hall, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology = topology_of(hall.registry, hall.settings.amqp)
    link = await Link.open(broker.url, topology, heartbeat=4, name="test")
    with monkeypatch.context() as patched:
        patched.setattr("fondaco.exchange.amqp.link.PATIENCE", 0)
        with pytest.raises(BrokerAway):
            await link.counts([OUT])
    await asyncio.sleep(0.5)
    assert await link.counts([OUT]) == {OUT: 0}
    await link.close()


async def test_everything_that_keeps_messages_is_declared(hall: Hall, broker: Broker) -> None:
    topology = topology_of(hall.registry, hall.settings.amqp)
    link = await Link.open(broker.url, topology, heartbeat=4, name="test")
    await link.close()
    for queue in topology.queues[:-1]:
        assert queue.arguments["x-queue-type"] == "quorum"
        assert queue.arguments["x-delivery-limit"] == 20
        assert queue.arguments["x-dead-letter-exchange"] == "b2b.events.dead"
        assert queue.arguments["x-dead-letter-strategy"] == "at-least-once"
        assert queue.arguments["x-overflow"] == "reject-publish"
        channel = await asyncio.to_thread(broker.channel)
        # The broker has these arguments: the same again is fine, others are refused.
        channel.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            channel.queue_declare(
                queue.name, durable=True, arguments={**queue.arguments, "x-delivery-limit": 3}
            )
        channel.connection.close()


async def test_without_a_broker_nothing_is_kept_for_it(
    hall: Hall, ask: AskContext, rows: Any
) -> None:
    hall.settings = msgspec.structs.replace(hall.settings, amqp_url="")
    await emit(ask, placed(1))
    assert await rows("select count(*) from fondaco.delivery") == [(0,)]


def test_a_message_that_leaves_twice_is_known_as_the_same() -> None:
    from uuid import uuid4

    event = uuid4()
    first = mapping.message_id_of(event, "amqp:wire:orders", 0)
    assert first == mapping.message_id_of(event, "amqp:wire:orders", 0)
    assert first != mapping.message_id_of(event, "amqp:wire:orders", 1)
