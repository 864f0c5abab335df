"""From the outbox to the broker: at least once, each lane in its order, nothing sent unconfirmed.

One relay works at a time, over all workers: it keeps an advisory lock on a connection of its own,
and reads and marks over that connection only, so a relay that has lost the lock can mark nothing.
"""

import asyncio
import logging
from asyncio import Event
from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.crash import crash_point
from fondaco.exchange.amqp import outgoing
from fondaco.exchange.amqp.link import Link
from fondaco.exchange.amqp.mapping import Mapped, lanes_of, messages_of
from fondaco.exchange.amqp.outgoing import Due, Sent
from fondaco.exchange.amqp.publishing import Outcome, Parcel
from fondaco.exchange.amqp.replay import send_again
from fondaco.exchange.amqp.topology import topology_of
from fondaco.exchange.line import OwnLine, wait_for
from fondaco.exchange.outbox import CHANNEL
from fondaco.hooks.hall import Hall

log = logging.getLogger("fondaco.exchange")

BATCH = 1000
POLL = 1.0
_LOCK = text("select pg_try_advisory_lock(hashtextextended('fondaco:amqp:relay', 0))")


async def run_relay(hall: Hall, stop: Event) -> None:
    """Relay until `stop`. Raises when the broker or the database is lost."""
    connection = await hall.database.reading.connect()
    line = OwnLine(hall.database, stop)
    try:
        while not (await connection.execute(_LOCK)).scalar():
            await wait_for(stop, POLL)
            if stop.is_set():
                return
        topology = topology_of(hall.registry, hall.settings.amqp)
        link = await Link.open(
            hall.settings.amqp_url,
            topology,
            heartbeat=hall.settings.amqp.heartbeat,
            name="fondaco relay",
        )
        try:
            await _relay(hall, connection, link, line, stop)
        finally:
            await link.close()
    finally:
        await line.close()
        # The lock belongs to the session: it must not go back into the pool.
        await connection.invalidate()
        await connection.close()


async def _relay(
    hall: Hall, connection: AsyncConnection, link: Link, line: OwnLine, stop: Event
) -> None:
    wake = Event()
    await line.add_listener(CHANNEL, lambda _payload: wake.set())
    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(lambda _task: wake.set())
    try:
        while not stop.is_set():
            wake.clear()
            link.check()
            while not stop.is_set() and await relay_due(hall, connection, link):
                pass
            await send_again(hall, connection, link)
            await line.keep()
            if not stop.is_set():
                await wait_for(wake, POLL)
    finally:
        stopping.cancel()


async def relay_due(hall: Hall, connection: AsyncConnection, link: Link) -> bool:
    """Send what is due, at most a batch; whether there may be more. Raises `BrokerAway`."""
    found = await outgoing.due(connection, list(hall.registry.publishers), BATCH)
    if not found:
        return False
    mapped = await messages_of(hall, found)
    lanes = lanes_of(found, mapped)
    exchange = hall.settings.amqp.exchange
    parcels = [
        [parcel for one in lane for parcel in _parcels(exchange, one, mapped)]
        for lane in lanes.values()
    ]
    outcomes = await link.publish(parcels)
    crash_point("relay.confirmed")
    await _mark(connection, lanes, mapped, outcomes)
    for delivery, error in mapped.failed.items():
        await outgoing.mark_failed(connection, delivery, error)
    link.check()
    return len(found) == BATCH


def _parcels(exchange: str, one: Due, mapped: Mapped) -> Sequence[Parcel]:
    return [
        Parcel(
            str(ready.note.message_id),
            ready.note.type,
            exchange,
            ready.note.routing_key,
            ready.body,
        )
        for ready in mapped.ready[one.id]
    ]


async def _mark(
    connection: AsyncConnection,
    lanes: Mapping[tuple[str, str], Sequence[Due]],
    mapped: Mapped,
    outcomes: Mapping[str, Outcome],
) -> None:
    sent, done, not_taken = list[Sent](), list[int](), dict[int, str]()
    for lane in lanes.values():
        for one in lane:
            said = [
                (ready.note, outcomes.get(str(ready.note.message_id)))
                for ready in mapped.ready[one.id]
            ]
            sent += [note for note, outcome in said if outcome is Outcome.CONFIRMED]
            wrong = next((s for s in said if s[1] is not Outcome.CONFIRMED), None)
            if wrong is None:
                done.append(one.id)
                continue
            if wrong[1] is not None:
                not_taken[one.id] = _explained(*wrong)
            break
    if sent or done:
        await outgoing.mark_sent(connection, sent, done)
    if not_taken:
        log.error(
            "the broker has no queue for %s messages, they wait: %s",
            len(not_taken),
            next(iter(not_taken.values())),
        )
        await outgoing.mark_not_taken(connection, not_taken)


def _explained(note: Sent, outcome: Outcome | None) -> str:
    if outcome is Outcome.UNROUTABLE:
        return f"{outgoing.UNROUTABLE}no queue is bound for {note.routing_key!r} ({note.type})"
    return f"refused: a queue for {note.routing_key!r} is full or has no leader ({note.type})"
