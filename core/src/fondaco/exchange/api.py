"""The ERP's way in over the JSON API: records for plugins, by their name."""

from typing import Annotated, Any

from litestar import post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from fondaco.exchange.inbound_runs import receive_and_note
from fondaco.web.api import ERRORS, AskDependency

MOST = 10_000


class InboundRecords(Struct):
    """At most 10,000 records, each an object of the shape that the plugin declares."""

    records: Annotated[list[Any], Meta(max_length=MOST)]


class UnmatchedOut(Struct):
    """A record that had no effect: its place from 0, what to look for, a stable code, the reason.

    `reason` is in the language of the token's person.
    """

    record: int
    reference: str
    code: str
    reason: str


class ReportOut(Struct):
    """`accepted` counts what is in force, also what was known already."""

    accepted: int
    unmatched: list[UnmatchedOut]


@post(
    "/inbound/{name:str}",
    responses=ERRORS,
    policy="exchange.write",
    summary="Records of the ERP for a plugin",
    status_code=200,
)
async def take_records(
    ask: AskDependency, name: FromPath[str], data: JSONBody[InboundRecords]
) -> ReportOut:
    """`name` is `<plugin>.<records>`, as the plugin's page says; 404 where no plugin takes it.

    The records go in by batches of 500, each whole by itself. After an answer that did not come,
    send all of them again: what came twice has its effect once.
    """
    report = await receive_and_note(ask.hall, name, data.records)
    return ReportOut(
        report.accepted,
        [
            UnmatchedOut(
                found.record, found.reference, found.reason.code, found.reason.text(ask.locale)
            )
            for found in report.unmatched
        ],
    )
