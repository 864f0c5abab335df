"""M01 to M05 with a broker: whoever is killed wherever, nothing is lost, and nothing counts twice.

Each promise has a control: the same run with its guard off fails.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent))

import ledger_plugin
import ledger_worker
from ledger_plugin import IN, KEY, OUT, PLUGIN
from ledgers import EXCHANGE, EXIT_CODE, Ledgers, word

from fondaco.exchange.amqp import publishing, taking
from fondaco.exchange.amqp.consumer import run_consumers
from fondaco.exchange.amqp.relay import run_relay
from fondaco.exchange.dead_messages import dead_message, dead_messages, replay
from fondaco.exchange.overview import overview
from fondaco.exchange.worker import _keep_up
from fondaco.hooks.context import system_ask
from fondaco.testing.broker import Broker, OwnBroker
from fondaco.testing.broker_fixtures import broker, queues, server
from fondaco_sdk.manifest import Plugin

__all__ = ("broker", "queues", "server")

OURS = "from fondaco.delivery where subscriber like 'amqp:%'"
"""The relay's deliveries: other subscribers of the portal are not at work in these tests."""
RELAY_POINTS = ("relay.published", "relay.confirmed")
INBOX_POINTS = ("inbox.handled", "inbox.committed")


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The plugin of these promises."""
    return (PLUGIN,)


@pytest_asyncio.fixture
async def ledgers(database_url: str, broker: Broker) -> Ledgers:
    """A portal and an ERP on a broker of this machine."""
    made = Ledgers(database_url, broker)
    await made.open()
    return made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnBroker]:
    """A broker of this test's own, to be stopped and killed."""
    made = OwnBroker.start(tmp_path / "rabbit")
    yield made
    made.kill()


# M01: crash points.


async def test_m01_killed_at_every_point_each_order_is_told_and_each_message_counts_once(
    ledgers: Ledgers,
) -> None:
    names: list[str] = []
    for n, point in enumerate(RELAY_POINTS):
        await ledgers.order(n * 10 + 1, 5)
        assert await ledgers.work(crash_at=point) == EXIT_CODE, f"{point} was not reached"
    assert await ledgers.work() == 0
    assert await ledgers.missing() == []
    for point in INBOX_POINTS:
        some = [f"{point}.{n}" for n in range(5)]
        names += some
        await ledgers.say(some)
        assert await ledgers.work(expected=len(names), crash_at=point) == EXIT_CODE
    assert await ledgers.work(expected=len(names)) == 0
    assert await ledgers.wrong_effects(names) == {}
    assert ledgers.unsettled() == 0


async def test_control_m01_marked_before_it_is_published_a_kill_loses_orders(
    ledgers: Ledgers,
) -> None:
    await ledgers.order(1, 5)
    assert await ledgers.work(guard_off="mark-first", crash_at="relay.published") == EXIT_CODE
    assert await ledgers.work() == 0
    assert await ledgers.missing() != []


@pytest.mark.parametrize(
    ("guard_off", "point", "times"),
    [("no-inbox", "inbox.committed", 2), ("ack-first", "inbox.handled", 0)],
)
async def test_control_m01_without_the_inbox_or_acknowledged_first_the_same_kill_shows(
    ledgers: Ledgers, guard_off: str, point: str, times: int
) -> None:
    names = ["a", "b", "c"]
    await ledgers.say(names)
    assert await ledgers.work(expected=3, guard_off=guard_off, crash_at=point) == EXIT_CODE
    await ledgers.say(["d"])
    # With messages lost the run would wait for ever: it is ended.
    await ledgers.work(expected=4, guard_off=guard_off, kill_after=3)
    wrong = await ledgers.wrong_effects([*names, "d"])
    # Of those that came in the batch of the kill, the first one at least.
    assert "a" in wrong and wrong.keys() <= set(names)
    assert set(wrong.values()) == {times}


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_full_m01_twenty_kills_at_each_point_and_fifty_anywhere(ledgers: Ledgers) -> None:
    seed = int(os.environ.get("FONDACO_SEED", "0")) or random.randrange(1, 10**6)
    dice = random.Random(seed)
    print(f"FONDACO_SEED={seed}")
    kills: Counter[str] = Counter()
    names: list[str] = []
    orders = 0

    async def more(number: int) -> None:
        nonlocal orders
        await ledgers.order(orders + 1, number)
        orders += number
        some = [f"n{len(names) + n}" for n in range(number)]
        names.extend(some)
        await ledgers.say(some)

    for point in (*RELAY_POINTS, *INBOX_POINTS):
        while kills[point] < 20:
            await more(5)
            kills[point] += await ledgers.work(expected=len(names), crash_at=point) == EXIT_CODE
    while kills["anywhere"] < 50:
        await more(12)
        ends = await asyncio.gather(
            *(ledgers.work(expected=10**9, kill_after=dice.uniform(0.5, 1.6)) for _ in range(2))
        )
        kills["anywhere"] += sum(end == -signal.SIGKILL for end in ends)
    await more(max(0, 1000 - orders))
    assert await ledgers.work(expected=len(names)) == 0
    print(dict(kills), f"{orders} orders, {len(names)} messages")
    assert await ledgers.missing() == []
    assert await ledgers.wrong_effects(names) == {}
    assert await ledgers.rows("select count(*) from fondaco.dead_message") == [(0,)]


# M02: the broker is stopped and killed.


async def nothing_waits(ledgers: Ledgers) -> None:
    """Until every event was marked."""
    waiting = f"select 1 {OURS} and state = 'waiting' limit 1"
    async with asyncio.timeout(600):
        while await ledgers.rows(waiting):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def under_kills(
    ledgers: Ledgers, own: OwnBroker, *, kills: int, orders: int, guard_off: str = ""
) -> None:
    """The portal takes orders while the broker is killed again and again."""
    hall = ledger_worker.ledger_hall(ledgers.url, own.url)
    stop = asyncio.Event()
    relaying = asyncio.create_task(_keep_up("relay", lambda: run_relay(hall, stop), stop))
    each = orders // (kills + 1)
    for round_ in range(kills + 1):
        ordering = asyncio.create_task(ledgers.order(round_ * each + 1, each))
        if round_ < kills:
            await asyncio.sleep(0.05 * (round_ % 5))
            await asyncio.to_thread(own.kill)
            await ordering
            await asyncio.to_thread(own.begin)
        await ordering
    await nothing_waits(ledgers)
    stop.set()
    await relaying
    await hall.close()


@pytest.mark.timeout(240)
async def test_m02_a_broker_that_is_killed_under_publishing_loses_nothing(
    database_url: str, own: OwnBroker
) -> None:
    ledgers = Ledgers(database_url, own)
    await ledgers.open()
    await under_kills(ledgers, own, kills=1, orders=60)
    assert await ledgers.missing() == []


@pytest.mark.timeout(240)
async def test_m02_while_the_broker_is_stopped_orders_are_taken_and_leave_when_it_is_back(
    database_url: str, own: OwnBroker
) -> None:
    ledgers = Ledgers(database_url, own)
    await ledgers.open()
    await asyncio.to_thread(own.stop)
    began = time.monotonic()
    await ledgers.order(1, 50)
    assert time.monotonic() - began < 5
    assert await ledgers.rows(f"select count(*) {OURS} and state = 'done'") == [(0,)]
    await asyncio.to_thread(own.begin)
    assert await ledgers.work() == 0
    assert await ledgers.missing() == []


@pytest.mark.timeout(240)
async def test_control_m02_without_waiting_for_confirms_a_killed_broker_loses_orders(
    database_url: str, own: OwnBroker
) -> None:
    ledgers = Ledgers(database_url, own)
    await ledgers.open()
    await ledgers.order(1, 300)
    marked = asyncio.create_task(ledgers.work(guard_off="mark-first"))
    while not await ledgers.rows(  # noqa: ASYNC110
        f"select 1 {OURS} and state = 'done' limit 1"
    ):
        await asyncio.sleep(0.005)
    await asyncio.to_thread(own.kill)
    await marked
    await asyncio.to_thread(own.begin)
    assert await ledgers.missing() != []


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_full_m02_ten_kills_under_ten_thousand_orders(
    database_url: str, own: OwnBroker
) -> None:
    ledgers = Ledgers(database_url, own)
    await ledgers.open()
    began = time.monotonic()
    await under_kills(ledgers, own, kills=10, orders=9_999)
    print(f"10 kills, {len(ledgers.committed)} orders, {time.monotonic() - began:.0f} s")
    assert await ledgers.missing() == []


# M03: a queue is deleted.


async def test_m03_what_no_queue_takes_is_not_sent_is_told_and_leaves_when_it_is_back(
    ledgers: Ledgers, caplog: Any
) -> None:
    ledgers.broker.delete(OUT)
    await ledgers.order(1, 10)
    hall = ledger_worker.ledger_hall(ledgers.url, ledgers.broker.url)
    stop = asyncio.Event()
    began = time.monotonic()
    channel = await asyncio.to_thread(ledgers.broker.channel)
    relaying = asyncio.create_task(run_relay(hall, stop))
    await asyncio.sleep(0.3)
    # The relay has declared it anew; somebody takes the binding away while it works.
    channel.queue_unbind(OUT, EXCHANGE, "portal.#")
    await ledgers.order(11, 10)
    async with asyncio.timeout(60):
        while not (await overview(system_ask(hall))).unroutable:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    alarmed = time.monotonic() - began
    assert "has no queue for" in caplog.text
    assert alarmed < 60
    sent = f"select count(*) {OURS} and state = 'done'"
    before = await ledgers.rows(sent)
    await asyncio.sleep(1)
    assert await ledgers.rows(sent) == before
    await ledgers.hear()
    assert before == [(len(ledgers.heard),)]
    channel.queue_bind(OUT, EXCHANGE, "portal.#")
    channel.connection.close()
    await nothing_waits(ledgers)
    stop.set()
    await relaying
    await hall.close()
    assert await ledgers.missing() == []


async def test_control_m03_without_mandatory_what_no_queue_takes_is_marked_and_lost(
    ledgers: Ledgers, monkeypatch: Any
) -> None:
    monkeypatch.setattr(publishing, "MANDATORY", False)
    hall = ledger_worker.ledger_hall(ledgers.url, ledgers.broker.url)
    stop = asyncio.Event()
    relaying = asyncio.create_task(run_relay(hall, stop))
    await asyncio.sleep(0.5)
    channel = await asyncio.to_thread(ledgers.broker.channel)
    channel.queue_unbind(OUT, EXCHANGE, "portal.#")
    channel.connection.close()
    await ledgers.order(1, 5)
    await nothing_waits(ledgers)
    stop.set()
    await relaying
    await hall.close()
    await ledgers.declare()
    assert await ledgers.missing() == [1, 2, 3, 4, 5]


# M04: poison.


async def test_m04_one_bad_message_goes_to_the_dead_letters_and_one_press_is_one_redelivery(
    ledgers: Ledgers,
) -> None:
    await poison(ledgers, 100)


@pytest.mark.full
async def test_full_m04_one_bad_among_a_thousand(ledgers: Ledgers) -> None:
    await poison(ledgers, 1000)


async def poison(ledgers: Ledgers, number: int) -> None:
    """One among `number`: the others are taken, the bad one is dead with its reason."""
    names = [f"n{n}" for n in range(number - 1)]
    began = time.monotonic()
    await ledgers.say([*names[: number // 2], "poison", *names[number // 2 :]])
    assert await ledgers.work(expected=number) == 0
    assert time.monotonic() - began < 120
    assert await ledgers.wrong_effects(names) == {}
    hall = ledger_worker.ledger_hall(ledgers.url, ledgers.broker.url)
    ask = system_ask(hall)
    [dead] = await dead_messages(ask, before=2**62, most=10)
    assert "this one is poison" in dead.reason("en")
    assert (await dead_message(ask, dead.uuid))[1].encode() == word("poison")
    async with ask.act() as act:
        await replay(act, dead.uuid)
    stop = asyncio.Event()
    relaying = asyncio.create_task(run_relay(hall, stop))
    async with asyncio.timeout(20):
        while await asyncio.to_thread(ledgers.broker.count, IN) < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(1.2)
    stop.set()
    await relaying
    await hall.close()
    assert await asyncio.to_thread(ledgers.broker.drain, IN) != []
    assert ledgers.unsettled() == 0


async def test_m04_a_message_that_kills_its_process_is_given_up_after_five_tries(
    ledgers: Ledgers,
) -> None:
    await ledgers.say(["before", "deadly", "after"])
    ends = []
    while len(ends) < 10:
        ends.append(await ledgers.work(expected=3))
        if ends[-1] == 0:
            break
    assert ends == [EXIT_CODE] * (len(ends) - 1) + [0]
    assert len(ends) - 1 <= 5
    assert await ledgers.wrong_effects(["before", "after"]) == {}
    assert await ledgers.rows("select key, code from fondaco.dead_message") == [
        ("deadly", "amqp.never_ended")
    ]


async def test_control_m04_without_counting_the_process_is_killed_again_and_again(
    ledgers: Ledgers,
) -> None:
    await ledgers.say(["deadly"])
    ends = [await ledgers.work(expected=1, guard_off="no-count") for _ in range(7)]
    assert ends == [EXIT_CODE] * 7


# M05: duplicates, shuffled, and older words.


@pytest_asyncio.fixture
async def consumers(ledgers: Ledgers) -> AsyncIterator[None]:
    """Four consumers, each with a hall of its own."""
    halls = [
        ledger_worker.ledger_hall(ledgers.url, ledgers.broker.url, prefetch=20) for _ in range(4)
    ]
    stop = asyncio.Event()
    tasks = [asyncio.create_task(run_consumers(hall, stop)) for hall in halls]
    yield
    stop.set()
    await asyncio.gather(*tasks)
    for hall in halls:
        await hall.close()


_AT_WORK = """
    select pid, state, wait_event_type, wait_event, now() - xact_start, query
      from pg_stat_activity where datname = current_database() and xact_start is not null
"""


async def five_copies(ledgers: Ledgers, number: int, seed: int) -> list[str]:
    """`number` messages, five of each, in any order; ten words on each of some things."""
    names = [f"thing{n % (number // 10)}" for n in range(number)]
    messages = [
        (f"m{n}", word(name, id=f"m{n}", value=n, version=n + 1))
        for n, name in enumerate(names)
        for _ in range(5)
    ]
    random.Random(seed).shuffle(messages)
    await asyncio.to_thread(ledgers.broker.send, messages, exchange=EXCHANGE, routing_key=KEY)
    end = asyncio.get_running_loop().time() + 60
    while True:
        ((taken,),) = await ledgers.rows("select count(*) from fondaco.inbox")
        ready = await asyncio.to_thread(ledgers.unsettled)
        if taken >= number and not ready:
            break
        if asyncio.get_running_loop().time() > end:
            work = await ledgers.rows(_AT_WORK)
            pytest.fail(f"{taken} of {number} messages taken, {ready} are ready; at work: {work}")
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    return names


async def m05(ledgers: Ledgers, number: int) -> None:
    """Each message has one effect, and each thing the newest word."""
    seed = int(os.environ.get("FONDACO_SEED", "0")) or random.randrange(1, 10**6)
    print(f"FONDACO_SEED={seed}")
    names = await five_copies(ledgers, number, seed)
    effects = await ledgers.rows("select name, count(*) from ledger.effect group by name")
    assert dict(effects) == Counter(names)
    newest = {name: n + 1 for n, name in enumerate(names)}
    assert dict(await ledgers.rows("select name, version from ledger.word")) == newest


async def test_m05_five_copies_shuffled_over_four_consumers_count_once(
    ledgers: Ledgers, consumers: None
) -> None:
    await m05(ledgers, 200)


@pytest.mark.full
@pytest.mark.timeout(600)
async def test_full_m05_a_thousand_messages_five_times(ledgers: Ledgers, consumers: None) -> None:
    await m05(ledgers, 1000)


async def test_control_m05_without_the_inbox_copies_count_again(
    ledgers: Ledgers, consumers: None, monkeypatch: Any
) -> None:
    kept = text(
        "with kept as (insert into fondaco.inbox (source, message_id)"
        " select distinct 'amqp', unnest(cast(:ids as text[])) on conflict do nothing)"
        " select unnest(cast(:ids as text[]))"
    )
    monkeypatch.setattr(taking, "_NEW", kept)
    names = await five_copies(ledgers, 100, 7)
    effects = await ledgers.rows("select name, count(*) from ledger.effect group by name")
    assert dict(effects) != Counter(names)


async def test_control_m05_without_versions_an_older_word_overwrites_a_newer_one(
    ledgers: Ledgers, consumers: None, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ledger_plugin.GUARDS, "version", "")
    names = await five_copies(ledgers, 200, 7)
    newest = {name: n + 1 for n, name in enumerate(names)}
    assert dict(await ledgers.rows("select name, version from ledger.word")) != newest
