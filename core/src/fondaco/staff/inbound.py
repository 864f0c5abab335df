"""What the ERP has sent, for staff: the calls, and which of their records had no effect and why."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from fondaco.exchange.inbound_runs import InboundRun, find_inbound, list_inbound, refusals_of
from fondaco.hooks.context import AskContext
from fondaco.web.routing import route
from fondaco_sdk.web import Page

POLICY = "import.run"
HOME = "/staff/imports/records"
RUNS = 50
ROWS = 100


class Call(Struct, frozen=True):
    """A call with what its records are called."""

    run: InboundRun
    title: str


@route("GET", HOME, policy=POLICY)
async def calls_page(ask: AskContext, before: int = 0) -> Page:
    """The calls, newest first."""
    below = {"before": before} if before else {}
    runs = await list_inbound(ask, most=RUNS + 1, **below)
    context = {
        "calls": _calls(ask, runs[:RUNS]),
        "older": f"{HOME}?before={runs[RUNS - 1].id}" if len(runs) > RUNS else "",
        "newest": HOME if before else "",
    }
    return Page("staff/inbound.html", context)


@route("GET", f"{HOME}/{{uuid:uuid}}", policy=POLICY)
async def call_page(ask: AskContext, uuid: UUID, after: int = -1) -> Page:
    """One call with its refusals."""
    run = await find_inbound(ask, uuid)
    found = await refusals_of(ask, run.id, after=after, most=ROWS + 1)
    shown = found[:ROWS]
    context = {
        "call": _calls(ask, [run])[0],
        "refusals": shown,
        "next": f"{HOME}/{uuid}?after={shown[-1].record}" if len(found) > ROWS else "",
        "first": f"{HOME}/{uuid}" if after >= 0 else "",
    }
    return Page("staff/inbound_call.html", context)


def _calls(ask: AskContext, runs: Sequence[InboundRun]) -> Sequence[Call]:
    known = ask.hall.registry.inbound
    return [
        Call(run, known[run.name][0].title.text(ask.locale) if run.name in known else run.name)
        for run in runs
    ]
