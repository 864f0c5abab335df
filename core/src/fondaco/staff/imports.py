"""Imports for staff: upload a package, watch it, read what was refused and why."""

import asyncio
import re
from typing import Any, BinaryIO, cast
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile

from fondaco.documents.table_xlsx import Column, download, table_xlsx
from fondaco.exchange.import_report import report_kinds, report_rows
from fondaco.exchange.importers import Dialect, dialects, fitting
from fondaco.exchange.packages import Packages, shown_member
from fondaco.exchange.staging.merging import REPORT_LIMIT
from fondaco.exchange.staging.runs import RunState
from fondaco.hooks.context import AskContext
from fondaco.hooks.registry import Registry
from fondaco.imports import hash_source
from fondaco.staff.import_model import (
    RunView,
    count_rows,
    explainer,
    find_run,
    list_runs,
    shown_rows,
)
from fondaco.staff.import_start import queue, start
from fondaco.web.catalogues import translators
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

POLICY = "import.run"
HOME = "/staff/imports"
MOST_UPLOADED = 525_000_000
RUNS = 30
ROWS = 50
_SHOWN = {"": None, "refused": False, "remarks": True}
_COLUMNS = (
    Column("file", 28),
    Column("row", 9, "number"),
    Column("reference", 34),
    Column("result", 14),
    Column("explanation", 90, "wrapped"),
)


@route("GET", HOME, policy=POLICY)
async def imports_page(ask: AskContext, before: int | None = None) -> Page:
    """The runs, newest first, and the form that starts one."""
    return await _home(ask, before=before)


@route("POST", HOME, policy=POLICY, max_body=MOST_UPLOADED)
async def upload(request: Request[Any, Any, Any], ask: AskContext) -> Page | Redirect:
    """A package: kept on disk, then queued; a list goes on to the choice of its columns."""
    posted = await request.form()
    file, wanted = posted.get("file"), str(posted.get("importer") or "")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _home(ask, error="no_file", chosen=wanted)
    name = re.split(r"[\\/]", file.filename)[-1][:200]
    found = [d for d in fitting(ask.hall.registry, name) if not wanted or d.importer.name == wanted]
    if len(found) != 1:
        return await _home(ask, error="which" if found else "no_importer", chosen=wanted)
    dialect = found[0]
    packages = Packages(ask.hall.settings.data)
    package = await packages.keep(cast("BinaryIO", file.file), name, dialect.importer.name)
    if package.size == 0:
        await packages.drop(package.uuid)
        return await _home(ask, error="empty", chosen=wanted)
    if dialect.importer.options:
        return Redirect(f"{HOME}/columns/{package.uuid}")
    digest = await asyncio.to_thread(hash_source, packages.path(package))
    async with ask.act() as act:
        run = await start(act, package, dialect, digest)
    return Redirect(f"{HOME}/{run.uuid}")


@route("GET", f"{HOME}/{{uuid:uuid}}", policy=POLICY)
async def run_page(ask: AskContext, uuid: UUID, show: str = "", after: int = 0) -> Page:
    """One run: how far it is, its counts, and its report."""
    return Page("staff/import.html", await _run_context(ask, uuid, show, after))


@route("GET", f"{HOME}/{{uuid:uuid}}/live", policy=POLICY)
async def run_live(ask: AskContext, uuid: UUID) -> Page:
    """What of a run changes while it works; the page asks for it until it has ended."""
    return Page("staff/import_live.html", await _run_context(ask, uuid, "", 0))


@route("POST", f"{HOME}/{{uuid:uuid}}/again", policy=POLICY)
async def again(ask: AskContext, uuid: UUID) -> Redirect:
    """Start a failed run again; it goes on where it stopped."""
    view = await find_run(ask, uuid)
    if not _may_go_on(ask, view):
        raise Conflict(
            Reason(
                "import.not_again",
                "Эту загрузку нельзя запустить ещё раз. Загрузите файл заново.",
                "This import cannot be started again. Upload the file anew.",
            )
        )
    async with ask.act() as act:
        await queue(act, view.run)
        await act.audit("import.again", f"import:{uuid}", {"state": view.run.state}, {})
    return Redirect(f"{HOME}/{uuid}")


@route("GET", f"{HOME}/{{uuid:uuid}}/report.xlsx", policy=POLICY)
async def report(ask: AskContext, uuid: UUID) -> Response[bytes]:
    """The whole report as a workbook, in the page's language."""
    run = (await find_run(ask, uuid)).run
    rows = await report_rows(ask, run.id, most=REPORT_LIMIT)
    return await asyncio.to_thread(_workbook, ask, run.source, shown_rows(
        rows, run, explainer(ask.hall.registry, ask.locale, run)))  # fmt: skip


def _workbook(ask: AskContext, source: str, rows: Any) -> Response[bytes]:
    tr = translators(ask.hall.registry)[ask.locale]
    words = {False: tr("staff.import.refused_one"), True: tr("staff.import.remark_one")}
    cells = [(r.where, r.row or None, r.reference, words[r.remark], r.text) for r in rows]
    return download(table_xlsx(source, _COLUMNS, cells, ask.locale), "import-report.xlsx")


async def _run_context(ask: AskContext, uuid: UUID, show: str, after: int) -> dict[str, Any]:
    view = await find_run(ask, uuid)
    run = view.run
    kinds = await report_kinds(ask, run.id)
    rows = await report_rows(ask, run.id, after=after, most=ROWS + 1, warning=_SHOWN.get(show))
    explain = explainer(ask.hall.registry, ask.locale, run)
    stop = run.stop
    return {
        "view": view,
        "run": run,
        "progress": run.shown_progress,
        "counts": count_rows(run, kinds),
        "rows": shown_rows(rows[:ROWS], run, explain),
        "reported": sum(kind.refused + kind.remarks for kind in kinds),
        "show": show if show in _SHOWN else "",
        "after": after,
        "next": rows[ROWS - 1].id if len(rows) > ROWS else 0,
        "stop": explain(stop.code, stop.params) if stop and stop.code else "",
        "stopped_in": shown_member(stop.member, run.source) if stop else "",
        "may_go_on": _may_go_on(ask, view),
    }


def _may_go_on(ask: AskContext, view: RunView) -> bool:
    package = view.run.options.get("package")
    if view.run.state != RunState.FAILED or not package:
        return False
    return Packages(ask.hall.settings.data).find(UUID(package)) is not None


async def _home(
    ask: AskContext, *, before: int | None = None, error: str = "", chosen: str = ""
) -> Page:
    most = {"before": before} if before is not None else {}
    found = await list_runs(ask, most=RUNS + 1, **most)
    known = dialects(ask.hall.registry)
    return Page(
        "staff/imports.html",
        {
            "runs": found[:RUNS],
            "older": found[RUNS - 1].run.id if len(found) > RUNS else 0,
            "first": before is None,
            "importers": [(d.importer.name, d.importer.title.text(ask.locale)) for d in known],
            "accepts": _endings(ask.hall.registry),
            "error": error,
            "chosen": chosen,
        },
        status=422 if error else 200,
    )


def _endings(registry: Registry) -> str:
    return ", ".join(dict.fromkeys(e for d in dialects(registry) for e in _accepts(d)))


def _accepts(dialect: Dialect) -> tuple[str, ...]:
    return dialect.importer.accepts
