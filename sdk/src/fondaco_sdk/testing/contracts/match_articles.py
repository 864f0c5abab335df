"""The suite of `match_articles`."""

from collections.abc import Sequence

from msgspec import Struct

from fondaco_sdk.context import Ask
from fondaco_sdk.testing.contracts.asking import (
    Counting,
    Implementation,
    alike,
    answers,
    assert_reason,
)
from fondaco_sdk.types.match import ArticleRow, Match, MatchRank


class MatchArticlesCase(Struct):
    """An implementation with a context and rows, of which it knows at least two."""

    implementation: Implementation
    ask: Ask
    rows: Sequence[ArticleRow]
    statements: int = 1

    async def matches(self, rows: Sequence[ArticleRow] | None = None) -> Sequence[Match]:
        """What it makes of `rows`, by default of all of them."""
        asked = self.rows if rows is None else rows
        return await answers(self.implementation, ask=self.ask, rows=asked)


class MatchArticlesContract:
    """Matches: only of the rows asked, ranked, explained, and the same in any batch."""

    async def test_answers_only_asked_rows(self, case: MatchArticlesCase) -> None:
        answered = {match.row for match in await case.matches()}
        assert len(answered) > 1, "the case must have two rows that are known"
        assert answered <= {row.row for row in case.rows}
        assert not await case.matches([])

    async def test_what_nobody_sells_is_not_found(self, case: MatchArticlesCase) -> None:
        for article in ("", " ", "нет такого артикула 0", "'; --", "\x00"):
            assert not await case.matches([ArticleRow(1, article)]), article

    async def test_ranks_and_reasons(self, case: MatchArticlesCase) -> None:
        for match in await case.matches():
            assert isinstance(match.rank, MatchRank), match
            assert_reason(match.reason)

    async def test_batch_equals_singles_in_any_order(self, case: MatchArticlesCase) -> None:
        batch = await case.matches()
        assert alike(batch, [match for row in case.rows for match in await case.matches([row])])
        assert alike(batch, await case.matches(list(reversed(case.rows))))

    async def test_statements_do_not_grow(
        self, case: MatchArticlesCase, sql_budget: Counting
    ) -> None:
        counted = []
        for rows in (case.rows[:1], case.rows):
            with sql_budget() as count:
                await case.matches(rows)
            counted.append(count.number)
        assert counted[0] == counted[1] <= case.statements
