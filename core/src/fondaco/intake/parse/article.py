"""The article number in a cell, and what Excel may have made of it."""

import datetime as dt
import math
import re

from fondaco.intake.parse.cells import Value, text_of
from fondaco.intake.parse.model import Problem, problem
from fondaco.intake.parse.number_format import displayed

LONGEST = 100
EXACT_DIGITS = 15

_MONTHS = {
    month: number
    for names in (
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, month in enumerate(names.split(), 1)
}
_MONTH = "|".join(_MONTHS)
_DAY_MONTH = re.compile(rf"(?P<day>[0-9]{{1,2}})[. -](?P<month>{_MONTH})", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"(?P<month>{_MONTH})[. -](?P<year>[0-9]{{2}})", re.IGNORECASE)
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+[0-9]{2,3}", re.IGNORECASE)


def read_article(
    value: Value, number_format: str = ""
) -> tuple[str, tuple[str, ...], Problem | None]:
    """The text, other spellings the person may have typed, and what is wrong."""
    text = text_of(value)
    if isinstance(value, str):
        return _read_text(text)
    if not isinstance(value, int | float):
        return text, _spellings_of_moment(value), problem("article.became_date", text=text)
    if isinstance(value, bool) or not math.isfinite(value):
        return text, (), None
    if abs(value) >= 10**EXACT_DIGITS:
        return text, (), problem("article.lost_digits", text=text)
    shown = displayed(value, number_format)
    return text, (shown,) if shown and shown != text else (), None


def _read_text(text: str) -> tuple[str, tuple[str, ...], Problem | None]:
    if not text:
        return "", (), problem("article.missing")
    if len(text) > LONGEST:
        return text, (), problem("article.too_long", limit=str(LONGEST))
    if text.startswith("="):
        return text, (), problem("article.formula", text=text)
    if _ROUNDED.fullmatch(text):
        return text, (), problem("article.lost_digits", text=text)
    if match := _DAY_MONTH.fullmatch(text):
        spellings = _day_and_month(int(match["day"]), _MONTHS[match["month"].lower()])
        return text, spellings, problem("article.became_date", text=text)
    if match := _MONTH_YEAR.fullmatch(text):
        month, year = _MONTHS[match["month"].lower()], match["year"]
        spellings = (f"{month}-{year}", f"{month:02}-{year}")
        return text, spellings, problem("article.became_date", text=text)
    return text, (), None


def _spellings_of_moment(value: Value) -> tuple[str, ...]:
    """Separators do not matter: they are not part of the article key."""
    if not isinstance(value, dt.date):
        return ()
    spellings = _day_and_month(value.day, value.month)
    if value.day == 1:
        year = value.year % 100
        spellings += (f"{value.month}-{year:02}", f"{value.month:02}-{year:02}")
    day_first = f"{value.day:02}-{value.month:02}"
    return (*spellings, f"{day_first}-{value.year % 100:02}")


def _day_and_month(day: int, month: int) -> tuple[str, ...]:
    """What typed into a Russian Excel, then into an English one, becomes this date."""
    typed = (f"{day}-{month}", f"{day:02}-{month:02}", f"{month}-{day}", f"{month:02}-{day:02}")
    return tuple(dict.fromkeys(typed))
