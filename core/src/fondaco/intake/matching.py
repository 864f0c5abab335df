"""Asking the plugins what articles mean: at once for a page, by a task for long lists."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import AskContext
from fondaco.intake import queries
from fondaco.intake.stored import article_row_of, json_text, matches_to_save
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.actor import Actor, Customer, Scope
from fondaco_sdk.types.match import ArticleRow, Match

MATCH_TASK = "intake.resolve"
BATCH = 1_000


class Matched(Struct, frozen=True):
    """What the plugins answered; `failed` names those that did not."""

    matches: tuple[Match, ...]
    failed: tuple[str, ...]


class MatchList(Struct, frozen=True):
    """The task's payload: the list, and the person it is matched for, as they were then."""

    uuid: UUID
    actor: Actor
    customer: Customer


async def match_rows(ask: AskContext, rows: Sequence[ArticleRow]) -> Matched:
    """One question to each plugin, whatever the number of rows."""
    if not rows:
        return Matched((), ())
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    asked = {row.row for row in rows}
    found = tuple(match for _, match in collected.proposals if match.row in asked)
    return Matched(found, collected.failed)


async def match_list(job: JobContext, payload: MatchList) -> None:
    """Look up what has no matches yet, a batch at a time; may be stopped and started again."""
    ask = AskContext(
        job.hall, payload.actor, Scope.of(payload.customer.company_id), payload.customer
    )
    which = {"uuid": payload.uuid}
    while found := await ask.fetch(queries.UNMATCHED, {**which, "most": BATCH}):
        rows = [article_row_of(row) for row in found]
        matched = await match_rows(ask, rows)
        async with ask.act() as act:
            await act.execute(queries.MATCHED, {**which, **matches_to_save(rows, matched.matches)})
            await act.execute(queries.PROGRESS, {**which, "degraded": json_text(matched.failed)})
