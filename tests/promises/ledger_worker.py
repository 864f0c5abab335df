"""A worker with a broker, as a process that ends when all is done; on request with a guard off.

"mark-first": events are marked before they are confirmed. "no-mandatory": nobody asks whether a
queue takes them. "ack-first": a message is settled before its effect. "no-inbox": every message is
new. "no-count": a message that ends its process is tried for ever.
"""

import asyncio
import os
from asyncio import Event
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from ledger_plugin import PLUGIN
from sqlalchemy import text

from fondaco.crash import VARIABLE, crash_point
from fondaco.exchange import worker
from fondaco.exchange.amqp import consumer, publishing, taking
from fondaco.exchange.amqp.consuming import Inlet
from fondaco.exchange.amqp.link import Link
from fondaco.exchange.amqp.publishing import Outcome
from fondaco.exchange.amqp.rounds import broker_rounds
from fondaco.exchange.line import wait_for
from fondaco.exchange.worker import run_worker
from fondaco.hall import create_hall, load_registry
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.settings import Amqp, Settings

_LEFT = text(
    "select (select count(*) from fondaco.delivery"
    "         where state = 'waiting' and subscriber like 'amqp:%')"
    " + greatest(0, :expected - (select count(*) from fondaco.inbox where source = 'amqp')"
    "              - (select count(*) from fondaco.dead_message where state = 'dead'))"
)


def ledger_hall(url: str, amqp_url: str, *, prefetch: int = 500) -> Hall:
    """A hall with the plugin of these promises."""
    settings = Settings(secret="test", amqp_url=amqp_url, amqp=Amqp(prefetch=prefetch, heartbeat=4))
    registry = load_registry(settings, (PLUGIN,))
    return create_hall(settings, database_url=url, registry=registry, pool_size=5)


def work(
    url: str, amqp_url: str, expected: int = 0, guard_off: str = "", crash_at: str = ""
) -> None:
    """Work until nothing waits and `expected` messages have come."""
    if crash_at:
        os.environ[VARIABLE] = crash_at
    take_off(guard_off)
    asyncio.run(_work(url, amqp_url, expected))


async def _work(url: str, amqp_url: str, expected: int) -> None:
    worker.FIRST_PAUSE, worker.LONGEST_PAUSE = 0.1, 0.5
    hall, stop = ledger_hall(url, amqp_url), Event()
    watching = asyncio.create_task(_stop_when_done(hall, stop, expected))
    await run_worker(hall, {}, more=broker_rounds(hall, stop), stop=stop)
    await watching
    await hall.close()


async def _stop_when_done(hall: Hall, stop: Event, expected: int) -> None:
    try:
        left = 1
        while left:
            await wait_for(stop, 0.2)
            [(left,)] = await system_ask(hall).fetch(_LEFT, {"expected": expected})
        # What was committed is yet to be settled.
        await wait_for(stop, 0.4)
    finally:
        stop.set()


def take_off(guard: str) -> None:
    """Take a guard off, in this process."""
    if guard == "mark-first":
        Link.publish = _publish_and_hope  # type: ignore[method-assign]
    elif guard == "no-mandatory":
        publishing.MANDATORY = False
    elif guard == "ack-first":
        consumer._serve = _serve_ack_first
    elif guard == "no-inbox":
        taking._NEW = text(
            "select id from unnest(cast(:ids as text[])) as s (id) where id is not null"
        )
    elif guard == "no-count":
        taking.TRIES_ALONE = 10**6


async def _publish_and_hope(self: Link, lanes: Sequence[Sequence[Any]]) -> dict[str, Outcome]:
    lanes = [lane for lane in lanes if lane]
    if lanes:
        batch = publishing.Batch(lanes)
        work = partial(self._begin, batch, [deque(lane) for lane in lanes])
        asyncio.get_running_loop().call_later(0.2, self._in_thread, work)
    return {parcel.id: Outcome.CONFIRMED for lane in lanes for parcel in lane}


async def _serve_ack_first(hall: Hall, _link: Link, queue: str, take: Any, stop: Event) -> None:
    inlet: Inlet = await _link.consume(queue, 500)
    while not stop.is_set():
        messages = await consumer._next(inlet, 500, 10**7, stop)
        if messages:
            inlet.settle(messages)
            await asyncio.sleep(0.1)
            await take(messages)
            crash_point("inbox.committed")
