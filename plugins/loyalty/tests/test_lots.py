"""The oldest points go first; nothing is ever below zero; everything is accounted for."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fondaco_loyalty.balance import Balance, Dated, Wish
from fondaco_loyalty.lots import Lot, oldest_first

DAY = date(2026, 11, 27)
ORDER = UUID("0197a000-0000-7000-8000-000000000001")

amounts = st.decimals(min_value="0.01", max_value="100000", places=2)
days = st.none() | st.integers(0, 400).map(lambda n: DAY + timedelta(days=n))


@st.composite
def lots(draw: st.DrawFn) -> list[Lot]:
    """Lots as a database may hand them over, in any order."""
    drawn = draw(st.lists(st.tuples(amounts, days, st.booleans()), max_size=8))
    found = [
        Lot(number, left, until, ORDER if own else None)
        for number, (left, until, own) in enumerate(drawn)
    ]
    return draw(st.permutations(found))


@given(lots(), amounts)
def test_what_is_taken_and_what_is_missing_is_what_was_asked(
    found: list[Lot], amount: Decimal
) -> None:
    taken = oldest_first(found, amount)
    left = {lot.id: lot.left for lot in found}
    assert taken.amount + taken.missing == amount
    assert all(0 < take.amount <= left[take.lot] for take in taken.takes)
    assert len({take.lot for take in taken.takes}) == len(taken.takes)
    assert taken.missing == max(amount - sum(left.values()), Decimal(0))


@given(lots(), amounts)
def test_nothing_is_taken_while_something_older_is_left(found: list[Lot], amount: Decimal) -> None:
    taken = {take.lot: take.amount for take in oldest_first(found, amount).takes}
    for lot in found:
        if lot.id in taken:
            older = [o for o in found if (o.expires_on or date.max) < (lot.expires_on or date.max)]
            assert all(taken.get(o.id) == o.left for o in older)


@given(lots(), amounts)
def test_the_lots_of_an_order_go_before_all_others(found: list[Lot], amount: Decimal) -> None:
    taken = {take.lot: take.amount for take in oldest_first(found, amount, order=ORDER).takes}
    if any(lot.order is None and lot.id in taken for lot in found):
        assert all(taken.get(lot.id) == lot.left for lot in found if lot.order == ORDER)


@given(lots(), st.permutations(range(8)), amounts)
def test_the_order_in_which_lots_come_changes_nothing(
    found: list[Lot], order: list[int], amount: Decimal
) -> None:
    shuffled = sorted(found, key=lambda lot: order[lot.id])
    assert oldest_first(found, amount) == oldest_first(shuffled, amount)


@given(amounts, amounts, st.integers(0, 100), st.none() | amounts)
def test_what_can_be_used_is_whole_within_the_share_and_within_what_there_is(
    available: Decimal, total: Decimal, share: int, most: Decimal | None
) -> None:
    balance = Balance(True, Decimal(0), Wish(most), (Dated(available, None),))
    possible = balance.possible(total, Decimal(share))
    wanted = balance.wanted(total, Decimal(share))
    assert possible == int(possible)
    assert 0 <= wanted <= possible <= min(available, total * share / 100)
