"""The rule of amended lines: what is held is never more than there is, and nothing is lost."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fondaco.orders.amending.rule import Free, Held, Line, Piece, changes, plan
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.order import AmendedLine

D = Decimal


def _line(number: int, product: int, quantity: int, held: int) -> Line:
    kept = (Held(number, product * 10, D(held), None),) if held else ()
    return Line(
        number, ProductId(product), "A", "А", "шт", D(quantity), D(1), D(quantity), D(22), kept
    )


def _to(product: int, quantity: int, price: int = 1) -> AmendedLine:
    return AmendedLine(ProductId(product), D(quantity), D(price), D(quantity * price))


def test_lines_are_known_by_their_product_in_their_order() -> None:
    lines = [_line(1, 1, 5, 5), _line(2, 1, 7, 7), _line(3, 2, 4, 4)]
    found = changes(lines, [_to(1, 5), _to(1, 9), _to(3, 2)])
    assert [(one.line and one.line.id, one.quantity) for one in found] == [
        (2, 9),
        (3, 0),
        (None, 2),
    ]
    assert changes(lines, [_to(2, 4), _to(1, 5), _to(1, 7)]) == []


def test_a_line_gives_back_what_another_of_the_same_goods_needs() -> None:
    lines = [_line(1, 1, 5, 5), _line(2, 1, 5, 5)]
    found = plan(changes(lines, [_to(1, 8), _to(1, 2)]), [Free(10, ProductId(1), D(0))], None)
    assert [one.pieces for one in found] == [
        (Piece(10, D(8), None),),
        (Piece(10, D(2), None),),
    ]
    assert [one.short for one in found] == [0, 0]


def test_a_line_whose_hold_had_ended_takes_nothing_anew() -> None:
    (one,) = plan(changes([_line(1, 1, 5, 0)], [_to(1, 9)]), [Free(10, ProductId(1), D(99))], None)
    assert (one.pieces, one.short) == ((), 0)


_COUNT = st.integers(0, 9)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9), _COUNT), max_size=5),
    st.lists(st.tuples(st.integers(1, 3), _COUNT), max_size=6),
    st.tuples(_COUNT, _COUNT, _COUNT),
)
def test_never_more_than_there_is_and_never_more_than_ordered(
    known: list[tuple[int, int, int]], wanted: list[tuple[int, int]], free: tuple[int, int, int]
) -> None:
    lines = [_line(n, p, q, min(q, held)) for n, (p, q, held) in enumerate(known, 1)]
    rows = [Free(p * 10, ProductId(p), D(free[p - 1])) for p in (1, 2, 3)]
    found = changes(lines, [_to(p, q) for p, q in wanted])
    plans = plan(found, rows, None)
    for row in rows:
        before = sum(
            (h.quantity for c in found for h in (c.line.held if c.line else ())
             if h.stock_id == row.stock_id), D(0)
        )  # fmt: skip
        after = sum(
            (p.quantity for one in plans for p in one.pieces if p.stock_id == row.stock_id), D(0)
        )
        assert after - before <= row.quantity
    for one in plans:
        held = sum((p.quantity for p in one.pieces), D(0))
        assert held <= one.change.quantity
        assert all(p.quantity > 0 for p in one.pieces)
        ended = one.change.line and one.change.line.quantity and not one.change.line.held
        assert held + one.short == (held if ended else one.change.quantity)
