"""Runs one job of the queue: retries with growing pauses, then held for a person.

Every start is counted before the work and forgotten after it, whatever its end: a job that ends its
process leaves the count behind, and is held after a few of them instead of tried for ever. Jobs
that were at work when a process ended are suspects and go one after another, so that the next end
counts against the guilty one only.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from pgqueuer.core.executors import AbstractEntrypointExecutor
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context, Job
from sqlalchemy import text

from fondaco.crash import crash_point
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.exchange.tasks import Work
from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import Fault

log = logging.getLogger("fondaco.exchange")

STARTS = 5
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
PATIENCE = 60.0

_FIRST_START = text(
    "insert into fondaco.task_start (job_id, task, starts) values (:job, :task, 1)"
    " on conflict do nothing"
)
_ANOTHER_START = text(
    "update fondaco.task_start set starts = starts + 1, last_at = now()"
    " where job_id = :job returning starts"
)
_FORGET = text("delete from fondaco.task_start where job_id = :job")


class Suspects:
    """Lets suspects work one at a time, though none waits longer than a minute for its turn."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The turn of one suspect."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._lock.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            self._lock.release()


@dataclass
class Execution(AbstractEntrypointExecutor):
    """A task as the queue calls it."""

    hall: Hall
    outside: Outside
    suspects: Suspects
    work: Work

    async def execute(self, job: Job, context: Context) -> None:
        """Run the job. What is raised holds the job, but for `RetryRequested`."""
        try:
            async with AsyncExitStack() as turn:
                await self._count_start(job, turn)
                crash_point("task.started")
                await self._run(job)
        except asyncio.CancelledError as cancelled:
            # The queue would drop a cancelled job for good.
            raise RetryRequested(FIRST_PAUSE, "the worker was stopped") from cancelled

    async def _count_start(self, job: Job, turn: AsyncExitStack) -> None:
        parameters = {"job": job.id, "task": self.work.name}
        try:
            async with self.hall.database.reading.connect() as connection:
                if (await connection.execute(_FIRST_START, parameters)).rowcount:
                    return
            await turn.enter_async_context(self.suspects.turn())
            async with self.hall.database.reading.connect() as connection:
                starts = await connection.scalar(_ANOTHER_START, parameters)
        except Exception as away:
            # The database is away and nothing was begun: that is no reason to hold the job.
            raise RetryRequested(FIRST_PAUSE, f"the start was not counted: {away}") from away
        if starts is not None and starts > STARTS:
            raise Fault(
                f"task {self.work.name!r}, job {job.id}: started {STARTS} times without an end; it"
                " may be killing its process. Find the cause in the worker's log, then retry it"
            )

    async def _run(self, job: Job) -> None:
        try:
            payload = msgspec.json.decode(job.payload or b"{}", type=self.work.payload)
            await self.work.function(
                JobContext(self.hall, self.outside, self.work.name, job.id), payload
            )
            crash_point("task.ended")
        except msgspec.DecodeError:
            raise
        except Exception as failure:
            if job.attempts >= self.work.retries:
                raise
            pause = min(FIRST_PAUSE * 2**job.attempts, LONGEST_PAUSE)
            raise RetryRequested(pause, f"{type(failure).__name__}: {failure}") from failure
        finally:
            await self._forget_starts(job)

    async def _forget_starts(self, job: Job) -> None:
        try:
            async with self.hall.database.reading.connect() as connection:
                await connection.execute(_FORGET, {"job": job.id})
        except Exception:
            # The job has ended as it has; a count too many is not worth another end.
            log.exception("the starts of job %s could not be forgotten", job.id)
