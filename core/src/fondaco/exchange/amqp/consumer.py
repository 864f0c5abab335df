"""Reads the queues that the plugins take, each in a lane of its own, and the broker's dead letters.

A message is settled after the commit of its effect. While the database is away nothing is read, so
that no message wears out its deliveries; a lost broker ends the round, and it begins anew.
"""

import asyncio
from asyncio import Event, TaskGroup
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sqlalchemy import text

from fondaco.crash import crash_point
from fondaco.exchange import dead_messages
from fondaco.exchange.amqp.consuming import Arrived, Inlet
from fondaco.exchange.amqp.link import Link
from fondaco.exchange.amqp.opening import key_of
from fondaco.exchange.amqp.taking import Taking
from fondaco.exchange.amqp.topology import read_by_us, topology_of
from fondaco.exchange.dead_messages import Refused
from fondaco.exchange.line import wait_for
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco_sdk.types.reason import Reason

DEAD_AT_ONCE = 20
MEASURE_EVERY = 10.0
_LANES = text(
    """
    insert into fondaco.exchange_lane (queue, waiting)
    select * from unnest(cast(:queues as text[]), cast(:waiting as bigint[]))
    on conflict (queue) do update set waiting = excluded.waiting, at = now()
    """
)
_IS_THERE = text("select 1")


async def run_consumers(hall: Hall, stop: Event) -> None:
    """Read until `stop`. Raises when the broker or the database is lost."""
    await system_ask(hall).fetch(_IS_THERE)
    topology = topology_of(hall.registry, hall.settings.amqp)
    link = await Link.open(
        hall.settings.amqp_url,
        topology,
        heartbeat=hall.settings.amqp.heartbeat,
        name="fondaco consumers",
    )
    try:
        lanes: list[tuple[str, Callable[[Sequence[Arrived]], Awaitable[Sequence[int]]]]] = [
            (queue.name, Taking(hall, queue).take) for queue in read_by_us(hall.registry)
        ]
        lanes.append((topology.graveyard, partial(_collect, hall)))
        async with TaskGroup() as group:
            for queue, take in lanes:
                group.create_task(_serve(hall, link, queue, take, stop))
            names = [declared.name for declared in topology.queues]
            group.create_task(_measure(hall, link, names, stop))
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        await link.close()


async def _serve(
    hall: Hall,
    link: Link,
    queue: str,
    take: Callable[[Sequence[Arrived]], Awaitable[Sequence[int]]],
    stop: Event,
) -> None:
    settings = hall.settings.amqp
    prefetch = settings.prefetch
    inlet = await link.consume(queue, prefetch)
    while not stop.is_set():
        messages = await _next(inlet, prefetch, settings.most_bytes, stop)
        if messages:
            rejected = await take(messages)
            crash_point("inbox.committed")
            inlet.settle(messages, rejected)


async def _measure(hall: Hall, link: Link, queues: Sequence[str], stop: Event) -> None:
    """Write down how much waits where, for pages that never ask the broker."""
    while not stop.is_set():
        counts = await link.counts(queues)
        link.check()
        async with hall.database.reading.connect() as connection:
            values = {"queues": list(counts), "waiting": list(counts.values())}
            await connection.execute(_LANES, values)
        await wait_for(stop, MEASURE_EVERY)


async def _next(inlet: Inlet, most: int, most_bytes: int, stop: Event) -> Sequence[Arrived]:
    """What has come; nothing when it is time to stop."""
    coming = asyncio.create_task(inlet.take(most, most_bytes))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((coming, stopping), return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else ()
    finally:
        stopping.cancel()
        if not coming.done():
            coming.cancel()


async def _collect(hall: Hall, messages: Sequence[Arrived]) -> Sequence[int]:
    """Keep the broker's dead letters where staff see them."""
    found = [
        Refused(one.died_in, key_of(one), "", one.sender, _died_of(one.died_of), one.body)
        for one in messages
    ]
    async with system_ask(hall).act() as act:
        await dead_messages.collect(act, found)
    return ()


def _died_of(reason: str) -> Reason:
    ru, en = {
        "rejected": ("Получатель отклонил сообщение", "The receiver rejected the message"),
        "delivery_limit": (
            "Сообщение доставлялось слишком много раз и ни разу не было принято",
            "The message was delivered too often and never taken",
        ),
        "expired": ("Сообщение никто не забрал в срок", "Nobody took the message in time"),
    }.get(reason, (f"Брокер отложил сообщение: {reason}", f"The broker put it aside: {reason}"))
    return Reason(f"amqp.{reason or 'dead'}", ru, en)
