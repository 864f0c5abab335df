"""Imports that a plugin starts: what arrives by its own way goes through the same importer."""

import asyncio
from pathlib import Path
from uuid import UUID

from sqlalchemy import TextClause, text

from fondaco.exchange.importers import dialect_of
from fondaco.exchange.packages import Packages
from fondaco.exchange.staging.runs import COLUMNS, Run, RunState, run_of
from fondaco.hooks.context import AskContext
from fondaco.imports import hash_source
from fondaco.staff.import_model import explainer
from fondaco.staff.import_start import start
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.imports import ImportPhase, ImportState
from fondaco_sdk.types.reason import Reason

_ONE: TextClause = text(
    f"select {', '.join(c.name for c in COLUMNS)} from fondaco.import_run where uuid = :uuid"
)
_PHASES = {
    RunState.WAITING: ImportPhase.WAITING,
    RunState.STAGING: ImportPhase.WORKING,
    RunState.MERGING: ImportPhase.WORKING,
    RunState.DONE: ImportPhase.DONE,
    RunState.FAILED: ImportPhase.FAILED,
    RunState.SUPERSEDED: ImportPhase.SUPERSEDED,
}


class ImportDesk:
    """Implements `fondaco_sdk.ImportService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    def folder(self, plugin: str) -> Path:
        """Where a plugin gathers what arrives; made where it is not there."""
        found = self._ask.hall.settings.data / "arriving" / plugin
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        return found

    async def start(self, source: Path, importer: str, name: str) -> UUID:
        """Queue the import of a file or folder, which is moved away; its run."""
        dialect = dialect_of(self._ask.hall.registry, importer)
        if dialect is None:
            raise NotFound(
                Reason(
                    "import.unknown",
                    f"Загрузку «{importer}» никто не умеет читать",
                    f"Nobody can read an import “{importer}”",
                )
            )
        digest = await asyncio.to_thread(hash_source, source)
        packages = Packages(self._ask.hall.settings.data)
        package = await packages.take(source, name, importer)
        async with self._ask.act() as act:
            return (await start(act, package, dialect, digest)).uuid

    async def state(self, run: UUID) -> ImportState | None:
        """Where a run stands. One statement."""
        for row in await self._ask.fetch(_ONE, {"uuid": run}):
            return self._state(run_of(row))
        return None

    def _state(self, run: Run) -> ImportState:
        progress, said = run.shown_progress, ""
        if stop := run.stop:
            explain = explainer(self._ask.hall.registry, self._ask.locale, run)
            said = explain(stop.code, stop.params) if stop.code else _BROKEN.text(self._ask.locale)
        return ImportState(
            run.uuid, _PHASES[run.state], progress.done, progress.total, progress.refused, said
        )


_BROKEN = Reason(
    "import.broken",
    "Загрузка прервалась из-за сбоя портала, она будет продолжена",
    "The import was interrupted by a fault of the portal and will go on",
)
