"""The worker: deliveries, tasks, schedules and sweeps, until it is told to stop.

Nothing in it ends because the database went away or a round failed: it is logged, and tried again.
"""

import asyncio
import logging
import os
import socket
from asyncio import Event, TaskGroup
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.line import OwnLine, wait_for
from fondaco.exchange.net import Outside
from fondaco.exchange.outbox import CHANNEL
from fondaco.exchange.serving import serve_tasks
from fondaco.exchange.tasks import KernelTask, all_work
from fondaco.hooks.hall import Hall

log = logging.getLogger("fondaco.exchange")

POLL = 1.0
BEAT = 5.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
CALM = 60.0
SILENCE = timedelta(seconds=30)

_BEAT = text(
    "insert into fondaco.worker_heartbeat (worker) values (:worker)"
    " on conflict (worker) do update set seen_at = now()"
)
_LEAVE = text("delete from fondaco.worker_heartbeat where worker = :worker")


Round: TypeAlias = Callable[[], Awaitable[None]]


class Sweep(Struct, frozen=True):
    """Something done every so many `seconds`; several workers may do it at the same moment."""

    name: str
    seconds: float
    function: Callable[[Hall], Awaitable[None]]


def sweep_of(name: str, seconds: float, *statements: str) -> Sweep:
    """A sweep by statements, each in a transaction of its own."""
    prepared = [text(statement) for statement in statements]

    async def sweep(hall: Hall) -> None:
        for statement in prepared:
            async with hall.database.reading.connect() as connection:
                await connection.execute(statement)

    return Sweep(name, seconds, sweep)


async def run_worker(
    hall: Hall,
    kernel_tasks: Mapping[str, KernelTask],
    *,
    sweeps: Sequence[Sweep] = (),
    more: Mapping[str, Round] = MappingProxyType({}),
    stop: Event,
    silence: timedelta = SILENCE,
) -> None:
    """Work until `stop` is set, then finish what runs and return.

    `more` are rounds of work by name, looked after like its own: done until `stop`, and again after
    a failure.
    `silence` is how long a worker may show no sign of life before others take over its jobs.
    Raises `Fault` at once when a task is declared wrongly.
    """
    work = all_work(hall.registry, kernel_tasks)
    line, outside = OwnLine(hall.database, stop), Outside()
    rounds: dict[str, Round] = {
        "deliveries": partial(_deliver, hall, line, stop),
        "tasks": partial(
            serve_tasks, hall, work, line=line, outside=outside, stop=stop, silence=silence
        ),
        "heartbeat": partial(_beat, hall, stop),
        **more,
        **{sweep.name: partial(_sweep, hall, sweep, stop) for sweep in sweeps},
    }
    try:
        async with TaskGroup() as group:
            for name, work_round in rounds.items():
                group.create_task(_keep_up(name, work_round, stop))
    finally:
        await line.close()
        await outside.close()


async def _keep_up(name: str, work: Round, stop: Event) -> None:
    """Do `work` until `stop`, again after each failure, with growing pauses."""
    pause, said = FIRST_PAUSE, ""
    while not stop.is_set():
        started = asyncio.get_running_loop().time()
        try:
            await work()
        except Exception as failure:
            if asyncio.get_running_loop().time() - started > CALM:
                pause = FIRST_PAUSE
            # What is away for days shall not fill the log with the same page.
            again = f"{type(failure).__name__}: {failure}"
            log.warning(
                "%s failed; again in %.1f s: %s",
                name,
                pause,
                again,
                exc_info=None if again == said else failure,
            )
            said = again
            await wait_for(stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _deliver(hall: Hall, line: OwnLine, stop: Event) -> None:
    wake = Event()
    await line.add_listener(CHANNEL, lambda _payload: wake.set())
    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(lambda _task: wake.set())
    try:
        while not stop.is_set():
            wake.clear()
            while not stop.is_set() and await deliver_due(hall, stop=stop):
                pass
            await line.keep()
            if not stop.is_set():
                await wait_for(wake, POLL)
    finally:
        stopping.cancel()


async def _beat(hall: Hall, stop: Event) -> None:
    worker = {"worker": f"{socket.gethostname()}:{os.getpid()}"}
    while not stop.is_set():
        async with hall.database.reading.connect() as connection:
            await connection.execute(_BEAT, worker)
        await wait_for(stop, BEAT)
    async with hall.database.reading.connect() as connection:
        await connection.execute(_LEAVE, worker)


async def _sweep(hall: Hall, sweep: Sweep, stop: Event) -> None:
    while not stop.is_set():
        await sweep.function(hall)
        await wait_for(stop, sweep.seconds)
