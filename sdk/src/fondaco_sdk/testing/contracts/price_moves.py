"""The suite of `price_moves`."""

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.context import Ask
from fondaco_sdk.testing.contracts.asking import (
    Counting,
    Implementation,
    alike,
    answers,
    assert_reason,
)
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Stage


class PriceMovesCase(Struct):
    """An implementation with a context and lines on which it proposes something.

    At least two lines; `statements` is its budget, as in the manifest.
    """

    implementation: Implementation
    ask: Ask
    lines: Sequence[PriceLine]
    statements: int = 1

    async def moves(self, lines: Sequence[PriceLine] | None = None) -> Sequence[PriceMove]:
        """What it proposes for `lines`, by default for all of them."""
        asked = self.lines if lines is None else lines
        return await answers(self.implementation, ask=self.ask, lines=asked)


class PriceMovesContract:
    """Proposals: only for the lines asked, sane, explained, and the same in any batch."""

    async def test_answers_only_asked_lines(self, case: PriceMovesCase) -> None:
        assert len(case.lines) > 1
        answered = {move.line for move in await case.moves()}
        assert answered, "the case must provoke proposals"
        assert answered <= {line.line for line in case.lines}
        assert not await case.moves([])

    async def test_figures_are_sane(self, case: PriceMovesCase) -> None:
        for move in await case.moves():
            if isinstance(move, Discount):
                assert (move.percent is None) != (move.amount is None), move
                least = Decimal("-Infinity") if move.stage is Stage.CONTRACT else 0
                assert move.percent is None or least <= move.percent <= 100, move
                assert move.amount is None or move.amount >= 0, move
                figures = [move.percent, move.amount]
            else:
                assert re.fullmatch("[A-Z]{3}", move.currency), move
                assert move.unit_price >= 0, move
                figures = [move.unit_price]
            assert all(figure is None or type(figure) is Decimal for figure in figures), move

    async def test_batch_equals_singles_in_any_order(self, case: PriceMovesCase) -> None:
        batch = await case.moves()
        assert alike(batch, [move for line in case.lines for move in await case.moves([line])])
        assert alike(batch, await case.moves(list(reversed(case.lines))))

    async def test_reasons_in_both_languages(self, case: PriceMovesCase) -> None:
        for move in await case.moves():
            assert_reason(move.reason)

    async def test_statements_do_not_grow(self, case: PriceMovesCase, sql_budget: Counting) -> None:
        counted = []
        for lines in (case.lines[:1], case.lines):
            with sql_budget() as count:
                await case.moves(lines)
            counted.append(count.number)
        # Fewer where something is remembered from the first time.
        assert counted[1] <= counted[0] <= case.statements
