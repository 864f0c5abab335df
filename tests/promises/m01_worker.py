"""The worker of M01, a process that ends when all is done; on request with its guard off.

Without the guard effect and mark of a delivery are two transactions, in either order, and tasks do
not remember what they have done.
"""

import asyncio
import os
from asyncio import Event
from datetime import timedelta
from typing import Any

from m01_server import m01_hall
from sqlalchemy import text

from fondaco.crash import VARIABLE, crash_point
from fondaco.exchange import deliveries, serving
from fondaco.exchange.deliveries import Claimed
from fondaco.exchange.events import decode
from fondaco.exchange.job import JobContext
from fondaco.exchange.line import wait_for
from fondaco.exchange.worker import run_worker
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Handler

_LEFT = text(
    "select exists (select 1 from fondaco.delivery where state = 'waiting')"
    " or exists (select 1 from fondaco.pgqueuer where status in ('queued', 'picked'))"
)
_MARK = text("update fondaco.delivery set state = 'done' where id = :id")


def work(url: str, guard_off: str, crash_at: str) -> None:
    """Work until all is done. `guard_off` is "", "effect-first" or "mark-first"."""
    if crash_at:
        os.environ[VARIABLE] = crash_at
    if guard_off:
        unguarded = {"effect-first": _effect_first, "mark-first": _mark_first}
        deliveries.handle = unguarded[guard_off]
        JobContext.once = _always  # type: ignore[assignment, method-assign]
    asyncio.run(_work(url))


async def _work(url: str) -> None:
    # Short waits, so that the test is short; the rules are the same.
    deliveries.FIRST_PAUSE = timedelta(milliseconds=200)
    deliveries.LONGEST_PAUSE = timedelta(seconds=1)
    serving.LOOK_EVERY = timedelta(milliseconds=200)
    hall, stop = m01_hall(url), Event()
    watching = asyncio.create_task(_stop_when_done(hall, stop))
    await run_worker(hall, {}, stop=stop, silence=timedelta(seconds=1))
    await watching
    await hall.close()


async def _stop_when_done(hall: Hall, stop: Event) -> None:
    while not stop.is_set():
        await wait_for(stop, 0.3)
        [(left,)] = await system_ask(hall).fetch(_LEFT)
        if not left:
            stop.set()


async def _effect_first(hall: Hall, one: Claimed, handler: Handler) -> None:
    async with system_ask(hall).act() as act:
        await handler.function(act, decode(one.type, one.payload))
    crash_point("delivery.handled")
    async with system_ask(hall).act() as act:
        await act.execute(_MARK, {"id": one.id})


async def _mark_first(hall: Hall, one: Claimed, handler: Handler) -> None:
    async with system_ask(hall).act() as act:
        await act.execute(_MARK, {"id": one.id})
    crash_point("delivery.marked")
    async with system_ask(hall).act() as act:
        await handler.function(act, decode(one.type, one.payload))


async def _always(_self: JobContext, _act: Any, _step: str = "") -> bool:
    return True
