"""Runs queued tasks: retries with growing pauses, then held for a person.

Every start is counted before the work and forgotten after it, whatever its end: a job that ends its
process leaves the count behind, and is held after a few of them instead of tried for ever.
"""

import asyncio
import logging
from asyncio import Event
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from croniter import croniter  # type: ignore[import-untyped]
from msgspec import Struct
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context, Job, Schedule
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.line import OwnLine
from fondaco.exchange.net import Outside
from fondaco.exchange.queue import enqueue, queries
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Registry
from fondaco.testing.crash import crash_point
from fondaco_sdk.errors import Fault

log = logging.getLogger("fondaco.exchange")

STARTS = 5
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
AT_ONCE = 8
LOOK_EVERY = timedelta(seconds=2)
CRON_KEY = "cron"

_COUNT = text(
    """
    insert into fondaco.task_start (job_id, task, starts) values (:job, :task, 1)
    on conflict (job_id) do update set starts = task_start.starts + 1, last_at = now()
    returning starts
    """
)
_FORGET = text("delete from fondaco.task_start where job_id = :job")

TaskFunction = Callable[[JobContext, Any], Awaitable[None]]


class KernelTask(Struct, frozen=True):
    """A task of a kernel room: `(job, payload) -> None`; `retries` come after a failure."""

    function: TaskFunction
    payload: type[Struct]
    retries: int = 3


class Work(Struct, frozen=True):
    """A task under the name by which it is queued. `cron` is in UTC; "" for none."""

    name: str
    function: TaskFunction
    payload: type[Struct]
    retries: int
    cron: str = ""


def all_work(registry: Registry, kernel: Mapping[str, KernelTask]) -> Mapping[str, Work]:
    """The kernel's tasks and the plugins', by name.

    Raises `Fault` for a name taken twice, a cron line that is none, and a scheduled task whose
    payload cannot be made without values.
    """
    found = {
        name: Work(name, task.function, task.payload, task.retries) for name, task in kernel.items()
    }
    for name, (task, handler, payload) in registry.tasks.items():
        if name in found:
            raise Fault(f"plugin {handler.plugin}: the kernel has a task {name!r}; rename yours")
        if task.cron:
            _check_schedule(name, task.cron, payload)
        found[name] = Work(name, handler.function, payload, task.retries, task.cron)
    return found


def _check_schedule(name: str, cron: str, payload: type[Struct]) -> None:
    if not croniter.is_valid(cron):
        raise Fault(f"task {name!r}: {cron!r} is not a cron line (minute hour day month weekday)")
    try:
        payload()
    except TypeError as wrong:
        raise Fault(
            f"task {name!r} has a cron line, so its payload must have defaults: {wrong}"
        ) from wrong


@dataclass
class _Execution(AbstractEntrypointExecutor):
    """One task of the queue, run with its limits."""

    hall: Hall
    outside: Outside
    work: Work

    async def execute(self, job: Job, context: Context) -> None:
        """Run the job. What is raised holds the job, but for `RetryRequested`."""
        await self._count_start(job)
        try:
            payload = msgspec.json.decode(job.payload or b"{}", type=self.work.payload)
            await self.work.function(
                JobContext(self.hall, self.outside, self.work.name, job.id), payload
            )
        except msgspec.DecodeError:
            await self._forget_starts(job)
            raise
        except asyncio.CancelledError as cancelled:
            # The queue would drop a cancelled job for good.
            await self._forget_starts(job)
            raise RetryRequested(FIRST_PAUSE, "the worker was stopped") from cancelled
        except Exception as failure:
            await self._forget_starts(job)
            if job.attempts >= self.work.retries:
                raise
            pause = min(FIRST_PAUSE * 2**job.attempts, LONGEST_PAUSE)
            raise RetryRequested(pause, f"{type(failure).__name__}: {failure}") from failure
        crash_point("task.ended")
        await self._forget_starts(job)

    async def _count_start(self, job: Job) -> None:
        try:
            async with self.hall.database.reading.connect() as connection:
                starts = await connection.scalar(_COUNT, {"job": job.id, "task": self.work.name})
        except Exception as away:
            # The database is away and nothing was begun: that is no reason to hold the job.
            raise RetryRequested(FIRST_PAUSE, f"the start was not counted: {away}") from away
        if starts > STARTS:
            raise Fault(
                f"task {self.work.name!r}, job {job.id}: started {STARTS} times without an end; it"
                " may be killing its process. Find the cause in the worker's log, then retry it"
            )
        crash_point("task.started")

    async def _forget_starts(self, job: Job) -> None:
        try:
            async with self.hall.database.reading.connect() as connection:
                await connection.execute(_FORGET, {"job": job.id})
        except Exception:
            # The job has ended as it has; a count too many is not worth another end.
            log.exception("the starts of job %s could not be forgotten", job.id)


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
    for one in work.values():
        parameters = EntrypointExecutorParameters(0, _queue_calls_the_executor, on_failure="hold")
        jobs.register_executor(one.name, _Execution(parameters, hall, outside, one))
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


async def _queue_calls_the_executor(_job: Job) -> None:
    """Stands where the queue wants a function; `_Execution` knows the real one."""


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
