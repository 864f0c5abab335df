"""The rule by which a line is planned anew: soonest first, its own row before others of one day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fondaco.availability.allocate import Proposal
from fondaco.orders.replan.rule import Held, Outcome, settle_anew
from fondaco_sdk.types.ids import PlaceId, StockId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Supply

DAY = date(2027, 3, 1)
WHY = Reason("test", "так", "so")


def held(row: int, quantity: int, beyond: int = 0, *, unsure: bool = False) -> Held:
    return Held(StockId(row), Decimal(quantity), Decimal(quantity), Decimal(beyond), unsure)


def way(row: int, days: int | None, quantity: int = 100, cost: int = 0) -> Proposal:
    ready = None if days is None else DAY + timedelta(days=days)
    return "test", Supply(
        0, StockId(row), PlaceId(row), Decimal(quantity), ready, WHY, Decimal(cost)
    )


def free(**rows: int) -> dict[StockId, Decimal]:
    return {StockId(int(name[1:])): Decimal(left) for name, left in rows.items()}


def gist(outcome: Outcome) -> tuple[Sequence[tuple[int, int]], ...]:
    return tuple(
        [(piece.stock_id, int(piece.quantity)) for piece in pieces]
        for pieces in (outcome.stays, outcome.found, outcome.stuck)
    )


def test_what_nothing_has_changed_about_stays() -> None:
    outcome = settle_anew([held(1, 5), held(2, 3, beyond=3)], [way(3, 9)], free(r3=10))
    assert gist(outcome) == ([(1, 5)], [(3, 3)], [])


def test_the_soonest_way_wins_then_the_own_row_then_the_cheaper() -> None:
    ways = [way(1, 5), way(2, 5, cost=1), way(3, 5), way(4, 2)]
    outcome = settle_anew([held(1, 10, unsure=True)], ways, free(r2=10, r3=10, r4=4))
    assert gist(outcome) == ([], [(4, 4), (1, 6)], [])
    cheaper = settle_anew([held(9, 10, beyond=10)], ways, free(r1=0, r2=10, r3=10, r4=4))
    assert gist(cheaper) == ([], [(4, 4), (3, 6)], [])


def test_what_no_way_brings_stays_with_its_row_and_has_no_day() -> None:
    outcome = settle_anew(
        [held(1, 10, unsure=True), held(2, 6, beyond=4)], [way(1, None), way(3, 1)], free(r3=5)
    )
    assert gist(outcome) == ([(2, 2)], [(3, 5)], [(1, 9)])
    assert outcome.missing == 9


def test_a_row_gives_back_what_its_line_leaves_and_no_more() -> None:
    there = free(r2=10, r1=0)
    settle_anew([held(1, 10, unsure=True)], [way(1, 5), way(2, 1)], there)
    assert there == free(r2=0, r1=10)


rows = st.integers(1, 4)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Held], list[Proposal], dict[StockId, Decimal]]:
    ours = draw(st.lists(rows, min_size=1, max_size=3, unique=True))
    some = []
    for row in ours:
        quantity = draw(st.integers(1, 20))
        some.append(held(row, quantity, draw(st.integers(0, quantity)), unsure=draw(st.booleans())))
    ways = [way(row, draw(st.none() | st.integers(0, 9))) for row in range(1, 5)]
    return some, ways, {StockId(row): Decimal(draw(st.integers(0, 20))) for row in range(1, 5)}


@given(cases())
def test_nothing_is_lost_or_taken_twice(
    case: tuple[list[Held], list[Proposal], dict[StockId, Decimal]],
) -> None:
    some, ways, there = case
    before = dict(there)
    outcome = settle_anew(some, ways, there)
    pieces = [*outcome.stays, *outcome.found, *outcome.stuck]
    assert sum(p.quantity for p in pieces) == sum(one.quantity for one in some)
    assert all(p.quantity > 0 for p in pieces)
    assert all(left >= 0 for left in there.values())
    found: Counter[StockId] = Counter()
    for piece in outcome.found:
        found[piece.stock_id] += piece.quantity  # type: ignore[assignment]
    own = {one.stock_id: one.covered for one in some}
    for row, quantity in found.items():
        assert quantity <= before[row] + own.get(row, Decimal(0))
    if outcome.stuck:
        dated = {proposal[1].stock_id for proposal in ways if proposal[1].ready_on}
        assert not any(there[row] for row in dated - {p.stock_id for p in outcome.stuck})
