"""Hands events to their subscribers after the commit: each once, each lane in its order.

Only the oldest waiting delivery of a lane (a subscriber and a key) can be taken. Taking it counts
the attempt and books the next one, so that a handler which kills its process is treated as one that
raises: growing pauses, then a dead letter. The pauses differ by chance, so that those who were at
work when a process ended do not meet again. Then one transaction marks the delivery done, which
locks it, and runs the handler: effect and mark commit together or not at all.

A dead letter does not hold up its lane: what a handler cannot digest today must not stop
everything that happens to an order later. It is listed, and can be retried.
"""

import asyncio
import logging
import random
from asyncio import FIRST_COMPLETED, Event, Task, TaskGroup
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from sqlalchemy import text

from fondaco.crash import crash_point
from fondaco.exchange.events import decode
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Handler, Registry

log = logging.getLogger("fondaco.exchange")

ATTEMPTS = 8
DEADLINE = 30.0
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=30)
LANES_AT_ONCE = 4
AT_ONCE = 8
LOOK_AGAIN = 0.25

# Walks the lanes of a subscriber by the index, from head to head, up to the first that is free:
# its cost depends on the lanes that are pausing or locked, never on how much waits. The inner
# queries leave the planner no choice, for its idea of a queue's size is always an old one.
_CLAIM = text(
    """
    with taken as (
        select head.id
          from unnest(cast(:subscribers as text[])) as known(subscriber)
         cross join lateral (
            with recursive head as (
                (select id, lane, due_at from fondaco.delivery
                  where subscriber = known.subscriber and state = 'waiting'
                  order by lane, id limit 1)
                union all
                select next.id, next.lane, next.due_at
                  from head cross join lateral (
                    select id, lane, due_at from fondaco.delivery
                     where subscriber = known.subscriber and state = 'waiting'
                       and lane > head.lane
                     order by lane, id limit 1
                  ) as next
            )
            select free.id
              from head cross join lateral (
                select id from fondaco.delivery
                 where subscriber = known.subscriber and lane = head.lane and id = head.id
                   and state = 'waiting' and due_at <= now()
                   for update skip locked
              ) as free
             where head.due_at <= now()
             limit 1
         ) as head
         limit :room
    ), counted as (
        update fondaco.delivery
           set attempts = attempts + 1,
               due_at = now() + (0.75 + random() / 2)
                      * least(cast(:pause as interval) * power(2, attempts),
                              cast(:longest as interval)),
               state = case when attempts < :most then 'waiting' else 'dead' end,
               done_at = case when attempts < :most then null else now() end,
               error = case when attempts < :most then error else :never_ended end
          from taken
         where delivery.id = taken.id
     returning delivery.id, event_id, subscriber, attempts, state
    )
    select counted.id, counted.subscriber, counted.attempts, outbox.type,
           cast(outbox.payload as text)
      from counted join fondaco.outbox on outbox.id = counted.event_id
     where counted.state = 'waiting'
    """
)
_MARK = text(
    "update fondaco.delivery set state = 'done', done_at = now(), error = ''"
    " where id = :id and state = 'waiting' and attempts = :attempt"
)
_FAILED = text(
    """
    update fondaco.delivery
       set error = :error,
           due_at = now() + (0.75 + random() / 2)
                  * least(cast(:pause as interval) * power(2, attempts - 1),
                          cast(:longest as interval)),
           state = case when attempts < :most then 'waiting' else 'dead' end,
           done_at = case when attempts < :most then null else now() end
     where id = :id and state = 'waiting' and attempts = :attempt
    """
)
_NEVER_ENDED = "every attempt ended with the end of its process; see the log of the worker"


class Claimed(Struct, frozen=True):
    """A delivery that this process may try now, as its attempt number `attempt`."""

    id: int
    subscriber: str
    attempt: int
    type: str
    payload: str


def subscribers(registry: Registry) -> Mapping[str, Handler]:
    """Every subscriber (`plugin:function`) with its handler."""
    return {
        name: handler for found in registry.subscriptions.values() for name, _, handler in found
    }


async def deliver_due(hall: Hall, *, limit: int = 100, stop: Event | None = None) -> int:
    """Deliver what is due, at most `limit` deliveries; returns how many were tried.

    Lanes run side by side, a slow subscriber holds up only itself. With `stop` set, what runs is
    finished and nothing more is taken. Raises when the database does not answer.
    """
    handlers = subscribers(hall.registry)
    running: dict[Task[None], str] = {}
    tried = 0
    async with TaskGroup() as group:
        while True:
            room = min(AT_ONCE - len(running), limit - tried)
            busy = Counter(running.values())
            free = [name for name in handlers if busy[name] < LANES_AT_ONCE]
            if stop is not None and stop.is_set():
                room = 0
            claimed = await _claim(hall, random.sample(free, len(free)), room)
            for one in claimed:
                task = group.create_task(_deliver(hall, one, handlers[one.subscriber]))
                running[task] = one.subscriber
                tried += 1
            if not running:
                return tried
            if not claimed:
                await asyncio.wait(running, timeout=LOOK_AGAIN, return_when=FIRST_COMPLETED)
            running = {task: name for task, name in running.items() if not task.done()}


async def _claim(hall: Hall, names: Sequence[str], room: int) -> Sequence[Claimed]:
    """One delivery of each subscriber that has one due, in this order, at most `room` in all."""
    if not names or room < 1:
        return ()
    async with hall.database.reading.connect() as connection:
        rows = await connection.execute(
            _CLAIM,
            {
                "subscribers": list(names),
                "room": room,
                "never_ended": _NEVER_ENDED,
                **_pauses(),
            },
        )
        return [Claimed(*row) for row in rows]


async def _deliver(hall: Hall, one: Claimed, handler: Handler) -> None:
    try:
        await handle(hall, one, handler)
    except Exception as failure:
        log.exception("%s failed on delivery %s (%s)", one.subscriber, one.id, one.type)
        try:
            await _note_failure(hall, one, failure)
        except Exception:
            # The attempt is counted and the next one booked already; only the text is lost.
            log.exception("the failure of delivery %s could not be noted", one.id)


async def handle(hall: Hall, one: Claimed, handler: Handler) -> None:
    """Mark `one` done and run its handler, in one transaction with a deadline."""
    event = decode(one.type, one.payload)
    async with asyncio.timeout(DEADLINE), system_ask(hall).act() as act:
        if await act.execute(_MARK, {"id": one.id, "attempt": one.attempt}):
            crash_point("delivery.marked")
            await handler.function(act, event)
            crash_point("delivery.handled")
    crash_point("delivery.committed")


async def _note_failure(hall: Hall, one: Claimed, failure: Exception) -> None:
    error = f"{type(failure).__name__}: {failure}"
    if isinstance(failure, TimeoutError) and not str(failure):
        error = f"did not end within {DEADLINE:g} s"
    async with hall.database.reading.connect() as connection:
        await connection.execute(
            _FAILED, {"id": one.id, "attempt": one.attempt, "error": error[:2000], **_pauses()}
        )


def _pauses() -> Mapping[str, object]:
    return {"pause": FIRST_PAUSE, "longest": LONGEST_PAUSE, "most": ATTEMPTS}
