"""Serves the job queue and the schedules."""

import asyncio
from asyncio import Event
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from pgqueuer.core.executors import EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.models import Job, Schedule

from fondaco.exchange.execution import Execution, Suspects
from fondaco.exchange.line import OwnLine
from fondaco.exchange.net import Outside
from fondaco.exchange.queue import enqueue, queries
from fondaco.exchange.tasks import Work
from fondaco.hooks.hall import Hall

AT_ONCE = 8
LOOK_EVERY = timedelta(seconds=2)
CRON_KEY = "cron"


async def serve_tasks(
    hall: Hall,
    work: Mapping[str, Work],
    *,
    line: OwnLine,
    outside: Outside,
    stop: Event,
    silence: timedelta,
) -> None:
    """Run queued jobs and schedules until `stop` is set, then finish the running ones.

    A job whose worker was silent for `silence` is taken over by another.
    """
    ending = Event()
    jobs = QueueManager(queries(line))
    jobs.shutdown = ending
    suspects = Suspects()
    for one in work.values():
        parameters = EntrypointExecutorParameters(0, _stand_in, on_failure="hold")
        jobs.register_executor(one.name, Execution(parameters, hall, outside, suspects, one))
    running = [
        asyncio.create_task(
            jobs.run(
                dequeue_timeout=LOOK_EVERY,
                batch_size=AT_ONCE // 2,
                max_concurrent_tasks=AT_ONCE,
                heartbeat_timeout=silence,
            )
        )
    ]
    if scheduled := [one for one in work.values() if one.cron]:
        schedules = _schedules(hall, scheduled, line)
        schedules.shutdown = ending
        running.append(asyncio.create_task(schedules.run()))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*running, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        # Never cancelled: cancelling the manager would cancel the jobs.
        ending.set()
        stopping.cancel()
        await asyncio.wait(running)
    for task in running:
        task.result()


async def _stand_in(_job: Job) -> None:
    """The queue wants a function; `Execution` knows the real one."""


def _schedules(hall: Hall, scheduled: Sequence[Work], line: OwnLine) -> SchedulerManager:
    schedules = SchedulerManager(queries(line))
    for one in scheduled:
        schedules.schedule(one.name, one.cron)(_tick(hall, one))
    return schedules


def _tick(hall: Hall, work: Work) -> Callable[[Schedule], Awaitable[None]]:
    async def tick(_schedule: Schedule) -> None:
        """Queue the task, unless the one before still waits or runs."""
        async with hall.database.transaction() as connection:
            await enqueue(connection, work.name, work.payload(), key=CRON_KEY)

    return tick
