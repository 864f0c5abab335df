"""Prices and stock of 500 lines, against the same rows fetched by the driver alone."""

from collections.abc import Sequence

from benchmarks.buyer import Ware, buyer, price_lines, wants, wares
from benchmarks.figures import Figure, Limit, once
from benchmarks.house import House
from benchmarks.measure import by_turns
from benchmarks.statements import keeping, run_bare
from fondaco.availability.service import Supply
from fondaco.db.counting import counting
from fondaco.hooks.hall import Hall
from fondaco.pricing.service import Pricing

LINES = 500
SIZES = (1, 50, LINES, 1_000)
ROWS = ("fondaco.price_row", "fondaco.stock_row")


async def measure(house: House) -> Sequence[Figure]:
    """The time for 500 lines, and that statements do not depend on their number."""
    async with house.hall() as hall, house.bare() as connection:
        found = await wares(hall, max(SIZES))
        for_500 = found[:LINES]
        with keeping(hall) as statements:
            await _quote_and_supply(hall, for_500)
        rows = [s for s in statements if any(table in s.sql for table in ROWS)]
        assert len(rows) == len(ROWS), "prices and stock are one statement each"
        ours, floor = await by_turns(
            lambda: _quote_and_supply(hall, for_500), lambda: run_bare(connection, rows)
        )
        numbers = [await _statements(hall, found[:size]) for size in SIZES]
    return (
        Figure(
            what=f"quote and supply, {LINES} lines",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(times=3),
        ),
        Figure(
            what="  statements, 1,000 lines against 1",
            unit="",
            ours=once(max(numbers)),
            floor=once(min(numbers)),
            limit=Limit(times=1),
        ),
    )


async def _quote_and_supply(hall: Hall, found: Sequence[Ware]) -> None:
    ask = await buyer(hall)
    await Pricing(ask).quote(price_lines(found))
    await Supply(ask).supply(wants(found))


async def _statements(hall: Hall, found: Sequence[Ware]) -> int:
    with counting() as count:
        await _quote_and_supply(hall, found)
    return count.number
