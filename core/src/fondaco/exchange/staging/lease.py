"""Who imports: one run at a time, over all processes, and none that lost the lease can write.

The holder keeps a connection with an advisory lock of its own number: the database lets go of it in
the moment the process dies, so a run that is resumed does not wait. A holder that lives but has not
been heard of for a minute loses the lease too. Each transaction of the holder locks the lease row
and finds its own number there, or stops.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.db.engine import Database

STALE_SECONDS = 60
BEAT_SECONDS = 5
_POLL_SECONDS = 0.5

_ENSURE = text("insert into fondaco.import_lease default values on conflict do nothing")
_HOLDER = text("select l.run_id, l.token from fondaco.import_lease l for update of l skip locked")
# A statement of its own: one that has begun before the holder came would not see its heartbeat.
_IS_STALE = text(
    """
    select coalesce((select heartbeat_at < now() - make_interval(secs => :stale)
                       from fondaco.import_run where id = :run), true)
    """
)
_IS_DEAD = text("select pg_try_advisory_xact_lock(:token)")
_TAKE = text("update fondaco.import_lease set run_id = :run, token = :token")
_BEAT = text("update fondaco.import_run set heartbeat_at = now() where id = :run")
_FENCE = text("select 1 from fondaco.import_lease where token = :token for share")
_RELEASE = text("update fondaco.import_lease set run_id = null where token = :token")


class ImportBusy(Exception):
    """Another run is importing; try again when it is done. `run_id` is 0 if it is just writing."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"import run {run_id} is at work; wait for it to end, then try again")
        self.run_id = run_id


class LeaseLost(Exception):
    """This run was taken for dead and another went on; nothing more may be written by it."""


class Lease:
    """The right to write for one run."""

    def __init__(self, token: int, heart: "asyncio.Task[None]") -> None:
        self._token = token
        self._heart = heart

    async def fence(self, connection: AsyncConnection) -> None:
        """Keep the lease until this transaction ends. Raises `LeaseLost`."""
        if self._heart.done():
            raise LeaseLost("the connection that keeps the lease was lost")
        if (await connection.execute(_FENCE, {"token": self._token})).first() is None:
            raise LeaseLost("another process has taken over this import")


@asynccontextmanager
async def hold_lease(
    database: Database, run_id: int, *, wait_seconds: float, stale_seconds: float = STALE_SECONDS
) -> AsyncIterator[Lease]:
    """Wait for the lease and hold it. Raises `ImportBusy` after `wait_seconds`."""
    token = secrets.randbits(62)
    keeper = await database.reading.connect()
    try:
        await keeper.execute(text("select pg_advisory_lock(:token)"), {"token": token})
        deadline = time.monotonic() + wait_seconds
        while (busy := await _take(database, run_id, token, stale_seconds)) is not None:
            if time.monotonic() >= deadline:
                raise ImportBusy(busy)
            await asyncio.sleep(_POLL_SECONDS)
        heart = asyncio.create_task(_beat(keeper, run_id))
        try:
            yield Lease(token, heart)
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await heart
            with suppress(Exception):
                await keeper.execute(_RELEASE, {"token": token})
    finally:
        # The advisory lock belongs to the session: it must not go back into the pool.
        with suppress(Exception):
            await keeper.invalidate()
        await keeper.close()


async def _take(database: Database, run_id: int, token: int, stale_seconds: float) -> int | None:
    """Take the lease; else the run that holds it."""
    async with database.transaction() as connection:
        await connection.execute(_ENSURE)
        holder = (await connection.execute(_HOLDER)).first()
        if holder is None:
            return 0
        free = holder.run_id is None
        if not free:
            asked = {"run": holder.run_id, "stale": stale_seconds}
            free = (await connection.execute(_IS_STALE, asked)).scalar_one()
        if not free:
            free = (await connection.execute(_IS_DEAD, {"token": holder.token})).scalar_one()
        if not free:
            return int(holder.run_id)
        await connection.execute(_BEAT, {"run": run_id})
        await connection.execute(_TAKE, {"run": run_id, "token": token})
        return None


async def _beat(keeper: AsyncConnection, run_id: int) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        await keeper.execute(_BEAT, {"run": run_id})
