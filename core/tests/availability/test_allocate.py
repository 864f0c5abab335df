"""The choice among ways to supply: earliest first, and no row is promised twice."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fondaco.availability.allocate import allocate
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import StockRow, Supply, Want

TODAY = date(2026, 11, 20)
WHY = Reason("w", "w", "w")
NAMES = {PlaceId(1): "Москва", PlaceId(2): "Тверь"}


def row(id_: int, have: int, product: int = 1, place: int = 1, reserved: int = 0) -> StockRow:
    return StockRow(
        StockId(id_), ProductId(product), PlaceId(place), "", Decimal(have), Decimal(reserved)
    )


def way(line: int, stock: StockRow, days: int = 0, cost: int = 0) -> tuple[str, Supply]:
    ready = TODAY + timedelta(days=days)
    return "stock", Supply(
        line, stock.id, stock.place_id, stock.available, ready, WHY, Decimal(cost)
    )


def want(line: int, quantity: int, product: int = 1) -> Want:
    return Want(line, ProductId(product), Decimal(quantity))


def test_the_earliest_comes_first_and_the_rest_follows() -> None:
    near, far = row(1, 40), row(2, 100, place=2)
    (found,) = allocate([want(1, 120)], [near, far], [way(1, far, 3), way(1, near)], NAMES)
    assert [(p.place_name, p.quantity) for p in found.parts] == [("Москва", 40), ("Тверь", 80)]
    assert found.promised == TODAY + timedelta(days=3)


def test_between_equal_days_the_cheaper() -> None:
    one, two = row(1, 50), row(2, 50, place=2)
    (found,) = allocate([want(1, 10)], [one, two], [way(1, one, cost=5), way(1, two)], NAMES)
    assert [p.place_name for p in found.parts] == ["Тверь"]
    assert [r.reason.code for r in found.rejected] == ["supply.not_needed"]


def test_the_same_product_in_two_lines_shares_one_row() -> None:
    stock = row(1, 10)
    first, second = allocate(
        [want(1, 7), want(2, 7)], [stock], [way(1, stock), way(2, stock)], NAMES
    )
    assert (first.missing, second.missing) == (0, 4)


def test_negative_and_oversold_stock_is_none() -> None:
    gone, oversold = row(1, -5), row(2, 3, reserved=9)
    (found,) = allocate([want(1, 1)], [gone, oversold], [way(1, gone), way(1, oversold)], NAMES)
    assert found.missing == 1
    assert {r.reason.code for r in found.rejected} == {"supply.empty"}
    assert found.promised is None


@given(
    st.lists(st.integers(-5, 50), min_size=1, max_size=5),
    st.lists(st.integers(1, 60), min_size=1, max_size=5),
    st.randoms(),
)
def test_nothing_is_promised_twice_and_nothing_is_lost(  # D02: kits, packs, several outlets
    haves: list[int], quantities: list[int], random: object
) -> None:
    stock = [row(i, have) for i, have in enumerate(haves, 1)]
    wants = [want(i, quantity) for i, quantity in enumerate(quantities, 1)]
    ways = [way(w.line, s, days=s.id % 3) for w in wants for s in stock]
    found = allocate(wants, stock, ways, NAMES)
    for line in found:
        assert sum(p.quantity for p in line.parts) + line.missing == line.wanted
        assert all(p.quantity > 0 for p in line.parts)
    for s in stock:
        taken = sum(p.quantity for line in found for p in line.parts if p.stock_id == s.id)
        assert taken <= s.available
    short = sum(line.missing for line in found)
    left = sum(s.available for s in stock) - sum(p.quantity for line in found for p in line.parts)
    assert short == 0 or left == 0
