"""Imports: the rooms' merges put in their order, and one verb to run them.

    run = await start_run(hall, importer="commerceml", source="package", source_hash=digest)
    run = await run_import(hall, run.id, records=read_package(path), images=...)

A run that was interrupted goes on where it was when it is run again with the same source: what is
staged is not staged twice, what is merged is not merged twice.
"""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import json
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.availability.changed import REPLAN_TASK, UNSETTLED, Replan
from fondaco.availability.merge import merge_stock, plan_stock
from fondaco.catalog.merge import merge_catalogue
from fondaco.catalog.merge_images import MISSING, keep_pictures, link_pictures
from fondaco.catalog.references import load_known
from fondaco.crash import crash_point
from fondaco.exchange.erp_live.words import OF_IMPORT
from fondaco.exchange.staging import runs
from fondaco.exchange.staging.lease import Lease, LeaseLost, hold_lease
from fondaco.exchange.staging.load import Source, forget, load
from fondaco.exchange.staging.merging import Merging, Step
from fondaco.exchange.staging.runs import Progress, Run, RunState, Stop
from fondaco.exchange.staging.settle import settle
from fondaco.exchange.staging.work import Work
from fondaco.files.service import Files
from fondaco.hooks.hall import Hall
from fondaco.pricing.costs import merge_costs
from fondaco.pricing.merge import merge_prices, plan_prices
from fondaco.search.documents import rebuild_stale
from fondaco_sdk.events import Event
from fondaco_sdk.types.records import ImportRecord

PHASES = ("settle", "catalogue", "prices", "stock", "images")
Plan: TypeAlias = tuple[Sequence[Step], Sequence[Step]]
Images: TypeAlias = Callable[[], Iterable[tuple[str, bytes]]]
DOCUMENTS = 5_000
SHARES = 2
"""Search documents are the longest part of a first import: two processors work at them."""

PRICES = 20_000
"""Rows of one transaction; nobody who orders waits for them, as he does for rows of stock."""

WAIT_SECONDS = 600.0
"""How long a run waits for another one to end."""

# What staff upload is no word of the ERP.
SHEETS = "sheet"
DEFAULT_PLACE = {"ru": "Основной склад", "en": "Main warehouse"}


def merge_plan(hall: Hall) -> Plan:
    """The steps up to the new catalogue, which is one transaction, and those after it."""

    async def emit(connection: AsyncConnection, event: Event) -> None:
        await hall.ledger.emit(connection, event, hall.subscribers(event.type_name))

    async def prices(merging: Merging) -> int:
        await merge_costs(merging, hall.settings.site.currency)
        return await plan_prices(merging)

    reports = hall.settings.stock.erp_reports
    stock = partial(
        plan_stock, erp_reports=reports, default_name=DEFAULT_PLACE[hall.settings.site.locale]
    )
    write_stock = partial(merge_stock, erp_reports=reports)
    return (
        (Step("settle", settle), Step("catalogue", partial(merge_catalogue, emit=emit))),
        (Step("prices", prices, merge_prices, PRICES), Step("stock", stock, write_stock)),
    )


async def start_run(
    hall: Hall,
    *,
    importer: str,
    source: str,
    source_hash: bytes,
    options: Mapping[str, Any] | None = None,
    user_id: int | None = None,
) -> Run:
    """A new run, or the unfinished one of the same importer and bytes, to be gone on with."""
    async with hall.database.transaction() as connection:
        return await runs.start_run(
            connection,
            importer=importer,
            source=source,
            source_hash=source_hash,
            options=options or {},
            user_id=user_id,
        )


async def run_import(
    hall: Hall,
    run_id: int,
    *,
    records: Source,
    images: Images | None = None,
    progress: Callable[[Progress], None] | None = None,
    expected: int = 0,
    wait_seconds: float = WAIT_SECONDS,
    plan: Plan | None = None,
) -> Run:
    """Run an import to its end, or what is left of it, and return it as it then stands.

    `records` yields (member, its records); `images` is called once and yields (path, bytes);
    `expected` is the number of records, if known. A run that is done or superseded is returned as
    it is. Raises `ImportBusy` if another run does not end in `wait_seconds`, `LeaseLost` if another
    process has taken this one over, and what the source raises: then nothing was merged, and the
    run is failed.
    """
    async with hold_lease(hall.database, run_id, wait_seconds=wait_seconds) as lease:
        run = await _claim(hall, lease, run_id)
        if run.state in (RunState.DONE, RunState.SUPERSEDED):
            return run
        work = Work(hall.database, lease, run, PHASES, progress)
        source = _Reading(records)
        try:
            await load(work, source, await work.transact(load_known), expected)
            goods, trade = plan or merge_plan(hall)
            await work.merge(goods)
            documents = (_refresh_documents(work, share) for share in range(SHARES))
            await _together(work.merge(trade), *documents)
            if images is not None:
                await _keep_images(work, Files(hall.settings.data / "files"), images)
            await work.finish(partial(_clear_up, hall))
        except LeaseLost:
            raise
        except Exception as error:
            with suppress(Exception):
                await work.fail(stop_of(error, source.member))
            raise
        return work.run


class _Reading:
    """A source that knows which of its files is being read; none before and after."""

    def __init__(self, source: Source) -> None:
        self.member = ""
        self._source = source

    def __iter__(self) -> Iterator[tuple[str, Iterable[ImportRecord]]]:
        for member, records in self._source:
            self.member = member
            yield member, records
        self.member = ""


def stop_of(error: Exception, member: str = "") -> Stop:
    """Why a run stops. A refusal of a reader has a code and its values; else it is a fault."""
    code, params = getattr(error, "code", None), getattr(error, "params", None)
    if isinstance(code, str) and isinstance(params, Mapping):
        return Stop(code, member, {name: str(value) for name, value in params.items()})
    return Stop("", member, {}, f"{type(error).__name__}: {error}")


async def _claim(hall: Hall, lease: Lease, run_id: int) -> Run:
    """The run, unless a newer one went ahead; older ones of its importer are given up."""
    async with hall.database.transaction() as connection:
        await lease.fence(connection)
        run = await runs.load_run(connection, run_id)
        if run.state in (RunState.DONE, RunState.SUPERSEDED):
            return run
        if await runs.is_overtaken(connection, run):
            run.state = RunState.SUPERSEDED
        else:
            run.state = RunState.STAGING if not run.phase else RunState.MERGING
            run.error = ""
            run.counts["warnings"] += await runs.overtake(connection, run)
        await runs.save_run(connection, run)
        return run


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """Do all at the same time; the first error ends the others too."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in work:
                group.create_task(task)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def _refresh_documents(work: Work, share: int) -> None:
    """Make search documents anew until none of this share is stale, beside prices and stock."""
    after = -1
    while after:
        async with work.beside() as connection:
            after = await rebuild_stale(
                connection, max(after, 0), DOCUMENTS, share=share, shares=SHARES
            )
        crash_point("import.documents")


async def _keep_images(work: Work, files: Files, images: Images) -> None:
    """Keep and link the pictures, but for those that this run has linked already."""
    done = await work.enter("images")

    def so_far(_: None) -> Mapping[str, int]:
        return {"done": done, "total": 0}

    batches = keep_pictures(files, islice(images(), done, None))
    with ThreadPoolExecutor(1, "images") as pool:
        loop = asyncio.get_running_loop()
        while (batch := await loop.run_in_executor(pool, next, batches, None)) is not None:
            done += len(batch)
            await work.transact(partial(link_pictures, pictures=batch), progress=so_far)
            crash_point("import.images.batch")


async def _clear_up(hall: Hall, merging: Merging) -> None:
    if await merging.scalar(UNSETTLED):
        await hall.ledger.enqueue(merging.connection, REPLAN_TASK, Replan(), None)
    if merging.run.importer != SHEETS:
        await merging.execute(OF_IMPORT)
    await forget(merging)
    merging.tally["images.missing"] = await merging.scalar(MISSING)


def hash_source(path: Path) -> bytes:
    """The sha256 of a file, or of a folder's names and bytes in their order."""
    digest = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.digest()


def hash_settings(source_hash: bytes, settings: Mapping[str, Any]) -> bytes:
    """The same bytes read by other settings are another import."""
    return hashlib.sha256(source_hash + json.encode(settings, order="sorted")).digest()
