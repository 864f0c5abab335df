"""The suite of `substitutes`."""

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
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.substitute import Substitute, SubstituteKind


class SubstitutesCase(Struct):
    """An implementation with a context and products, of which two or more can be replaced."""

    implementation: Implementation
    ask: Ask
    products: Sequence[ProductId]
    statements: int = 1

    async def found(self, products: Sequence[ProductId] | None = None) -> Sequence[Substitute]:
        """What stands in for `products`, by default for all of them."""
        asked = self.products if products is None else products
        return await answers(self.implementation, ask=self.ask, products=asked)


class SubstitutesContract:
    """Substitutes: only of the products asked, never of themselves, explained, in any batch."""

    async def test_only_of_asked_products(self, case: SubstitutesCase) -> None:
        replaced = {found.product_id for found in await case.found()}
        assert len(replaced) > 1, "the case must have two products that can be replaced"
        assert replaced <= set(case.products)
        assert not await case.found([])

    async def test_nothing_stands_in_for_itself(self, case: SubstitutesCase) -> None:
        for found in await case.found():
            assert found.product_id != found.substitute_id, found

    async def test_limits_are_said_and_confidence_is_a_share(self, case: SubstitutesCase) -> None:
        for found in await case.found():
            assert 0 < found.confidence <= 1, found
            if found.kind is SubstituteKind.LIMITED:
                assert found.limit is not None, f"{found}: limited, and nobody says how"
            if found.limit is not None:
                assert_reason(found.limit)

    async def test_batch_equals_singles_in_any_order(self, case: SubstitutesCase) -> None:
        batch = await case.found()
        assert alike(batch, [one for id in case.products for one in await case.found([id])])
        assert alike(batch, await case.found(list(reversed(case.products))))

    async def test_statements_do_not_grow(
        self, case: SubstitutesCase, sql_budget: Counting
    ) -> None:
        counted = []
        for products in (case.products[:1], case.products):
            with sql_budget() as count:
                await case.found(products)
            counted.append(count.number)
        assert counted[0] == counted[1] <= case.statements
