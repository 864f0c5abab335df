"""The suite of `cart_moves`."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.context import Ask
from fondaco_sdk.testing.contracts.asking import (
    Counting,
    Implementation,
    alike,
    answers,
    assert_reason,
)
from fondaco_sdk.types.cart import CartMove, PricedCart


class CartMovesCase(Struct):
    """An implementation with a context and a cart from which it takes something off.

    `priced` has at least two lines; `statements` is the budget, as in the manifest.
    """

    implementation: Implementation
    ask: Ask
    priced: PricedCart
    statements: int = 1

    async def moves(self, priced: PricedCart | None = None) -> Sequence[CartMove]:
        """What it proposes for a cart, by default for the case's own."""
        return await answers(self.implementation, ask=self.ask, priced=priced or self.priced)


class CartMovesContract:
    """Moves: sane, explained, about lines that are there, and the same when asked again."""

    async def test_answers_for_lines_that_are_there(self, case: CartMovesCase) -> None:
        assert len(case.priced.lines) > 1
        moves = await case.moves()
        assert moves, "the case must provoke a move"
        for move in moves:
            assert set(move.lines) <= {line.line for line in case.priced.lines}, move
        assert alike(moves, await case.moves())

    async def test_an_empty_cart_gives_nothing(self, case: CartMovesCase) -> None:
        quote = replace(case.priced.quote, lines=(), total=Decimal(0), vat_total=Decimal(0))
        assert not await case.moves(replace(case.priced, lines=(), quote=quote))

    async def test_figures_are_sane(self, case: CartMovesCase) -> None:
        for move in await case.moves():
            assert (move.percent is None) != (move.amount is None), move
            assert move.percent is None or 0 <= move.percent <= 100, move
            assert move.amount is None or move.amount >= 0, move
            assert move.min_total is None or move.min_total > 0, move
            assert move.share is None or 0 <= move.share <= 100, move
            figure = move.amount if move.percent is None else move.percent
            assert type(figure) is Decimal, move

    async def test_reasons_in_both_languages(self, case: CartMovesCase) -> None:
        for move in await case.moves():
            assert_reason(move.reason)

    async def test_statements_stay_in_the_budget(
        self, case: CartMovesCase, sql_budget: Counting
    ) -> None:
        with sql_budget() as count:
            await case.moves()
        assert count.number <= case.statements
