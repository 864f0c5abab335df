"""D02: an order whose lines draw on one stock row several times takes no more than there is.

The allocation's own properties are in core/tests/availability; here the database is the last guard.
"""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from fondaco.availability.reserve import StockMoved, take
from fondaco.hooks.context import ActContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.ids import StockId

quantities = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 40)), min_size=2, max_size=5)


async def _stock(hall: Hall, wholesaler: Wholesaler) -> list[StockId]:
    await wholesaler.products(3, place=await wholesaler.place(), on_hand=Decimal(50))
    rows = await system_ask(hall).fetch(text("select id from fondaco.stock_row order by id"))
    return [StockId(row.id) for row in rows]


async def _take_all(hall: Hall, stocks: list[StockId], wants: list[tuple[int, int]]) -> bool:
    """Whether the order got everything; the stock is as before afterwards."""
    ask = system_ask(hall)
    try:
        async with ask.act() as act:
            await take(act, [stocks[i] for i, _ in wants], [Decimal(q) for _, q in wants])
            oversold = await _oversold(act)
            assert oversold == 0
            await act.execute(text("update fondaco.stock_row set reserved = 0"))
    except StockMoved:
        return False
    return True


async def _oversold(act: ActContext) -> int:
    rows = await act.fetch(
        text("select count(*) as n from fondaco.stock_row where reserved > on_hand")
    )
    return int(rows[0].n)


def _fits(wants: list[tuple[int, int]]) -> bool:
    return all(sum(q for i, q in wants if i == place) <= 50 for place in range(3))


async def _hold(hall: Hall, wholesaler: Wholesaler, examples: int) -> None:
    stocks = await _stock(hall, wholesaler)
    cases: list[list[tuple[int, int]]] = []

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(quantities)
    def collect(wants: list[tuple[int, int]]) -> None:
        cases.append(wants)

    collect()
    for wants in cases:
        assert await _take_all(hall, stocks, wants) is _fits(wants), wants


async def test_all_or_nothing_and_never_too_much(hall: Hall, wholesaler: Wholesaler) -> None:
    await _hold(hall, wholesaler, 100)


@pytest.mark.full
@pytest.mark.timeout(600)
async def test_a_thousand_orders(hall: Hall, wholesaler: Wholesaler) -> None:
    await _hold(hall, wholesaler, 1000)


async def test_line_by_line_checks_would_oversell(hall: Hall, wholesaler: Wholesaler) -> None:
    """The control: each line checked against the same undiminished stock."""
    stocks = await _stock(hall, wholesaler)
    async with system_ask(hall).act() as act:
        free = (await act.fetch(text("select on_hand - reserved as free from fondaco.stock_row")))[
            0
        ]
        for quantity in (Decimal(40), Decimal(40)):
            assert quantity <= free.free
            await act.execute(
                text("update fondaco.stock_row set reserved = reserved + :q where id = :id"),
                {"q": quantity, "id": stocks[0]},
            )
        assert await _oversold(act) == 1
