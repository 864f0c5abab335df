"""The runs of the importer: one row each, from the first record to the report."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from fondaco.exchange.tables import import_run


class RunState(StrEnum):
    """Where a run stands. `superseded`: a newer run of the same importer went ahead of it."""

    WAITING = "waiting"
    STAGING = "staging"
    MERGING = "merging"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Progress(Struct, frozen=True):
    """How far a run is. `total` is 0 while it is not known; `refused` counts refusals so far."""

    phase: str
    done: int
    total: int
    refused: int


class Stop(Struct, frozen=True):
    """Why a run failed. `member`: the file that was being read; `fault`: what broke in us, when
    there is no `code` with a text."""

    code: str
    member: str = ""
    params: Mapping[str, str] = {}
    fault: str = ""


class Run(Struct):
    """One import. `counts` by dotted name, for example `products.changed`; times are aware UTC.

    `phase` is the step of the merge that has begun; `error` says why a run failed.
    """

    id: int
    uuid: UUID
    importer: str
    source: str
    source_hash: bytes
    state: RunState
    phase: str
    counts: Counter[str]
    progress: Mapping[str, Any]
    options: Mapping[str, Any]
    user_id: int | None
    error: str
    started_at: datetime
    heartbeat_at: datetime | None
    finished_at: datetime | None

    @property
    def changed(self) -> int:
        """How many things of the shop this run added, changed or took away."""
        return sum(number for name, number in self.counts.items() if _is_change(name))

    @property
    def stop(self) -> Stop | None:
        """Why it failed, while it has failed."""
        if self.state != RunState.FAILED:
            return None
        return msgspec.convert(self.progress.get("stop", {"code": "", "fault": self.error}), Stop)

    @property
    def shown_progress(self) -> Progress:
        """The progress for a page or terminal."""
        refused = self.counts["refused"]
        done, total = self.progress.get("done", 0), self.progress.get("total", 0)
        return Progress(self.phase or self.state, done, total, refused)


def _is_change(name: str) -> bool:
    return name.rpartition(".")[2] in ("added", "changed", "removed")


COLUMNS = tuple(import_run.c[name] for name in Run.__struct_fields__)
BY_ID = select(*COLUMNS).where(import_run.c.id == bindparam("id"))
_UNFINISHED = (
    select(*COLUMNS)
    .where(
        import_run.c.importer == bindparam("importer"),
        import_run.c.source_hash == bindparam("source_hash"),
        import_run.c.state.in_(("waiting", "staging", "merging", "failed")),
    )
    .order_by(import_run.c.id.desc())
    .limit(1)
)
_START = text(
    """
    insert into fondaco.import_run (uuid, importer, source, source_hash, options, user_id)
    values (:uuid, :importer, :source, :source_hash, cast(:options as jsonb), :user_id)
    returning id
    """
)
_SAVE = text(
    """
    update fondaco.import_run
       set state = :state, phase = :phase, counts = cast(:counts as jsonb),
           progress = cast(:progress as jsonb), error = :error, heartbeat_at = now(),
           finished_at = case when :ended then now() end
     where id = :id
    """
)
_IS_OVERTAKEN = text(
    """
    select exists (select from fondaco.import_run
                    where importer = :importer and id > :id and state in ('merging', 'done'))
    """
)
_OVERTAKE = text(
    """
    with given_up as (
        update fondaco.import_run set state = 'superseded', finished_at = now()
         where importer = :importer and id < :id
           and state in ('waiting', 'staging', 'merging', 'failed')
        returning id, source)
    insert into fondaco.import_refusal (run_id, reference, code, params, warning)
    select :id, source, 'run.overtaken', jsonb_build_object('run', id::text), true from given_up
    """
)


def run_of(row: Any) -> Run:
    """A row of `COLUMNS` as a `Run`."""
    run = Run(*row)
    run.state = RunState(run.state)
    run.counts = Counter(run.counts)
    return run


async def start_run(
    connection: AsyncConnection,
    *,
    importer: str,
    source: str,
    source_hash: bytes,
    options: Mapping[str, Any],
    user_id: int | None,
) -> Run:
    """A new run, or the unfinished one of the same importer and the same bytes, to go on with."""
    found = await connection.execute(
        _UNFINISHED, {"importer": importer, "source_hash": source_hash}
    )
    if (row := found.first()) is not None:
        return run_of(row)
    started = await connection.execute(
        _START,
        {
            "uuid": uuid7(),
            "importer": importer,
            "source": source[:500],
            "source_hash": source_hash,
            "options": msgspec.json.encode(options).decode(),
            "user_id": user_id,
        },
    )
    return await load_run(connection, started.scalar_one())


async def load_run(connection: AsyncConnection, run_id: int) -> Run:
    """The run as it stands. Raises `LookupError`."""
    row = (await connection.execute(BY_ID, {"id": run_id})).first()
    if row is None:
        raise LookupError(f"no import run {run_id}")
    return run_of(row)


async def save_run(connection: AsyncConnection, run: Run) -> None:
    """Write what changes in a run while it works."""
    await connection.execute(
        _SAVE,
        {
            "id": run.id,
            "state": run.state.value,
            "phase": run.phase,
            "counts": msgspec.json.encode(run.counts).decode(),
            "progress": msgspec.json.encode(run.progress).decode(),
            "error": run.error[:2000],
            "ended": run.state in (RunState.DONE, RunState.FAILED, RunState.SUPERSEDED),
        },
    )


async def is_overtaken(connection: AsyncConnection, run: Run) -> bool:
    """Whether a newer run of the same importer has merged: this one would bring back the past."""
    found = await connection.execute(_IS_OVERTAKEN, {"importer": run.importer, "id": run.id})
    return bool(found.scalar())


async def overtake(connection: AsyncConnection, run: Run) -> int:
    """Give up older unfinished runs of the importer; this run's report names them."""
    given_up = await connection.execute(_OVERTAKE, {"importer": run.importer, "id": run.id})
    return given_up.rowcount
