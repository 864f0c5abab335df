"""The box of some goods: never smaller than the bulkiest, never less than all of them."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.delivery.boxes import STEP, box_of
from fondaco_sdk.types.delivery import Box, box

sides = st.decimals("0.1", "600", places=1)
boxes = st.builds(box, sides, sides, sides)
goods = st.lists(st.tuples(boxes, st.decimals("0.001", "5000", places=3)), min_size=1, max_size=8)


def volume(one: Box) -> D:
    return one.length * one.width * one.height


@given(goods)
def test_everything_should_go_into_it(found: list[tuple[Box, D]]) -> None:
    whole = box_of(found)
    assert all(whole.takes(one) for one, _ in found)
    assert volume(whole) >= sum(volume(one) * pieces for one, pieces in found)


@given(goods)
def test_it_is_no_larger_than_it_has_to_be(found: list[tuple[Box, D]]) -> None:
    whole = box_of(found)
    bulkiest = [
        max(getattr(one, side) for one, _ in found) for side in ("length", "width", "height")
    ]
    least = max(
        bulkiest[0] * bulkiest[1] * bulkiest[2],
        sum(volume(one) * pieces for one, pieces in found),
    )
    shorter = [side - STEP for side in (whole.length, whole.width, whole.height)]
    assert shorter[0] * shorter[1] * shorter[2] < least


@given(boxes, st.integers(1, 1000))
def test_more_pieces_never_take_less(one: Box, pieces: int) -> None:
    assert volume(box_of([(one, D(pieces + 1))])) >= volume(box_of([(one, D(pieces))]))


@pytest.mark.parametrize(
    ("found", "whole"),
    [
        ([(box(D(30), D(20), D(10)), D(1))], Box(D(30), D(20), D(10))),
        # Two of them on each other, and then as a cube.
        ([(box(D(30), D(20), D(10)), D(2))], Box(D(30), D(20), D(20))),
        ([(box(D(10), D(10), D(10)), D(8))], Box(D(20), D(20), D(20))),
        # A long thing stays long, whatever lies beside it.
        (
            [(box(D(200), D(5), D(5)), D(1)), (box(D(10), D(10), D(10)), D(1))],
            Box(D(200), D(10), D(10)),
        ),
    ],
)
def test_what_stands_to_reason(found: list[tuple[Box, D]], whole: Box) -> None:
    assert box_of(found) == whole
