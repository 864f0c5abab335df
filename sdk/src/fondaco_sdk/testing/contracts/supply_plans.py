"""The suite of `supply_plans`."""

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
from fondaco_sdk.types.supply import StockRow, Supply, Want


class SupplyPlansCase(Struct):
    """An implementation with a context, two wants or more, and the stock of their products."""

    implementation: Implementation
    ask: Ask
    wants: Sequence[Want]
    stock: Sequence[StockRow]
    statements: int = 1

    async def plans(self, wants: Sequence[Want] | None = None) -> Sequence[Supply]:
        """Ways to serve `wants`, by default all of them, with the stock of their products only."""
        asked = self.wants if wants is None else wants
        products = {want.product_id for want in asked}
        stock = [row for row in self.stock if row.product_id in products]
        return await answers(self.implementation, ask=self.ask, wants=asked, stock=stock)


class SupplyPlansContract:
    """Ways to the buyer: from rows that are there, not more than they hold, dated, explained."""

    async def test_only_asked_lines_from_what_their_rows_hold(self, case: SupplyPlansCase) -> None:
        assert len(case.wants) > 1
        wanted = {want.line: want.product_id for want in case.wants}
        rows = {row.id: row for row in case.stock}
        plans = await case.plans()
        assert plans, "the case must have a way to the buyer"
        for plan in plans:
            row = rows[plan.stock_id]
            assert row.product_id == wanted[plan.line], plan
            assert row.place_id == plan.place_id, plan
            assert 0 <= plan.quantity <= row.available, plan
        assert not await case.plans([])

    async def test_never_ready_yesterday_and_never_paid_for(self, case: SupplyPlansCase) -> None:
        # A warehouse west of the site may still have the day before.
        today = case.ask.now.date()
        for plan in await case.plans():
            assert plan.ready_on is None or (today - plan.ready_on).days <= 1, plan
            assert plan.cost >= 0, plan

    async def test_batch_equals_singles_in_any_order(self, case: SupplyPlansCase) -> None:
        batch = await case.plans()
        assert alike(batch, [plan for want in case.wants for plan in await case.plans([want])])
        assert alike(batch, await case.plans(list(reversed(case.wants))))

    async def test_reasons_in_both_languages(self, case: SupplyPlansCase) -> None:
        for plan in await case.plans():
            assert_reason(plan.reason)

    async def test_statements_do_not_grow(
        self, case: SupplyPlansCase, sql_budget: Counting
    ) -> None:
        counted = []
        for wants in (case.wants[:1], case.wants):
            with sql_budget() as count:
                await case.plans(wants)
            counted.append(count.number)
        # Fewer where something is remembered from the first time.
        assert counted[1] <= counted[0] <= case.statements
