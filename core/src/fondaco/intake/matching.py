"""Asking the plugins what articles mean: at once for a page, by a task for long lists."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import AskContext
from fondaco.intake import queries
from fondaco.intake.near import near_matches
from fondaco.intake.stored import article_row_of, json_text, matches_to_save
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.actor import Actor, Customer, Scope
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match
from fondaco_sdk.types.product import Product

MATCH_TASK = "intake.resolve"
BATCH = 1_000


class Matched(Struct, frozen=True):
    """What the plugins answered; `failed` names those that did not.

    `products` are those of the matches that the actor sees.
    """

    matches: tuple[Match, ...]
    failed: tuple[str, ...]
    products: Mapping[ProductId, Product]


class MatchList(Struct, frozen=True):
    """The task's payload: the list, and the person it is matched for, as they were then."""

    uuid: UUID
    actor: Actor
    customer: Customer


async def match_rows(ask: AskContext, rows: Sequence[ArticleRow]) -> Matched:
    """One question to each plugin, whatever the number of rows; then articles near the others.

    What this customer may not see is no match: whether a row of that article is left without one
    must not depend on it.
    """
    if not rows:
        return Matched((), (), {})
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    asked = {row.row for row in rows}
    found = tuple(match for _, match in collected.proposals if match.row in asked)
    seen = await ask.catalog.products([match.product_id for match in found])
    matched = {match.row for match in found if match.product_id in seen}
    near, like = await near_matches(ask, [row for row in rows if row.row not in matched])
    return Matched((*found, *near), collected.failed, {**seen, **like})


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
