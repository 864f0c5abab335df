"""The choice among ways to supply: earliest first, and no row is promised twice."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

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


def way(
    line: int,
    stock: StockRow,
    days: int | None = 0,
    cost: int = 0,
    plugin: str = "stock",
    **more: Any,
) -> tuple[str, Supply]:
    ready = None if days is None else TODAY + timedelta(days=days)
    return plugin, Supply(
        line, stock.id, stock.place_id, stock.available, ready, WHY, Decimal(cost), **more
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


def test_what_the_seller_prefers_comes_before_the_day() -> None:
    own, partner = row(1, 50), row(2, 50, place=2)
    ways = [way(1, own, 5), way(1, partner, 1, preference=Decimal(1))]
    (found,) = allocate([want(1, 60)], [own, partner], ways, NAMES)
    assert [(p.place_name, p.quantity) for p in found.parts] == [("Москва", 50), ("Тверь", 10)]


def test_a_plugin_that_knows_a_row_better_is_the_only_one_asked_about_it() -> None:
    here, there = row(1, 10), row(2, 10, place=2)
    ways = [
        way(1, here, 0),
        way(1, there, 0),
        way(1, here, 4, plugin="sourcing", supersedes=True),
    ]
    (found,) = allocate([want(1, 20)], [here, there], ways, NAMES)
    assert [(p.plugin, p.promised) for p in found.parts] == [
        ("stock", TODAY),
        ("sourcing", TODAY + timedelta(days=4)),
    ]
    assert [(r.plugin, r.reason.code) for r in found.rejected] == [("stock", "supply.known_better")]


def test_superseding_is_for_one_line_only() -> None:
    here = row(1, 10)
    ways = [way(1, here), way(2, here), way(1, here, 4, plugin="sourcing", supersedes=True)]
    first, second = allocate([want(1, 4), want(2, 4)], [here], ways, NAMES)
    assert [p.plugin for p in first.parts + second.parts] == ["sourcing", "stock"]


def test_a_way_without_a_day_refuses_with_its_own_reason() -> None:
    late = row(1, 10)
    ways = [way(1, late), way(1, late, None, plugin="sourcing", supersedes=True)]
    (found,) = allocate([want(1, 4)], [late], ways, NAMES)
    assert found.missing == 4
    assert [r.reason.code for r in found.rejected] == ["w", "supply.known_better"]


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
    asked = sum(w.quantity for w in wants)
    assert all(not line.missing for line in found) == (asked <= sum(s.available for s in stock))
    short = sum(line.missing for line in found)
    left = sum(s.available for s in stock) - sum(p.quantity for line in found for p in line.parts)
    assert short == 0 or left == 0


PIECES = st.tuples(
    st.integers(0, 50), st.integers(0, 9), st.integers(0, 3), st.integers(0, 2), st.booleans()
)


@given(
    st.lists(PIECES, min_size=1, max_size=6), st.lists(st.integers(1, 60), min_size=1, max_size=4)
)
def test_more_stock_is_never_worse(pieces: list[tuple[Any, ...]], quantities: list[int]) -> None:
    wants = [want(i, quantity) for i, quantity in enumerate(quantities, 1)]

    def answer(more: int) -> tuple[Decimal, list[tuple[Decimal, date]]]:
        stock = [row(i, have + more) for i, (have, *_) in enumerate(pieces, 1)]
        ways = [
            way(w.line, s, days, cost, preference=Decimal(rank), supersedes=better)
            for w in wants
            for s, (_, days, cost, rank, better) in zip(stock, pieces, strict=True)
        ]
        found = allocate(wants, stock, ways, NAMES)
        return sum((line.missing for line in found), Decimal(0)), [
            (part.quantity, part.promised) for line in found for part in line.parts
        ]

    missing, parts = answer(0)
    less_missing, _ = answer(5)
    assert less_missing <= missing
    assert all(quantity > 0 and day >= TODAY for quantity, day in parts)


@given(st.lists(PIECES, min_size=2, max_size=6), st.integers(1, 200), st.randoms())
def test_the_order_of_proposals_changes_nothing(
    pieces: list[tuple[Any, ...]], quantity: int, random: Random
) -> None:
    stock = [row(i, have) for i, (have, *_) in enumerate(pieces, 1)]
    ways = [
        way(1, s, days, cost, preference=Decimal(rank), supersedes=better)
        for s, (_, days, cost, rank, better) in zip(stock, pieces, strict=True)
    ]
    (before,) = allocate([want(1, quantity)], stock, ways, NAMES)
    random.shuffle(ways)
    (after,) = allocate([want(1, quantity)], stock, ways, NAMES)
    assert before.parts == after.parts
