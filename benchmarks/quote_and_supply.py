"""Prices and stock of 500 lines, against the same rows fetched by the driver alone."""

from collections.abc import Sequence

from benchmarks.buyer import Buyer, Ware, buyer_of, price_lines, wants, wares
from benchmarks.figures import Figure, Limit, once
from benchmarks.house import Bare, House
from benchmarks.measure import by_turns
from fondaco.availability.service import Supply
from fondaco.db.counting import counting
from fondaco.pricing.service import Pricing

LINES = 500
SIZES = (1, 50, LINES, 1_000)

PRICES = """
    select distinct on (w.line, r.price_list_id)
           w.line, r.price_list_id, r.min_quantity, r.price, l.name, l.currency, l.vat_included
      from unnest($1::bigint[], $2::bigint[], $3::numeric[]) as w (line, product_id, quantity)
      join fondaco.price_row r
        on r.product_id = w.product_id and r.min_quantity <= w.quantity
      join fondaco.price_list l on l.id = r.price_list_id
     where r.price_list_id = any($4::bigint[]) and l.active
     order by w.line, r.price_list_id, r.min_quantity desc
"""
STOCK = """
    select s.id, s.product_id, s.place_id, s.lot, s.on_hand, s.reserved
      from fondaco.stock_row s
      join fondaco.place p on p.id = s.place_id
     where s.product_id = any($1::bigint[]) and p.active
"""


async def measure(house: House) -> Sequence[Figure]:
    """The time for 500 lines, and that statements do not depend on their number."""
    async with house.hall() as hall, house.bare() as connection:
        buyer = await buyer_of(hall)
        found = await wares(buyer, max(SIZES))
        asked = Questions(buyer, found[:LINES])
        ours, floor = await by_turns(
            asked.answered, lambda: asked.fetched(connection), before_ours=asked.forgotten
        )
        again, floor_again = await by_turns(asked.answered, lambda: asked.fetched(connection))
        numbers = [await _statements(Questions(buyer, found[:size])) for size in SIZES]
    return (
        Figure(
            what=f"quote and supply, {LINES} lines",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(times=3),
        ),
        Figure(
            what="  with what the process remembers",
            unit="ms",
            ours=again,
            floor=floor_again,
        ),
        Figure(
            what="  statements, 1,000 lines against 1",
            unit="",
            ours=once(max(numbers)),
            floor=once(min(numbers)),
            limit=Limit(times=1),
        ),
    )


class Questions:
    """What do these wares cost the buyer, and where do they come from?"""

    def __init__(self, buyer: Buyer, found: Sequence[Ware]) -> None:
        self._buyer = buyer
        self._lines = price_lines(found)
        self._wants = wants(found)

    async def forgotten(self) -> None:
        """As in a process that has just started."""
        self._buyer.hall.memories.clear()

    async def answered(self) -> None:
        """By the services of the house."""
        ask = self._buyer.ask()
        await Pricing(ask).quote(self._lines)
        await Supply(ask).supply(self._wants)

    async def fetched(self, connection: Bare) -> None:
        """Only the rows on which the answers stand."""
        products = [line.product_id for line in self._lines]
        await connection.fetch(
            PRICES,
            [line.line for line in self._lines],
            products,
            [line.quantity for line in self._lines],
            list(self._buyer.customer.price_lists),
        )
        await connection.fetch(STOCK, products)


async def _statements(asked: Questions) -> int:
    await asked.forgotten()
    with counting() as count:
        await asked.answered()
    return count.number
