"""What became of the ERP's records, kept for the people who look after the exchange."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.exchange.inbound import receive
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco_sdk.context import Act
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason

KEPT = 1000
_NEWEST = 2**63 - 1

_NOTE: TextClause = text(
    """
    with made as (
        insert into fondaco.inbound_run (uuid, name, accepted, refused, seconds)
        values (:uuid, :name, :accepted, :refused, :seconds) returning id
    )
    insert into fondaco.inbound_refusal (run_id, record, reference, code, ru, en)
    select made.id, r.* from made,
           unnest(cast(:records as int[]), cast(:references as text[]), cast(:codes as text[]),
                  cast(:ru as text[]), cast(:en as text[])) r
    """
)
_RUN = "id, uuid, name, accepted, refused, seconds, at"
_LIST: TextClause = text(
    f"select {_RUN} from fondaco.inbound_run where id < :before order by id desc limit :most"
)
_ONE: TextClause = text(f"select {_RUN} from fondaco.inbound_run where uuid = :uuid")
_EVER: TextClause = text("select exists (select from fondaco.inbound_run where name = :name)")
_REFUSALS: TextClause = text(
    """
    select record, reference, code, ru, en from fondaco.inbound_refusal
     where run_id = :run and record > :after order by record limit :most
    """
)


class InboundRun(Struct, frozen=True):
    """A call of the ERP; `at` is when it ended, aware UTC."""

    id: int
    uuid: UUID
    name: str
    accepted: int
    refused: int
    seconds: Decimal
    at: datetime


class Refusal(Struct, frozen=True):
    """A record that had no effect: its place from 0, what to look for, and why."""

    record: int
    reference: str
    code: str
    ru: str
    en: str


async def receive_and_note(hall: Hall, name: str, records: Iterable[object]) -> Report:
    """As `receive`; what became of the records is kept, of refusals the first thousand."""
    began = time.monotonic()
    report = await receive(hall, name, records)
    if report.accepted or report.unmatched:
        async with system_ask(hall).act() as act:
            await note_run(act, name, report, time.monotonic() - began)
    return report


async def note_run(act: Act, name: str, report: Report, seconds: float) -> None:
    """Keep what became of records, of refusals the first thousand. One statement."""
    kept = report.unmatched[:KEPT]
    values = {
        "uuid": uuid7(),
        "name": name,
        "accepted": report.accepted,
        "refused": len(report.unmatched),
        "seconds": Decimal(seconds).quantize(Decimal("0.1")),
        "records": [one.record for one in kept],
        "references": [one.reference for one in kept],
        "codes": [one.reason.code for one in kept],
        "ru": [one.reason.ru for one in kept],
        "en": [one.reason.en for one in kept],
    }
    await act.execute(_NOTE, values)


async def list_inbound(
    ask: AskContext, *, before: int = _NEWEST, most: int
) -> Sequence[InboundRun]:
    """The calls, newest first. One statement."""
    rows = await ask.fetch(_LIST, {"before": before, "most": most})
    return [InboundRun(*row) for row in rows]


async def was_received(ask: AskContext, name: str) -> bool:
    """Whether the ERP has sent records of this name, as far back as calls are kept."""
    return bool((await ask.fetch(_EVER, {"name": name}))[0][0])


async def find_inbound(ask: AskContext, uuid: UUID) -> InboundRun:
    """One call. Raises `NotFound`."""
    for row in await ask.fetch(_ONE, {"uuid": uuid}):
        return InboundRun(*row)
    raise NotFound(Reason("inbound.absent", "Такой передачи нет", "There is no such transfer"))


async def refusals_of(ask: AskContext, run: int, *, after: int, most: int) -> Sequence[Refusal]:
    """The records of a call that had no effect, by their place. One statement."""
    rows = await ask.fetch(_REFUSALS, {"run": run, "after": after, "most": most})
    return [Refusal(*row) for row in rows]
