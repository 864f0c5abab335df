"""Which article keys are one slip away, and how likely each is."""

import pytest

from fondaco.catalog.near_keys import ALIKE, MISSING, SWAPPED, WRONG, near_keys


@pytest.mark.parametrize(
    ("typed", "meant", "rank"),
    [
        ("LM0O26", "LMO026", ALIKE),
        ("AB1234", "ABI234", ALIKE),
        ("AB1324", "AB1234", SWAPPED),
        ("AB123", "AB1234", MISSING),
        ("AB12345", "AB1234", MISSING),
        ("AB1294", "AB1234", WRONG),
    ],
)
def test_a_slip_leads_back(typed: str, meant: str, rank: int) -> None:
    assert near_keys(typed)[meant] == rank


def test_two_slips_do_not() -> None:
    assert "AB1234" not in near_keys("BA1324")
    assert "AB1234" not in near_keys("AB1234")


def test_what_cannot_be_told_apart_has_no_near_keys_and_zeros_are_bounded() -> None:
    assert near_keys("A12") == near_keys("7" * 25) == {}
    assert len(near_keys("0O" * 12)) < 2_500
