"""Prices and stock as people write them: with a currency or a unit, in groups of thousands."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal

from fondaco.intake.parse.cells import Value, is_moment, number_text, text_of
from fondaco.intake.parse.quantity import Marks, plain_number, proven, readings
from fondaco.intake.sheets.model import Amount

_SHOWN = 60
_DRESS = (
    r"(?:руб(?:лей|ля|ль)?|р|₽|rub|rur|usd|eur|byn|kzt|cny|долл?|евро|[$€¥₸₴]|шт|ед|pcs|кг|м)\.?"
)
_AMOUNT = re.compile(
    rf"(?P<sign>[-−–])? ?(?:{_DRESS} ?)?(?P<number>[0-9][0-9 '’.,]*?) ?(?:{_DRESS})?",
    re.IGNORECASE,
)
_LONGEST = 40
_NOTHING = frozenset({"-", "–", "—", "−"})


def marks_of_amounts(values: Iterable[Value]) -> Marks:
    """Which mark the column uses for decimals, and which for thousands."""
    decimal: set[str] = set()
    thousands: set[str] = set()
    for value in values:
        found = _match(value) if isinstance(value, str) else None
        if found is not None:
            decimal_mark, thousands_mark = proven(found[1])
            decimal.update(decimal_mark)
            thousands.update(thousands_mark)
    return Marks(frozenset(decimal), frozenset(thousands))


def read_amount(value: Value, marks: Marks) -> Amount:
    """The number in a cell, also one below zero; or what is wrong with it."""
    if value == "" or value in _NOTHING:
        return Amount()
    text = text_of(value)[:_SHOWN]
    if isinstance(value, str):
        return _read_text(value, text, marks)
    if is_moment(value):
        return Amount(None, text, "became_date")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return Amount(None, text, "not_a_number")
    return Amount(Decimal(number_text(value)), text)


def _read_text(value: str, text: str, marks: Marks) -> Amount:
    if value.startswith("="):
        return Amount(None, text, "formula")
    found = _match(value)
    if found is None:
        return Amount(None, text, "not_a_number")
    sign, number = found
    small, large = readings(number, marks)
    if small != large:
        return Amount(None, text, "ambiguous")
    return Amount(-small if sign else small, text)


def _match(value: str) -> tuple[str, str] | None:
    """(sign, digits with marks)."""
    match = _AMOUNT.fullmatch(value) if len(value) <= _LONGEST else None
    number = plain_number(match["number"]) if match else None
    return None if match is None or number is None else (match["sign"] or "", number)
