"""`fondaco import PATH`: load a package of the ERP, with progress, a report, and its end."""

import asyncio
import importlib
import logging
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from fondaco.app import translators
from fondaco.cli.site import Site, hall_of, here
from fondaco.exchange.staging.runs import Progress, Run
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Registry
from fondaco.imports import hash_source, run_import, start_run
from fondaco.settings import SettingsError
from fondaco_sdk.manifest import Importer

log = logging.getLogger("fondaco.import")

SHOWN_REFUSALS = 10
REFUSALS = text(
    """
    select member, row_number, reference, code, params, warning from fondaco.import_refusal
     where run_id = :run order by warning, id limit :most
    """
)


def import_path(site: Site, registry: Registry, path: str, importer: str) -> int:
    """Import a folder, a zip or a file; returns 1 when the source could not be read."""
    source = here(path)
    if not source.exists():
        raise SettingsError(f"{source}: no such file or folder")
    plugin, chosen = choose_importer(registry, source, importer)
    return asyncio.run(_import(site, registry, source, plugin, chosen))


def choose_importer(registry: Registry, source: Path, name: str) -> tuple[str, Importer]:
    """The importer of that name, or the only one that accepts the file; with its plugin."""
    known = [(plugin.name, i) for plugin in registry.plugins for i in plugin.importers]
    fitting = [
        (plugin, i)
        for plugin, i in known
        if (i.name == name if name else source.is_dir() or source.suffix.lower() in i.accepts)
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(i.name for _, i in known) or "none is installed"
    raise SettingsError(f"name the importer of {source.name} with --importer ({names})")


async def _import(
    site: Site, registry: Registry, source: Path, plugin: str, importer: Importer
) -> int:
    hall = hall_of(site, registry)
    try:
        run = await start_run(
            hall, importer=importer.name, source=source.name, source_hash=hash_source(source)
        )
        images = partial(load_dotted(importer.images), source) if importer.images else None
        records: Iterator[Any] = load_dotted(importer.reader)(source)
        try:
            run = await run_import(
                hall, run.id, records=records, images=images, progress=_show_progress
            )
        except Exception as stopped:
            _end_line()
            print(f"Stopped: {_explain_stop(hall, plugin, stopped)}", file=sys.stderr)
            return 1
        _end_line()
        await _report(hall, plugin, run)
        return 0
    finally:
        await hall.close()


def load_dotted(dotted: str) -> Any:
    """The function behind a dotted name of a manifest."""
    module, _, name = dotted.partition(":")
    return getattr(importlib.import_module(module), name)


def _show_progress(progress: Progress) -> None:
    total = f" of {progress.total:,}" if progress.total else ""
    line = f"  {progress.phase}: {progress.done:,}{total}, {progress.refused:,} refused"
    if sys.stdout.isatty():
        print(f"\r{line:<70}", end="", flush=True)


def _end_line() -> None:
    if sys.stdout.isatty():
        print()


async def _report(hall: Hall, plugin: str, run: Run) -> None:
    changed = ", ".join(f"{name} {number:,}" for name, number in sorted(run.counts.items()))
    print(f"Import {run.uuid}: {run.state}. {changed or 'nothing to do'}")
    rows = await system_ask(hall).fetch(REFUSALS, {"run": run.id, "most": SHOWN_REFUSALS})
    for row in rows:
        mark = "note" if row.warning else "refused"
        said = explain_code(hall, plugin, row.code, row.params)
        print(f"  {mark}: {row.member}:{row.row_number} {row.reference}: {said}")


def _explain_stop(hall: Hall, plugin: str, stopped: Exception) -> str:
    code, params = getattr(stopped, "code", None), getattr(stopped, "params", None)
    if isinstance(code, str) and isinstance(params, Mapping):
        return explain_code(hall, plugin, code, params)
    log.error("the import stopped", exc_info=stopped)
    return f"{type(stopped).__name__}: {stopped}"


def explain_code(hall: Hall, plugin: str, code: str, params: Mapping[str, object]) -> str:
    """The text of a report row: the plugin's own words, or the kernel's."""
    tr = translators(hall.registry)[hall.settings.site.locale]
    for key in (f"{plugin}.refused.{code}", f"exchange.import.{code}"):
        try:
            return tr(key, **params)
        except LookupError:
            continue
    return code
