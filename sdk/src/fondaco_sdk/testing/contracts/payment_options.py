"""The suite of `payment_options`."""

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
from fondaco_sdk.types.order import PaymentOption


class PaymentOptionsCase(Struct):
    """An implementation with a context and a cart that can be paid."""

    implementation: Implementation
    ask: Ask
    draft: PricedCart
    statements: int = 1

    async def options(self) -> Sequence[PaymentOption]:
        """How the cart may be paid."""
        return await answers(self.implementation, ask=self.ask, draft=self.draft)


class PaymentOptionsContract:
    """Ways to pay: each once, named and explained in both languages, the same when asked again."""

    async def test_each_code_once(self, case: PaymentOptionsCase) -> None:
        options = await case.options()
        codes = [option.code for option in options]
        assert codes, "the case must provoke an offer"
        assert all(codes)
        assert len(codes) == len(set(codes))
        assert alike(options, await case.options())

    async def test_words_in_both_languages(self, case: PaymentOptionsCase) -> None:
        for option in await case.options():
            for said in (option.title, option.note, option.refusal):
                if said is not None:
                    assert_reason(said)

    async def test_statements_stay_in_the_budget(
        self, case: PaymentOptionsCase, sql_budget: Counting
    ) -> None:
        with sql_budget() as count:
            await case.options()
        assert count.number <= case.statements
