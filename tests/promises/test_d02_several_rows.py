"""D02 over several warehouses and lots: lines of one order that draw on the same rows.

What the allocation gives to 2 to 6 lines of one product, out of nine rows in three warehouses, is
taken whole, and together it is never more than there is.
"""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from warehouses import ROWS, Ledger, ledger, spread

from fondaco.availability.reserve import take
from fondaco.hooks.context import ActContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.supply import LineSupply, Want

pytestmark = pytest.mark.plugins("sourcing")

EACH = 10
THERE = Decimal(EACH * ROWS)
CASES = st.lists(st.integers(1, 60), min_size=2, max_size=6)
UNDO = text("update fondaco.stock_row set reserved = 0")


def _cases(examples: int) -> Sequence[list[int]]:
    found: list[list[int]] = []

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(CASES)
    def collect(quantities: list[int]) -> None:
        found.append(quantities)

    collect()
    return found


async def _product(hall: Hall, wholesaler: Wholesaler) -> ProductId:
    products = await wholesaler.products(1, place=await wholesaler.place())
    await spread(hall, products, EACH)
    return products[0]


async def _take(act: ActContext, supplies: Sequence[LineSupply]) -> None:
    parts = [part for supply in supplies for part in supply.parts]
    await take(act, [part.stock_id for part in parts], [part.quantity for part in parts])


async def _ledger(act: ActContext) -> tuple[Decimal, int]:
    (row,) = await act.fetch(
        text(
            "select sum(reserved) as reserved, count(*) filter (where reserved > on_hand) as over"
            " from fondaco.stock_row"
        )
    )
    return row.reserved, row.over


async def _hold(hall: Hall, wholesaler: Wholesaler, examples: int) -> None:
    product = await _product(hall, wholesaler)
    for quantities in _cases(examples):
        wants = [Want(n, product, Decimal(q)) for n, q in enumerate(quantities)]
        async with system_ask(hall).act() as act:
            supplies = await act.supply.supply(wants)
            await _take(act, supplies)
            given = min(THERE, Decimal(sum(quantities)))
            assert await _ledger(act) == (given, 0), quantities
            assert sum(supply.missing for supply in supplies) == sum(quantities) - given
            await act.execute(UNDO)
    after: Ledger = await ledger(hall)
    assert (after.free, after.negative) == (THERE, 0)


async def test_lines_of_one_order_share_what_there_is(hall: Hall, wholesaler: Wholesaler) -> None:
    await _hold(hall, wholesaler, 100)


@pytest.mark.full
@pytest.mark.timeout(900)
async def test_a_thousand_orders(hall: Hall, wholesaler: Wholesaler) -> None:
    await _hold(hall, wholesaler, 1000)


async def test_lines_asked_one_by_one_would_take_it_twice(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    """The control: each line is shown the same undiminished rows, and nothing is checked."""
    product = await _product(hall, wholesaler)
    async with system_ask(hall).act() as act:
        for n in range(2):
            want = Want(n, product, Decimal(60))
            (supply,) = await system_ask(hall).supply.supply([want])
            for part in supply.parts:
                await act.execute(
                    text("update fondaco.stock_row set reserved = reserved + :q where id = :id"),
                    {"q": part.quantity, "id": part.stock_id},
                )
        reserved, oversold = await _ledger(act)
    assert reserved > THERE
    assert oversold > 0
