"""What the pages about imports show, read by few statements."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.import_report import Explainer, Kind, ReportRow, shown_reference
from fondaco.exchange.importers import NAME_SIGN, dialect_of
from fondaco.exchange.packages import shown_member
from fondaco.exchange.staging.runs import COLUMNS, Run, RunState, run_of
from fondaco.hooks.context import AskContext
from fondaco.hooks.registry import Registry
from fondaco.imports import PHASES as MERGE_PHASES
from fondaco.web.catalogues import translators
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

SILENT_AFTER = timedelta(seconds=60)
PHASES = ("staging", *MERGE_PHASES)
UNFINISHED = frozenset({RunState.WAITING, RunState.STAGING, RunState.MERGING})
_THINGS: Mapping[str, str] = {
    "products": "product",
    "offers": "offer",
    "families": "family",
    "categories": "category",
    "attributes": "attribute",
    "units": "unit",
    "price_lists": "price_list",
    "prices": "price",
    "costs": "cost",
    "places": "place",
    "stock": "stock",
    "images": "image",
}
"""What is counted, and the word with which the codes about it begin."""

_RUN = ", ".join(f"r.{column.name}" for column in COLUMNS)
_LIST: TextClause = text(
    f"""
    select {_RUN}, coalesce(u.name, '') from fondaco.import_run r
      left join fondaco.user_account u on u.id = r.user_id
     where r.id < :before order by r.id desc limit :most
    """
)
_ONE: TextClause = text(
    f"""
    select {_RUN}, coalesce(u.name, '') from fondaco.import_run r
      left join fondaco.user_account u on u.id = r.user_id where r.uuid = :uuid
    """
)
_NEWEST = 2**63 - 1


class RunView(Struct, frozen=True):
    """A run with who started it ("" for the command line) and what reads it."""

    run: Run
    who: str
    title: str
    mapping: str

    @property
    def finished(self) -> bool:
        return self.run.state not in UNFINISHED

    @property
    def silent(self) -> bool:
        """Whether it is at work and nothing has been heard of it for a minute."""
        beat = self.run.heartbeat_at
        at_work = self.run.state in (RunState.STAGING, RunState.MERGING)
        return at_work and beat is not None and datetime.now(UTC) - beat > SILENT_AFTER

    @property
    def seconds(self) -> int | None:
        """How long it took, once it has ended."""
        if self.run.finished_at is None:
            return None
        return round((self.run.finished_at - self.run.started_at).total_seconds())

    @property
    def phases(self) -> Sequence[tuple[str, str]]:
        """Each phase, and whether it is done, at work or still to come."""
        now = PHASES.index(self.run.phase) if self.run.phase in PHASES else 0
        if self.run.state == RunState.DONE:
            now = len(PHASES)
        elif self.run.state == RunState.WAITING:
            now = -1
        return [
            (name, "done" if i < now else "now" if i == now else "ahead")
            for i, name in enumerate(PHASES)
        ]


class CountRow(Struct, frozen=True):
    """What became of one kind of thing."""

    name: str
    read: int
    added: int
    changed: int
    removed: int
    refused: int
    remarks: int


class ShownRow(Struct, frozen=True):
    """A row of the report in the page's language; `where` is a file's name."""

    where: str
    row: int
    reference: str
    text: str
    remark: bool


async def list_runs(ask: AskContext, *, before: int = _NEWEST, most: int) -> Sequence[RunView]:
    """Runs, newest first."""
    rows = await ask.fetch(_LIST, {"before": before, "most": most})
    return [_view(ask, row) for row in rows]


async def find_run(ask: AskContext, uuid: UUID) -> RunView:
    """One run. Raises `NotFound`."""
    for row in await ask.fetch(_ONE, {"uuid": uuid}):
        return _view(ask, row)
    raise NotFound(Reason("import.absent", "Такой загрузки нет", "There is no such import"))


def _view(ask: AskContext, row: Sequence[Any]) -> RunView:
    run = run_of(row[:-1])
    dialect = dialect_of(ask.hall.registry, run.importer)
    name, _, mapping = run.importer.partition(NAME_SIGN)
    title = dialect.importer.title.text(ask.locale) if dialect else name
    return RunView(run, row[-1], title, mapping)


def count_rows(run: Run, kinds: Sequence[Kind]) -> Sequence[CountRow]:
    """The table of counts, without kinds of which there was nothing."""
    reported = {kind.name: kind for kind in kinds}
    rows = []
    for name, word in _THINGS.items():
        kind = reported.pop(word, Kind(word, 0, 0))
        rows.append(
            CountRow(
                name,
                read=run.counts[f"read.{name}"],
                added=run.counts[f"{name}.added"],
                changed=run.counts[f"{name}.changed"],
                removed=run.counts[f"{name}.removed"],
                refused=kind.refused,
                remarks=kind.remarks,
            )
        )
    refused = sum(kind.refused for kind in reported.values())
    remarks = sum(kind.remarks for kind in reported.values())
    rows.append(CountRow("rest", 0, 0, 0, 0, refused, remarks))
    return [row for row in rows if any((row.read, row.added, row.changed, row.removed,
                                        row.refused, row.remarks))]  # fmt: skip


def explainer(registry: Registry, locale: str, run: Run) -> Explainer:
    """The words for the codes of a run."""
    return Explainer(translators(registry)[locale], registry, run.importer)


def shown_rows(rows: Sequence[ReportRow], run: Run, explain: Explainer) -> Sequence[ShownRow]:
    """Rows of the report for a person."""
    return [
        ShownRow(
            shown_member(row.member, run.source),
            row.row_number,
            shown_member(shown_reference(row.reference), run.source),
            explain(row.code, row.params),
            row.warning,
        )
        for row in rows
    ]
