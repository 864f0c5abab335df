"""Runs the steps of an import, each transaction under the lease and with its progress saved.

The progress is written in the transaction it speaks of, so a run that is resumed after any kind of
death goes on with exactly the row that was not merged yet.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from msgspec import to_builtins
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.crash import crash_point
from fondaco.db.engine import Database
from fondaco.exchange.staging.lease import Lease
from fondaco.exchange.staging.merging import Merging, Step
from fondaco.exchange.staging.runs import Progress, Run, RunState, Stop, save_run

T = TypeVar("T")

_ATTEMPTS = 5
_TRY_AGAIN = frozenset({"40001", "40P01"})
_SETTINGS = (
    "select set_config('work_mem', '128MB', true), set_config('synchronous_commit', 'off', true),"
    " set_config('client_connection_check_interval', '2s', true)"
)
"""A crash of the database empties the staging tables, and the run begins anew: its commits need not
wait for the disk, but for the last one."""

_WAIT_FOR_DISK = "select set_config('synchronous_commit', 'on', true)"

_NO_LOOPS = "select set_config('enable_nestloop', 'off', true)"
"""The planner does not know how much a transaction has just staged; a loop within a loop over it
may take hours where a hash takes a second."""


class Work:
    """A run at work; `order` names its phases."""

    def __init__(
        self,
        database: Database,
        lease: Lease,
        run: Run,
        order: Sequence[str],
        tell: Callable[[Progress], None] | None = None,
    ) -> None:
        self.database = database
        self.run = run
        self._lease = lease
        self._order = ("", *order)
        self._tell = tell

    async def transact(
        self,
        work: Callable[[Merging], Awaitable[T]],
        *,
        state: RunState | None = None,
        phase: str | None = None,
        progress: Callable[[T], Mapping[str, Any]] | None = None,
    ) -> T:
        """Do `work` in one transaction, under the lease, and save the run with it.

        A deadlock with an order is tried again. Raises `LeaseLost`.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._transact(work, state, phase, progress)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", "") not in _TRY_AGAIN:
                    raise
                await asyncio.sleep(0.05 * attempt)
        raise AssertionError("unreachable")

    async def _transact(
        self,
        work: Callable[[Merging], Awaitable[T]],
        state: RunState | None,
        phase: str | None,
        progress: Callable[[T], Mapping[str, Any]] | None,
    ) -> T:
        before = self.run
        async with self.database.transaction() as connection:
            await self._lease.fence(connection)
            merging = Merging(connection, before)
            await merging.execute(_SETTINGS)
            result = await work(merging)
            after = _copy(before, merging.tally)
            after.state = state or before.state
            after.phase = before.phase if phase is None else phase
            if progress is not None:
                after.progress = progress(result)
            await save_run(connection, after)
        self.run = after
        if self._tell is not None:
            self._tell(after.shown_progress)
        return result

    async def merge(self, plan: Sequence[Step]) -> None:
        """Do the steps from the one that has begun on."""
        for step in plan:
            if self._order.index(step.name) >= self._order.index(self.run.phase):
                await self._do(step)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[AsyncConnection]:
        """A transaction under the lease that leaves the run as it is."""
        async with self.database.transaction() as connection:
            await self._lease.fence(connection)
            await connection.execute(text(_SETTINGS))
            yield connection

    async def finish(self, work: Callable[[Merging], Awaitable[None]]) -> None:
        """The last transaction; with it all earlier ones are on the disk."""

        async def last(merging: Merging) -> None:
            await merging.execute(_WAIT_FOR_DISK)
            await work(merging)

        await self.transact(last, state=RunState.DONE, phase="")

    async def enter(self, phase: str) -> int:
        """Begin a phase, or go on with it; how much of it is done."""
        if self.run.phase != phase:
            start = {"done": 0, "total": 0}
            await self.transact(
                _nothing, state=RunState.MERGING, phase=phase, progress=lambda _: start
            )
        return int(self.run.progress["done"])

    async def fail(self, stop: Stop) -> None:
        """Write down why the run stopped; it can be run again."""
        self.run.error = stop.code or stop.fault
        so_far = {**self.run.progress, "stop": to_builtins(stop)}
        await self.transact(_nothing, state=RunState.FAILED, progress=lambda _: so_far)

    async def _do(self, step: Step) -> None:
        async def prepare(merging: Merging) -> int:
            await merging.execute(_NO_LOOPS)
            return await step.prepare(merging)

        if self.run.phase != step.name:
            await self.transact(
                prepare,
                state=RunState.MERGING,
                phase=step.name,
                progress=lambda total: {"done": 0, "total": total},
            )
        crash_point(f"import.{step.name}")
        total = self.run.progress["total"]
        while step.batch is not None and (done := self.run.progress["done"]) < total:
            await self._batch(step, done, min(done + step.size, total), total)
            crash_point(f"import.{step.name}.batch")

    async def _batch(self, step: Step, done: int, last: int, total: int) -> None:
        merge = step.batch
        assert merge is not None
        await self.transact(
            lambda merging: merge(merging, done + 1, last),
            progress=lambda _: {"done": last, "total": total},
        )


def _copy(run: Run, tally: Counter[str]) -> Run:
    counts = Counter(run.counts)
    counts.update(tally)
    return Run(**{name: getattr(run, name) for name in Run.__struct_fields__} | {"counts": counts})


async def _nothing(merging: Merging) -> None:
    pass
