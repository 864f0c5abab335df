"""The receipt comes to the amount, to the kopeck, whatever part of the order is paid so."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco_payments_yookassa.receipt import MOST_POSITIONS, positions, shares
from fondaco_sdk.providers.payment import ChargeItem

D = Decimal
RATES = [None, D(0), D(5), D(7), D(10), D(20), D(22)]
ITEMS = st.lists(
    st.builds(
        ChargeItem,
        name=st.text("абв ", min_size=1, max_size=200),
        quantity=st.decimals("0.001", "5000", places=3) | st.integers(1, 5000).map(D),
        unit=st.just("шт"),
        total=st.decimals("0.01", "1000000", places=2),
        vat_rate=st.sampled_from(RATES),
    ),
    min_size=1,
    max_size=130,
)


@given(items=ITEMS, part=st.integers(1, 10_000))
def test_positions_come_to_the_amount(items: list[ChargeItem], part: int) -> None:
    whole = sum((item.total for item in items), D(0))
    amount = max(D("0.01"), (whole * part / 10_000).quantize(D("0.01")))
    dealt = shares(items, amount)
    assert sum(dealt) == amount
    assert all(0 <= share <= item.total for share, item in zip(dealt, items, strict=True))
    found = positions(items, amount, "P-1")
    assert sum(one.total for one in found) == amount
    assert len(found) <= MOST_POSITIONS
    assert all(one.price > 0 and one.quantity > 0 and len(one.name) <= 128 for one in found)
    assert all(one.price == round(one.price, 2) for one in found)


@given(items=ITEMS)
def test_the_whole_order_is_paid_line_by_line(items: list[ChargeItem]) -> None:
    whole = sum((item.total for item in items), D(0))
    assert list(shares(items, whole)) == [item.total for item in items]


def test_a_line_that_does_not_divide_has_two_prices_a_kopeck_apart() -> None:
    found = positions([ChargeItem("Болт", D(3), "шт", D(100), D(22))], D(100), "P-1")
    assert [(one.quantity, one.price) for one in found] == [(2, D("33.33")), (1, D("33.34"))]


def test_a_measured_quantity_is_one_piece_that_names_it() -> None:
    found = positions([ChargeItem("Кабель", D("2.5"), "м", D(100), D(22))], D("99.99"), "P-1")
    assert [(one.name, one.quantity) for one in found] == [("Кабель, 2.5 м", 1)]


def test_a_rate_that_receipts_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError):
        positions([ChargeItem("Болт", D(3), "шт", D(100), D(18))], D(100), "P-1")
