"""What the broker brings: once, in groups, and what nobody can take is told with its reason."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pika
import pytest
from amqp_plugin import OUT, SLOW, WEIGHTS, placed
from amqp_words import message
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fondaco.exchange.amqp.consuming import Arrived
from fondaco.exchange.amqp.opening import open_message
from fondaco.exchange.amqp.taking import Taking
from fondaco.exchange.amqp.topology import read_by_us
from fondaco.exchange.dead_messages import dead_message, dead_messages, replay
from fondaco.exchange.peers import peers
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker
from fondaco.testing.broker_fixtures import EXCHANGE, GRAVEYARD
from fondaco.testing.plugin import TestClock

NAMES = "select name from wire.weight order by id"
KEY = "1c.weight.changed"
GOOD = message("weight.v1", {"name": "a", "grams": 1}, id="x")
DEEP = b'{"id":"x","type":"weight.v1","payload":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def arrived(body: bytes, *, tag: int = 1, count: int = 0, id: str = "") -> Arrived:
    return Arrived(tag, body, id, "1c-ut11", "", count, "", "")


def weights(hall: Hall) -> Taking:
    return Taking(hall, next(q for q in read_by_us(hall.registry) if q.name == WEIGHTS))


async def send(broker: Broker, *bodies: tuple[str, bytes], key: str = KEY) -> None:
    await asyncio.to_thread(broker.send, list(bodies), exchange=EXCHANGE, routing_key=key)


async def test_messages_have_their_effect_and_leave_the_queue(
    hall: Hall, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async with working(hall):
        await until(lambda: _declared(broker))
        for n in range(50):
            body = message("weight.v1", {"name": f"w{n}", "grams": n}, id=f"m{n}", version=n)
            await send(broker, (f"m{n}", body))
        many = [{"name": f"x{n}", "grams": 1} for n in range(100)]
        await send(broker, ("many", message("weight.v1", many, id="many")))

        async def all_there() -> bool:
            return await rows("select count(*) from wire.weight") == [(150,)]

        await until(all_there)
        await asyncio.sleep(0.3)
    assert await asyncio.to_thread(broker.count, WEIGHTS) == 0
    assert await asyncio.to_thread(broker.count, GRAVEYARD) == 0
    assert (await rows(NAMES))[:3] == [("w0",), ("w1",), ("w2",)]
    # What the envelope says is filled in where a record does not say it.
    [(version, at)] = await rows("select version, at from wire.weight where name = 'w7'")
    assert version == 7
    assert datetime.now(UTC) - at < timedelta(minutes=1)


async def _declared(broker: Broker, *queues: str) -> bool:
    try:
        for queue in (WEIGHTS, *queues):
            await asyncio.to_thread(broker.count, queue)
    except pika.exceptions.ChannelClosedByBroker:
        return False
    return True


async def test_a_group_is_one_transaction_and_the_same_again_has_no_effect(
    hall: Hall, rows: Any, sql_budget: Any
) -> None:
    taking = weights(hall)
    await taking.take([arrived(message("weight.v1", {"name": "a", "grams": 1}, id="first"))])
    counts = []
    for size in (1, 200):
        group = [
            arrived(message("weight.v1", {"name": f"{size}.{n}", "grams": n}, id=f"{size}.{n}"))
            for n in range(size)
        ]
        with sql_budget() as count:
            assert await taking.take(group) == []
            assert await taking.take(group) == []
        counts.append(count.number)
    assert await rows("select count(*) from wire.weight") == [(202,)]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"garbage", "amqp.unreadable", id="garbage"),
        pytest.param(GOOD[:40], "amqp.unreadable", id="half"),
        pytest.param(GOOD[:-9], "amqp.unreadable", id="half a payload"),
        pytest.param(b"\xff\xfe\x00", "amqp.unreadable", id="bytes"),
        pytest.param(b"[" * 100_000, "inbound.shape", id="deep"),
        pytest.param(DEEP, "amqp.unreadable", id="deep payload"),
        pytest.param(b'{"type":"weight.v1","payload":{}}', "inbound.shape", id="no id"),
        pytest.param(message("weight.v1", {}, id=""), "amqp.no_id", id="empty id"),
        pytest.param(message("weight.v1", [], id="x"), "amqp.records", id="no records"),
        pytest.param(message("limits.v1", {}, id="x"), "amqp.type_unknown", id="unknown type"),
        pytest.param(message("gone.v1", {}, id="x"), "amqp.type_unknown", id="no such plugin"),
        pytest.param(b" " * 20_000_000, "amqp.too_large", id="20 MB"),
    ],
)
async def test_what_nobody_can_take_is_refused_with_a_reason(
    hall: Hall, rows: Any, body: bytes, code: str
) -> None:
    good = arrived(message("weight.v1", {"name": "good", "grams": 1}, id="good"), tag=2)
    assert await weights(hall).take([arrived(body, tag=1), good]) == [1]
    assert await rows(NAMES) == [("good",)]
    [(found, ru, en)] = await rows("select code, ru, en from fondaco.dead_message")
    assert found == code
    assert ru
    assert en


async def test_equal_messages_that_nobody_can_take_are_one_among_the_dead(
    hall: Hall, rows: Any
) -> None:
    good = arrived(message("weight.v1", {"name": "good", "grams": 1}, id="good"), tag=4)
    twice = [arrived(b"garbage", tag=1), arrived(b"garbage", tag=2), arrived(b"other", tag=3)]
    assert await weights(hall).take([*twice, good]) == [1, 2, 3]
    assert await rows(NAMES) == [("good",)]
    assert await rows("select count(*) from fondaco.dead_message") == [(2,)]


@pytest.mark.parametrize("count", [0, 2])
async def test_names_that_cannot_be_stored_hold_nobody_up(
    hall: Hall, rows: Any, count: int
) -> None:
    record = {"name": "a", "grams": 1}
    said = json.loads(message("weight.v1", record, id="s"))
    source = json.dumps({**said, "source": "1c\0" + "x" * 1000}).encode()
    group = [
        Arrived(1, source, "s", "", "", count, "", ""),
        Arrived(2, message("weight.v1", record, id="a"), "\0", "1c\0-ut11", "", count, "", ""),
        Arrived(3, message("weight.v1", record, id="i\0"), "i\0", "1c-ut11", "", count, "", ""),
        Arrived(4, b"garbage", "b", "1c\0-ut11", "", count, "", ""),
    ]
    assert await weights(hall).take(group) == [3, 4]
    assert await rows(NAMES) == [("a",), ("a",)]
    names = await rows("select name from fondaco.exchange_peer")
    assert set(names) == {("1c" + "x" * 198,), ("1c-ut11",)}


async def test_names_that_are_no_text_are_read_all_the_same(
    hall: Hall, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    body = message("weight.v1", {"name": "m", "grams": 1}, id="m")
    properties = pika.BasicProperties(message_id="m", app_id=b"\xff1c")  # type: ignore[arg-type]
    async with working(hall):
        await until(lambda: _declared(broker))
        channel = await asyncio.to_thread(broker.channel)
        channel.basic_publish(EXCHANGE, KEY, body, properties)
        channel.connection.close()
        await until(lambda: _one(rows))


async def test_one_poison_message_is_found_and_the_others_live(hall: Hall, rows: Any) -> None:
    group = [
        arrived(
            message("weight.v1", {"name": "poison" if n == 3 else f"w{n}", "grams": 1}, id=f"m{n}"),
            tag=n + 1,
            id=f"m{n}",
        )
        for n in range(10)
    ]
    assert await weights(hall).take(group) == [4]
    assert len(await rows(NAMES)) == 9
    [(queue, key, code, ru)] = await rows("select queue, key, code, ru from fondaco.dead_message")
    assert (queue, key, code) == (WEIGHTS, "m3", "inbound.failed")
    assert "this one is poison" in ru


async def test_refused_records_are_kept_as_a_message_and_can_be_sent_round_again(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    records = [{"name": "a", "grams": 1}, {"name": "b", "grams": -1}, {"name": "c"}]
    async with working(hall):
        await until(lambda: _declared(broker))
        await send(broker, ("m", message("weight.v1", records, id="m", version=5)))

        async def kept() -> bool:
            return await rows("select state, part from fondaco.dead_message") == [("dead", True)]

        await until(kept)
        assert await rows(NAMES) == [("a",)]
        [dead] = await dead_messages(ask, before=2**62, most=10)
        assert dead.reason("en") == "Refused records: 2 of 3. The first: A weight below zero"
        _, body = await dead_message(ask, dead.uuid)
        said = json.loads(body)
        assert said["payload"] == [{"name": "b", "grams": -1}, {"name": "c"}]
        assert (said["type"], said["entity"]["version"]) == ("weight.v1", 5)
        assert said["id"] != "m"
        async with ask.act() as act:
            assert await replay(act, dead.uuid) == WEIGHTS
        await until(lambda: _replayed(rows))
    # It was refused again, and is there once more, under an id of its own.
    assert await rows("select state from fondaco.dead_message order by id") == [
        ("replayed",),
        ("dead",),
    ]
    assert await rows(NAMES) == [("a",)]


async def _replayed(rows: Any) -> bool:
    found = await rows("select state from fondaco.dead_message order by id")
    return found == [("replayed",), ("dead",)]


async def test_a_dead_message_comes_through_the_broker_and_one_retry_is_one_delivery(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async def dead() -> bool:
        return await rows("select state, key, body is null from fondaco.dead_message") == [
            ("dead", "p", False)
        ]

    async with working(hall):
        await until(lambda: _declared(broker))
        body = message("weight.v1", {"name": "poison", "grams": 1}, id="p")
        await send(
            broker, ("p", body), ("g", message("weight.v1", {"name": "g", "grams": 1}, id="g"))
        )
        await until(dead)
        [found] = await dead_messages(ask, before=2**62, most=10)
        assert (found.queue, found.sender, found.type) == (WEIGHTS, "1c-ut11", "weight.v1")
        assert (await dead_message(ask, found.uuid))[1].encode() == body
        first = await rows("select at from fondaco.dead_message")
        async with ask.act() as act:
            await replay(act, found.uuid)

        async def again() -> bool:
            return await dead() and await rows("select at from fondaco.dead_message") != first

        await until(again)
    assert await rows(NAMES) == [("g",)]


async def test_what_1c_rejects_is_seen_with_the_brokers_reason(
    hall: Hall, ask: AskContext, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async with ask.act() as act:
        await act.emit(placed(1))

    async def there(state: str) -> bool:
        return await rows("select state, queue, code from fondaco.dead_message") == [
            (state, OUT, "amqp.rejected")
        ]

    async with working(hall):
        await until(lambda: _declared(broker))

        async def sent() -> bool:
            return await asyncio.to_thread(broker.count, OUT) == 1

        await until(sent)
        channel = await asyncio.to_thread(broker.channel)
        method, _, _ = channel.basic_get(OUT)
        channel.basic_reject(method.delivery_tag, requeue=False)
        channel.connection.close()
        await until(lambda: there("dead"))
        [dead] = await dead_messages(ask, before=2**62, most=10)
        async with ask.act() as act:
            await replay(act, dead.uuid)
        await until(lambda: there("replayed"))
        await until(sent)


async def test_a_slow_queue_holds_up_no_other(
    hall: Hall, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async with working(hall):
        await until(lambda: _declared(broker, SLOW))
        slow = message("slow.v1", {"name": "slow", "grams": 1}, id="s")
        await send(broker, ("s", slow), key="1c.slow.changed")
        await asyncio.sleep(0.3)
        started = time.monotonic()
        await send(broker, ("q", message("weight.v1", {"name": "quick", "grams": 1}, id="q")))

        async def quick() -> bool:
            return await rows(NAMES) == [("quick",)]

        await until(quick)
        assert time.monotonic() - started < 2
        await until(lambda: _both(rows))


async def _both(rows: Any) -> bool:
    return await rows(NAMES) == [("quick",), ("slow",)]


async def test_a_message_that_never_ends_is_tried_alone_counted_and_refused(
    hall: Hall, rows: Any, monkeypatch: Any
) -> None:
    """A process that ends counts nothing itself: only the tries before it do."""
    taking = weights(hall)
    body = message("weight.v1", {"name": "deadly", "grams": 1}, id="d")

    async def die(_messages: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking, "_in_one", die)
        for count in (2, 3, 4):
            with pytest.raises(KeyboardInterrupt):
                await taking.take([arrived(body, count=count, id="d")])
    assert await taking.take([arrived(body, count=5, id="d", tag=9)]) == [9]
    assert await rows("select key, code from fondaco.dead_message") == [("d", "amqp.never_ended")]
    # Its neighbour, delivered as often, is only tried.
    good = message("weight.v1", {"name": "good", "grams": 1}, id="good")
    assert await taking.take([arrived(good, count=5, id="good")]) == []
    assert await rows(NAMES) == [("good",)]


async def test_an_answer_marks_what_was_sent(hall: Hall, rows: Any, ask: AskContext) -> None:
    sent = uuid4()
    async with ask.act() as act:
        await act.execute(
            text(
                "insert into fondaco.sent_message (message_id, delivery_id, version)"
                " values (:id, 1, 1)"
            ),
            {"id": sent},
        )
    body = message("alive.v1", None, id="ack")
    one = Arrived(1, body, "ack", "1c-ut11", str(sent), 0, "", "")
    assert await weights(hall).take([one]) == []
    assert await rows("select acknowledged_at is not null from fondaco.sent_message") == [(True,)]


def _weight(name: str, at: datetime) -> Arrived:
    return arrived(message("weight.v1", {"name": name, "grams": 1}, id=name, at=at))


async def test_whoever_is_heard_is_known_and_a_clock_behind_by_a_year_is_measured(
    hall: Hall, ask: AskContext, rows: Any, clock: TestClock
) -> None:
    taking = weights(hall)
    year = timedelta(days=365)
    await taking.take([_weight("first", clock.now() - year)])
    # So far it may have waited for a year.
    assert [(peer.name, peer.wrong_by) for peer in await peers(ask)] == [("1c-ut11", timedelta())]
    clock.move(timedelta(minutes=10))
    await taking.take([_weight("a", clock.now() - year)])
    [peer] = await peers(ask)
    assert abs(peer.wrong_by - year) < timedelta(minutes=1)
    [(at,)] = await rows("select at from wire.weight where name = 'a'")
    assert abs(at - clock.now()) < timedelta(minutes=1)
    # A message that has waited for an hour does not make the clock look worse.
    await taking.take([_weight("b", clock.now() - year - timedelta(hours=1))])
    [(at,)] = await rows("select at from wire.weight where name = 'b'")
    assert timedelta(minutes=59) < clock.now() - at < timedelta(minutes=61)


@pytest.mark.parametrize("known", [False, True])
async def test_messages_that_have_waited_move_no_clock(
    hall: Hall, ask: AskContext, rows: Any, clock: TestClock, known: bool
) -> None:
    if known:
        # A weekend without a word.
        await rows(
            "insert into fondaco.exchange_peer (name, behind, behind_at)"
            " values ('1c-ut11', '0', now() - interval '2 days') returning name"
        )
    taking = weights(hall)
    waited = [timedelta(days=2), timedelta(days=1), timedelta(hours=3)]
    for n, age in enumerate(waited):
        at = clock.now() - age
        await taking.take([_weight(f"old{n}", at)])
        clock.move(timedelta(minutes=4))
        assert await rows(f"select at from wire.weight where name = 'old{n}'") == [(at,)]
    now = clock.now()
    await taking.take([_weight("new", now)])
    assert await rows("select at from wire.weight where name = 'new'") == [(now,)]
    assert [peer.wrong_by for peer in await peers(ask)] == [timedelta()]


async def test_a_fresh_message_corrects_what_is_remembered_of_a_clock(
    hall: Hall, rows: Any, clock: TestClock
) -> None:
    await rows(
        "insert into fondaco.exchange_peer (name, behind) values ('1c-ut11', '1 day') returning 1"
    )
    taking = weights(hall)
    await taking.take([_weight("waited", clock.now() - timedelta(days=1))])
    for name in ("fresh", "next"):
        now = clock.now()
        await taking.take([_weight(name, now)])
        assert await rows(f"select at from wire.weight where name = '{name}'") == [(now,)]


async def test_while_the_database_is_away_nothing_is_settled(
    hall: Hall, broker: Broker, working: Any, until: Any, rows: Any, monkeypatch: Any
) -> None:
    from fondaco.exchange.amqp import consumer

    async with working(hall):
        await until(lambda: _declared(broker))
    failures = []
    real = Taking.take

    async def away(self: Taking, messages: Any) -> Any:
        if len(failures) < 2:
            failures.append(len(messages))
            raise OSError("the database is away")
        return await real(self, messages)

    monkeypatch.setattr(consumer.Taking, "take", away)
    await send(broker, ("m", message("weight.v1", {"name": "m", "grams": 1}, id="m")))
    async with working(hall):
        await until(lambda: _one(rows))
    assert failures == [1, 1]


async def test_a_connection_that_is_lost_rejects_no_message(
    hall: Hall, rows: Any, monkeypatch: Any, owner: Any
) -> None:
    taking = weights(hall)
    one = arrived(message("weight.v1", {"name": "m", "grams": 1}, id="m"))

    async def cut(act: Any, *_: object) -> None:
        ((pid,),) = await act.fetch(text("select pg_backend_pid()"))
        cutting = owner(f"select pg_terminate_backend({pid}) from pg_sleep(0.2)")
        await asyncio.gather(act.fetch(text("select pg_sleep(5)")), cutting)

    with monkeypatch.context() as patched:
        patched.setattr("fondaco.exchange.amqp.taking.hand_over", cut)
        with pytest.raises(DBAPIError):
            await taking.take([one])
    assert await rows("select * from fondaco.dead_message") == []
    assert await taking.take([one]) == []
    assert await rows(NAMES) == [("m",)]


async def _one(rows: Any) -> bool:
    return await rows(NAMES) == [("m",)]


def test_a_message_is_opened_by_its_queue(hall: Hall) -> None:
    [queue] = [q for q in read_by_us(hall.registry) if q.name == SLOW]
    body = message("weight.v1", {"name": "a", "grams": 1}, id="a")
    unfit = open_message(arrived(body), queue, hall.registry, 10_000)
    assert unfit.reason.code == "amqp.type_unknown"
