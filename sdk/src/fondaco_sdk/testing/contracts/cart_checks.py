"""The suite of `cart_checks`."""

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
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.verdict import Verdict


class CartChecksCase(Struct):
    """An implementation with a context, a cart it objects to, and one that it lets pass.

    `wrong` has at least two lines.
    """

    implementation: Implementation
    ask: Ask
    wrong: PricedCart
    fine: PricedCart
    statements: int = 1

    async def verdicts(self, cart: PricedCart) -> Sequence[Verdict]:
        """What it says of `cart`."""
        return await answers(self.implementation, ask=self.ask, priced=cart)


class CartChecksContract:
    """Verdicts: about lines that are there, explained, with corrections that can be taken."""

    async def test_objects_to_what_is_wrong_and_only_to_that(self, case: CartChecksCase) -> None:
        assert len(case.wrong.lines) > 1
        verdicts = await case.verdicts(case.wrong)
        assert verdicts, "the case must provoke a verdict"
        assert {v.line for v in verdicts} <= {None, *(line.line for line in case.wrong.lines)}
        assert alike(verdicts, await case.verdicts(case.wrong))
        assert not [v for v in await case.verdicts(case.fine) if v.severity == "refusal"]

    async def test_corrections_can_be_taken(self, case: CartChecksCase) -> None:
        goods = {line.line: line.product for line in case.wrong.lines}
        for verdict in await case.verdicts(case.wrong):
            assert not verdict.quantities or verdict.line is not None, verdict
            for quantity in verdict.quantities:
                assert quantity > 0, verdict
                assert verdict.line is not None
                assert quantity % goods[verdict.line].multiple == 0, verdict

    async def test_reasons_in_both_languages(self, case: CartChecksCase) -> None:
        for verdict in await case.verdicts(case.wrong):
            assert_reason(verdict.reason)

    async def test_statements_stay_in_the_budget(
        self, case: CartChecksCase, sql_budget: Counting
    ) -> None:
        with sql_budget() as count:
            await case.verdicts(case.wrong)
        assert count.number <= case.statements
