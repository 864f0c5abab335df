"""Imports that a page has started, done by the workers: `imports.run`.

A run goes on where it stood when its worker died. Runs of one importer are done in the order in
which they were started, whichever worker has which: a newer one would overtake those before it.
"""

import logging
from uuid import UUID

from msgspec import Struct, to_builtins
from sqlalchemy import TextClause, text

from fondaco.exchange.importers import dialect_of
from fondaco.exchange.job import JobContext
from fondaco.exchange.packages import Package, Packages
from fondaco.exchange.staging.runs import COLUMNS, Run, RunState, Stop, run_of, save_run
from fondaco.hooks.hall import Hall
from fondaco.imports import run_import, stop_of

log = logging.getLogger("fondaco.import")

RUN_TASK = "imports.run"

_TO_DO: TextClause = text(
    f"""
    select {", ".join(column.name for column in COLUMNS)} from fondaco.import_run
     where (id = :run and state in ('waiting', 'staging', 'merging', 'failed'))
        or (id < :run and state in ('waiting', 'staging', 'merging') and options ? 'package'
            and importer = (select importer from fondaco.import_run where id = :run))
     order by id
    """
)


class RunImport(Struct, frozen=True):
    """The payload of the task."""

    run_id: int


async def run_queued(job: JobContext, payload: RunImport) -> None:
    """Do a run, and before it those of its importer that still wait.

    What is wrong with the source stands in the run; trying again would not help. Raises anything
    else, so that the queue tries again.
    """
    for row in await job.ask().fetch(_TO_DO, {"run": payload.run_id}):
        run = run_of(row)
        try:
            await _do(job.hall, run)
        except Exception as stopped:
            if not stop_of(stopped).code:
                raise
            log.info("import %s of %s stopped: %s", run.uuid, run.source, stopped)


async def _do(hall: Hall, run: Run) -> None:
    packages = Packages(hall.settings.data)
    dialect = dialect_of(hall.registry, run.importer)
    package = _package(packages, run)
    if dialect is None:
        await _give_up(hall, run, Stop("run.importer_gone", params={"importer": run.importer}))
    elif package is None:
        await _give_up(hall, run, Stop("run.package_gone"))
    else:
        path = packages.path(package)
        records = dialect.records(path, run.options.get("settings", {}), packages.root)
        done = await run_import(hall, run.id, records=records, images=dialect.images(path))
        if done.state in (RunState.DONE, RunState.SUPERSEDED):
            await packages.drop(package.uuid)


def _package(packages: Packages, run: Run) -> Package | None:
    uuid = run.options.get("package")
    return packages.find(UUID(uuid)) if uuid else None


async def _give_up(hall: Hall, run: Run, stop: Stop) -> None:
    run.state, run.error = RunState.FAILED, stop.code
    run.progress = {**run.progress, "stop": to_builtins(stop)}
    async with hall.database.transaction() as connection:
        await save_run(connection, run)
