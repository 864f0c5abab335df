"""`fondaco import PATH`: load a package of the ERP or a list, with progress and a report."""

import asyncio
import logging
import sys
from pathlib import Path

from fondaco.cli.site import Site, hall_of, here
from fondaco.exchange.import_report import Explainer, report_rows, shown_reference
from fondaco.exchange.importers import Dialect, dialects, fitting, run_key
from fondaco.exchange.packages import Packages
from fondaco.exchange.staging.runs import Progress, Run, load_run
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Registry
from fondaco.imports import hash_settings, hash_source, run_import, start_run, stop_of
from fondaco.intake.sheets.mappings import SavedMapping, mapping_named, mapping_names
from fondaco.settings import SettingsError
from fondaco.web.catalogues import translators

log = logging.getLogger("fondaco.import")

SHOWN_ROWS = 10


def import_path(site: Site, registry: Registry, path: str, importer: str, mapping: str = "") -> int:
    """Import a folder, a zip or a file; returns 1 when the source could not be read."""
    source = here(path)
    if not source.exists():
        raise SettingsError(f"{source}: no such file or folder")
    dialect = choose_dialect(registry, source, importer)
    return asyncio.run(_import(site, registry, source, dialect, mapping))


def choose_dialect(registry: Registry, source: Path, name: str) -> Dialect:
    """The importer of that name, or the only one that accepts the file."""
    known = dialects(registry)
    if name:
        found = [dialect for dialect in known if dialect.importer.name == name]
    else:
        found = list(fitting(registry, source.name, folder=source.is_dir()))
    if len(found) == 1:
        return found[0]
    names = ", ".join(dialect.importer.name for dialect in known) or "none is installed"
    raise SettingsError(f"name the importer of {source.name} with --importer ({names})")


async def _import(
    site: Site, registry: Registry, source: Path, dialect: Dialect, mapping: str
) -> int:
    hall = hall_of(site, registry)
    try:
        saved = await _mapping(hall, dialect, mapping)
        settings = saved.settings if saved else {}
        digest = hash_source(source)
        run = await start_run(
            hall,
            importer=run_key(dialect.importer.name, saved.name if saved else ""),
            source=source.name,
            source_hash=hash_settings(digest, settings) if saved else digest,
            options={"settings": settings},
        )
        explain = Explainer(
            translators(registry)[hall.settings.site.locale], registry, dialect.importer.name
        )
        try:
            run = await run_import(
                hall,
                run.id,
                records=dialect.records(source, settings, Packages(hall.settings.data).root),
                images=dialect.images(source),
                progress=_show_progress,
            )
        except Exception as stopped:
            _end_line()
            print(f"Stopped: {await _explain_stop(hall, run, explain, stopped)}", file=sys.stderr)
            return 1
        _end_line()
        await _report(hall, explain, run)
        return 0
    finally:
        await hall.close()


async def _mapping(hall: Hall, dialect: Dialect, name: str) -> SavedMapping | None:
    """The saved mapping that an importer of lists needs. Raises `SettingsError`."""
    if not dialect.importer.options:
        if name:
            raise SettingsError(f"the importer {dialect.importer.name} takes no --mapping")
        return None
    ask = system_ask(hall)
    if name and (found := await mapping_named(ask, name)):
        return found
    known = ", ".join(await mapping_names(ask))
    raise SettingsError(
        f"name the mapping of the columns with --mapping ({known})"
        if known
        else "no mapping of columns is saved yet: load the first such list on the page"
        " /staff/imports, which saves one"
    )


def _show_progress(progress: Progress) -> None:
    total = f" of {progress.total:,}" if progress.total else ""
    line = f"  {progress.phase}: {progress.done:,}{total}, {progress.refused:,} refused"
    if sys.stdout.isatty():
        print(f"\r{line:<70}", end="", flush=True)


def _end_line() -> None:
    if sys.stdout.isatty():
        print()


async def _report(hall: Hall, explain: Explainer, run: Run) -> None:
    changed = ", ".join(
        f"{name} {number:,}" for name, number in sorted(run.counts.items()) if number
    )
    print(f"Import {run.uuid}: {run.state}. {changed or 'nothing to do'}")
    ask = system_ask(hall)
    for warning, mark in ((False, "refused"), (True, "note")):
        for row in await report_rows(ask, run.id, most=SHOWN_ROWS, warning=warning):
            where = f"{row.member}:{row.row_number} {shown_reference(row.reference)}"
            print(f"  {mark}: {where}: {explain(row.code, row.params)}")


async def _explain_stop(hall: Hall, run: Run, explain: Explainer, stopped: Exception) -> str:
    async with hall.database.reading.connect() as connection:
        stop = (await load_run(connection, run.id)).stop or stop_of(stopped)
    where = f"{stop.member}: " if stop.member else ""
    if stop.code:
        return f"{where}{explain(stop.code, stop.params)}"
    log.error("the import stopped", exc_info=stopped)
    return f"{where}{stop.fault}"
