"""Whatever happens to lots and shelves: what is held is what is sold, and rows tell the truth.

After orders, moves, cuts, arrivals and stock reports in any order, each followed by the task: every
line holds all it sells; a row holds more than it has only by what stands at a line without a day;
every other line has a day.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from quay import Quay
from sqlalchemy import text

from fondaco.availability.changed import REPLAN_TASK, Replan
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.orders.replan.task import replan
from fondaco_sdk.types.ids import PlaceId, StockId
from fondaco_sdk.types.supply import ExpectedLot

pytestmark = pytest.mark.plugins("sourcing")

Happening: TypeAlias = tuple[str, int, int, int]
"""What, at which place, to which lot, and how much or when."""

SEED = 20261127
HAPPENINGS = st.tuples(
    st.sampled_from(("order", "order", "expect", "arrived", "report", "cancel")),
    st.integers(0, 1),
    st.integers(1, 2),
    st.integers(0, 30),
)
WRONG = text(
    """
    select 'books' as what, s.id from fondaco.stock_row s
     where s.reserved <> (select coalesce(sum(r.quantity), 0) from fondaco.reservation r
                           where r.stock_id = s.id and r.state = 'held')
    union all
    select 'line', l.id from fondaco.order_line l
      join fondaco.customer_order o on o.id = l.order_id and o.state = 'placed'
     where l.quantity <> (select coalesce(sum(r.quantity), 0) from fondaco.reservation r
                           where r.order_line_id = l.id and r.state = 'held')
        or (l.promised is null) <> exists (select from fondaco.undated_line u
                                            where u.order_line_id = l.id)
    union all
    select 'row', s.id from fondaco.stock_row s
     where s.reserved - s.on_hand > (
           select coalesce(sum(u.quantity), 0) from fondaco.undated_line u
            where u.order_line_id in (select r.order_line_id from fondaco.reservation r
                                       where r.stock_id = s.id and r.state = 'held'))
    """
)


def _cases(examples: int) -> Sequence[list[Happening]]:
    found: list[list[Happening]] = []

    @seed(SEED)
    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.lists(HAPPENINGS, min_size=6, max_size=12))
    def collect(happenings: list[Happening]) -> None:
        found.append(happenings)

    collect()
    return found


class Yard:
    """Two places, and a product of its own for each run of happenings."""

    def __init__(self, quay: Quay, places: Sequence[PlaceId]) -> None:
        self.quay = quay
        self.places = places

    async def begin(self, number: int) -> None:
        """Twenty of a new product on each shelf, and a lot to each place."""
        quay = self.quay
        await quay.run("delete from fondaco.cart_line")
        quay.products = await quay.wholesaler.products(
            1, price_list=quay.prices, prefix=f"Y{number}"
        )
        for place in self.places:
            await quay.has(place, 20)
            await quay.expects(place, 20, quay.today + timedelta(days=5))

    async def happen(self, what: str, place: int, lot: int, number: int) -> None:
        """One of them; what cannot be is left out."""
        quay, where = self.quay, self.places[place]
        if what == "order":
            free = sum(row.available for row in await quay.ask.supply.stock([quay.product]))  # type: ignore[attr-defined]
            if 0 < number <= free:
                await quay.order(number)
        elif what == "expect":
            await self._expect(where, f"L{lot}", number)
        elif what == "arrived":
            await self._arrived(where, f"L{lot}")
        elif what == "report":
            await quay.has(where, number)
        elif what == "cancel":
            await self._cancel()

    async def _expect(self, place: PlaceId, lot: str, number: int) -> None:
        day = self.quay.today + timedelta(days=1 + number % 9)
        wanted = ExpectedLot(self.quay.product, place, lot, Decimal(number), day)
        async with system_ask(self.quay.hall).act() as act:
            await act.supply.expect([wanted])

    async def _arrived(self, place: PlaceId, lot: str) -> None:
        rows = await self.quay.ask.fetch(
            text(
                "select id from fondaco.stock_row"
                " where product_id = :product and place_id = :place and lot = :lot"
            ),
            {"product": self.quay.product, "place": place, "lot": lot},
        )
        async with system_ask(self.quay.hall).act() as act:
            await act.supply.arrived([StockId(row.id) for row in rows], counted=True)

    async def _cancel(self) -> None:
        rows = await self.quay.ask.fetch(
            text(
                "select o.id from fondaco.customer_order o join fondaco.order_line l"
                " on l.order_id = o.id where l.product_id = :product and o.state = 'placed'"
                " order by o.id limit 1"
            ),
            {"product": self.quay.product},
        )
        for row in rows:
            await self.quay.cancel(row.id, deliver=False)

    async def look(self) -> None:
        """The task, as after every change."""
        await replan(JobContext(self.quay.hall, Outside(), REPLAN_TASK, 1), Replan())

    async def wrong(self) -> Sequence[tuple[str, int]]:
        """What does not hold."""
        return [tuple(row) for row in await self.quay.ask.fetch(WRONG)]


async def _yard(quay: Quay) -> Yard:
    await quay.warehouse("Москва", uuid=(await quay.places())["Москва"].uuid)
    return Yard(quay, (quay.moscow, await quay.warehouse("Тверь")))


async def _hold(quay: Quay, examples: int) -> None:
    yard = await _yard(quay)
    for number, happenings in enumerate(_cases(examples)):
        await yard.begin(number)
        for happening in happenings:
            await yard.happen(*happening)
            await yard.look()
            assert not await yard.wrong(), (SEED, happenings, happening)


async def test_every_row_tells_the_truth(quay: Quay) -> None:
    await _hold(quay, 12)


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_every_row_tells_the_truth_for_long(quay: Quay) -> None:
    await _hold(quay, 200)


async def test_without_the_task_rows_promise_what_they_do_not_have(quay: Quay) -> None:
    yard = await _yard(quay)
    await yard.begin(0)
    for happening in (("order", 0, 1, 30), ("report", 0, 1, 0), ("report", 1, 1, 0)):
        await yard.happen(*happening)
    assert "row" in {what for what, _ in await yard.wrong()}
    await yard.look()
    assert not await yard.wrong()
