"""Products meant by articles, as far as an article means one thing exactly."""

from collections.abc import Mapping, Sequence

from fondaco.hooks.context import AskContext
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match, MatchRank


async def exact_matches(
    ask: AskContext, rows: Sequence[ArticleRow]
) -> Mapping[int, frozenset[ProductId]]:
    """Per row the products of its best rank; look-alikes do not count, a row of none is absent."""
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    by_row: dict[int, list[Match]] = {}
    for _, match in collected.proposals:
        if match.rank < MatchRank.CROSS_REFERENCE:
            by_row.setdefault(match.row, []).append(match)
    return {row: _best(found) for row, found in by_row.items()}


def _best(found: Sequence[Match]) -> frozenset[ProductId]:
    best = min(match.rank for match in found)
    return frozenset(match.product_id for match in found if match.rank == best)
