"""Numbers in every notation, and texts that must not be slow."""

from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco_erp_1c.commerceml.richtext import plain_text
from fondaco_erp_1c.commerceml.values import Unreadable, number

SPACES = ["", " ", "\u00a0", "\u202f", "\u2009", "'"]
amounts = st.decimals(
    min_value=Decimal("-99999999999.999"),
    max_value=Decimal("99999999999.999"),
    places=3,
    allow_nan=False,
    allow_infinity=False,
).filter(lambda amount: not -1_000_000_000 <= amount <= -999_999_999)


def grouped(amount: Decimal, group: str, point: str, minus: str) -> str:
    whole, _, fraction = f"{abs(amount):,.3f}".partition(".")
    sign = minus if amount < 0 else ""
    return f"{sign}{whole.replace(',', group)}{point}{fraction}"


@given(amounts, st.sampled_from(SPACES), st.sampled_from([".", ","]), st.sampled_from("-−"))
def test_a_number_survives_any_notation(
    amount: Decimal, group: str, point: str, minus: str
) -> None:
    assert number(f" {grouped(amount, group, point, minus)}\u00a0") == amount


@given(amounts.filter(lambda amount: abs(amount) >= 1000))
def test_a_number_with_both_separators(amount: Decimal) -> None:
    assert number(grouped(amount, ",", ".", "-")) == amount
    assert number(grouped(amount, ".", ",", "-")) == amount


@given(amounts)
def test_a_number_as_python_writes_it(amount: Decimal) -> None:
    assert number(str(amount)) == amount


@given(st.text())
def test_any_text_is_a_number_or_nothing_or_unreadable(written: str) -> None:
    try:
        found = number(written)
    except Unreadable:
        return
    assert found is None or (found.is_finite() and abs(found) < 10**15)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, None),
        ("", None),
        ("\u00a0", None),
        ("-999 999 999,9", None),
        ("-999\u00a0999\u00a0999,9", None),
        ("-999999999.9", None),
        ("-999999999", None),
        ("-999999998.9", Decimal("-999999998.9")),
        ("0", Decimal(0)),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("1,234,567", Decimal(1234567)),
        ("1,5", Decimal("1.5")),
        ("1E-3", Decimal("0.001")),
    ],
)
def test_numbers(written: str | None, expected: Decimal | None) -> None:
    assert number(written) == expected


@pytest.mark.parametrize(
    "written", ["шт", "1.2.3", "NaN", "Infinity", "1_000", "1e99", "--1", "٣", "9" * 40, "0x1F"]
)
def test_what_is_no_number(written: str) -> None:
    with pytest.raises(Unreadable):
        number(written)


@pytest.mark.parametrize(
    "piece", ["<", "<a", "<!--", "<a <b", "&lt;", "<a b='", "</", "<script>", "<!", "&#", "<p>\n"]
)
def test_descriptions_take_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = perf_counter()
    plain_text(text)
    assert perf_counter() - started < 2
