"""Starting an import: the run and its task in one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from fondaco.exchange.importers import Dialect, run_key
from fondaco.exchange.packages import Package, Packages
from fondaco.exchange.staging import runs
from fondaco.exchange.staging.runs import Run
from fondaco.hooks.context import ActContext
from fondaco.import_task import RUN_TASK, RunImport

_AGAIN: TextClause = text(
    "update fondaco.import_run set state = 'waiting', error = '', finished_at = null"
    " where id = :run and state = 'failed'"
)
_OTHER_PACKAGE: TextClause = text(
    "update fondaco.import_run"
    " set options = options || jsonb_build_object('package', cast(:package as text))"
    " where id = :run"
)


async def start(
    act: ActContext,
    package: Package,
    dialect: Dialect,
    digest: bytes,
    *,
    mapping: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Run:
    """Queue the import of a package; an unfinished one of the same bytes is gone on with."""
    run = await runs.start_run(
        act.connection,
        importer=run_key(dialect.importer.name, mapping),
        source=package.name,
        source_hash=digest,
        options={"package": package.uuid.hex, "settings": settings or {}},
        user_id=act.actor.user_id,
    )
    if run.options.get("package") != package.uuid.hex:
        await _keep_one(act, run, package)
    await queue(act, run)
    await act.audit("import.start", f"import:{run.uuid}", {}, {"source": package.name})
    return run


async def queue(act: ActContext, run: Run) -> None:
    """Have the workers do a run, also one that has failed."""
    await act.execute(_AGAIN, {"run": run.id})
    await act.enqueue(RUN_TASK, RunImport(run.id), key=str(run.id))


async def _keep_one(act: ActContext, run: Run, package: Package) -> None:
    """The same bytes were uploaded before: one copy is enough, if it is still there."""
    packages = Packages(act.hall.settings.data)
    before = run.options.get("package")
    if before and packages.find(UUID(before)):
        await packages.drop(package.uuid)
    else:
        await act.execute(_OTHER_PACKAGE, {"run": run.id, "package": package.uuid.hex})
