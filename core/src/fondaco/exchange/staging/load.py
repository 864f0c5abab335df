"""Reads the source into the staging tables, in chunks that each know how far they reach.

The source is read in a thread of its own, one chunk ahead of the COPY: parsing never stops the
heartbeat, and the database works meanwhile.
"""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

from asyncpg import DataError

from fondaco.crash import crash_point
from fondaco.exchange.staging.copy import copy_refusals, copy_rows, without_unstorable
from fondaco.exchange.staging.known import Known
from fondaco.exchange.staging.merging import Merging, room_for_reports
from fondaco.exchange.staging.rows import Chunk, Stager
from fondaco.exchange.staging.runs import RunState
from fondaco.exchange.staging.tables import DERIVED, RECORDS
from fondaco.exchange.staging.work import Work
from fondaco_sdk.types.records import ImportRecord

Source: TypeAlias = Iterable[tuple[str, Iterable[ImportRecord]]]

CHUNK = 10_000

_MARK = "select records, finished from fondaco.staging_mark where run_id = :run"
_SET_MARK = """
    insert into fondaco.staging_mark (run_id, records, finished) values (:run, :records, :finished)
    on conflict (run_id) do update set records = excluded.records, finished = excluded.finished
"""
_EMPTY_REPORT = """
    delete from fondaco.import_refusal where run_id = :run and code not like 'run.%'
"""
_KEPT = "select count(*) from fondaco.import_refusal where run_id = :run"
_OTHERS = """
    select exists (select from fondaco.staging_mark m join fondaco.import_run r on r.id = m.run_id
                    where m.run_id <> :run and r.state in ('staging', 'merging', 'failed'))
"""


async def load(work: Work, source: Source, known: Known, expected: int = 0) -> None:
    """Stage all records of the source, or those not staged yet. Raises what the source raises."""
    staged = await work.transact(_staged)
    if staged is None:
        await work.transact(
            _start_anew, state=RunState.STAGING, phase="", progress=lambda _: {"total": expected}
        )
    elif staged.finished:
        return
    skip = 0 if staged is None else staged.records
    chunks = _chunks(source, Stager(work.run.id, known, skip), skip)
    with ThreadPoolExecutor(1, "import") as pool:
        loop = asyncio.get_running_loop()
        coming = loop.run_in_executor(pool, next, chunks, None)
        while (chunk := await coming) is not None:
            coming = loop.run_in_executor(pool, next, chunks, None)
            try:
                await _store(work, chunk, expected)
            except BaseException:
                coming.cancel()
                raise
            crash_point("import.staged")


def _chunks(source: Source, stager: Stager, skip: int) -> Iterator[Chunk]:
    until = skip + CHUNK
    for member, records in source:
        stager.member(member)
        take = stager.take
        for record in records:
            take(record)
            if stager.seq >= until:
                yield stager.chunk()
                until = stager.seq + CHUNK
    yield stager.chunk(finished=True)


async def _store(work: Work, chunk: Chunk, expected: int) -> None:
    async def store(merging: Merging) -> None:
        await copy_rows(merging.connection, chunk.rows)
        room = room_for_reports(work.run.counts)
        await copy_refusals(merging.connection, chunk.refusals[:room])
        merging.tally.update(chunk.counts)
        await merging.execute(_SET_MARK, records=chunk.seq, finished=chunk.finished)

    def progress(_: None) -> dict[str, Any]:
        return {"done": chunk.seq, "total": max(expected, chunk.seq if chunk.finished else 0)}

    try:
        await work.transact(store, progress=progress)
    except (DataError, ValueError):
        chunk.rows = {name: without_unstorable(rows) for name, rows in chunk.rows.items()}
        chunk.refusals = without_unstorable(chunk.refusals)
        await work.transact(store, progress=progress)


async def _staged(merging: Merging) -> Any:
    return next(iter(await merging.rows(_MARK)), None)


async def _start_anew(merging: Merging) -> None:
    """Nothing of this run is staged: its tables and its report begin empty."""
    await forget(merging)
    await merging.execute(_EMPTY_REPORT)
    for name in [*merging.run.counts]:
        if name in ("refused", "warnings") or name.startswith("read."):
            merging.tally[name] = -merging.run.counts[name]
    merging.tally["warnings"] += await merging.scalar(_KEPT)
    await merging.execute(_SET_MARK, records=0, finished=False)


async def forget(merging: Merging) -> None:
    """Empty the staging tables of this run."""
    if not await merging.scalar(_OTHERS):
        await merging.execute("select fondaco.clear_staging()")
        return
    for table in (*RECORDS, *DERIVED):
        await merging.execute(f"delete from fondaco.{table.name} where run_id = :run")
    await merging.execute("delete from fondaco.staging_mark where run_id = :run")
