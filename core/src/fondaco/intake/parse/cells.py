"""From the value of a cell to the text a person would have typed."""

import datetime as dt
import math
import re
from typing import TypeAlias

from fondaco.intake.parse.model import TEXT_LENGTH

# A moment in a sheet has no zone; it only ever stands for a number that Excel misread.
Value: TypeAlias = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_KEPT_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)


def tidy(value: Value) -> Value:
    """Text on one line, without edges, invisible characters and the ="..." of CSV exports."""
    if not isinstance(value, str):
        return value
    if value.isalnum() and value.isascii():
        return value
    text = " ".join(_INVISIBLE.sub("", value).split())
    kept = _KEPT_AS_TEXT.fullmatch(text)
    return kept[1].replace('""', '"').strip() if kept else text


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_moment(value: Value) -> bool:
    return isinstance(value, dt.date | dt.time | dt.timedelta)


def text_of(value: Value) -> str:
    """As Excel would show it, numbers with up to 15 digits; cut at `TEXT_LENGTH`."""
    if isinstance(value, str):
        return value if len(value) <= TEXT_LENGTH else value[: TEXT_LENGTH - 1] + "…"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%d.%m.%Y %H:%M" if value.time() != dt.time() else "%d.%m.%Y")
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    return value.strftime("%H:%M")


def number_text(value: float) -> str:
    """Never with an exponent; the digits beyond the fifteenth are noise of the binary form."""
    if isinstance(value, int) or (value.is_integer() if math.isfinite(value) else False):
        return str(int(value))
    if not math.isfinite(value):
        return str(value)
    short = f"{value:.15g}"
    return short if "e" not in short else f"{value:.15f}".rstrip("0")
