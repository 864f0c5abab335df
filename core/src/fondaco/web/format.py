"""How money, quantities and dates read, in Russian and English alike.

Thousands are set apart by a thin non-breaking space in Russian, and a number never breaks from its
sign or unit. Own digit grouping, since Babel's takes 40 µs a number and a page has thousands.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import get_currency_precision, get_currency_symbol

THIN = "\u202f"
FIXED = "\u00a0"
MINUS = "\u2212"
DASH = "\u2014"

# CLDR gives Russian no plain words for these in a form that may open a sentence or stand inside it.
_NEAR = {
    "ru": {-2: "позавчера", -1: "вчера", 0: "сегодня", 1: "завтра", 2: "послезавтра"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}


class _Currency(NamedTuple):
    step: Decimal
    before: str
    after: str


def money(amount: Decimal, currency: str, locale: str) -> str:
    """1 234 567,80 ₽ or ₽1,234,567.80; rounded half-up to the minor unit of an ISO 4217 code."""
    unit = _currency(currency, locale)
    rounded = amount.quantize(unit.step, ROUND_HALF_UP)
    return f"{_sign(rounded)}{unit.before}{number(abs(rounded), locale)}{unit.after}"


def quantity(value: Decimal, unit: str, locale: str, zero: str = "0") -> str:
    """A quantity with its unit, without trailing zeros. A zero reads as `zero`, with no unit."""
    if not value:
        return zero
    plain = value.normalize()
    text = f"{_sign(plain)}{number(abs(plain), locale)}"
    return f"{text}{FIXED}{unit}" if unit else text


def percent(value: Decimal, locale: str) -> str:
    """12.5 reads as 12,5 % or 12.5%."""
    plain = value.normalize()
    gap = "" if locale == "en" else THIN
    return f"{_sign(plain)}{number(abs(plain), locale)}{gap}%"


def number(value: Decimal | int, locale: str) -> str:
    """Digits grouped by thousands; as many decimals as the value carries."""
    text = f"{Decimal(value):,f}"
    if locale == "en":
        return text
    return text.replace(",", THIN).replace(".", ",")


def plain(value: Decimal | int) -> str:
    """A number as a form field holds it: no grouping, a point, no trailing zeros."""
    return f"{Decimal(value).normalize():f}"


@lru_cache(maxsize=4096)
def day(value: date, locale: str, today: date) -> str:
    """«завтра, вт» or «tomorrow, Tue» near today; otherwise «вт 24 нояб.», with a foreign year."""
    near = _NEAR[locale].get((value - today).days)
    if near:
        return f"{near}, {format_date(value, 'EEE', locale)}".replace(" ", FIXED)
    pattern = "EEE d MMM" if value.year == today.year else "EEE d MMM y"
    return format_date(value, pattern, locale).replace(" ", FIXED)


def moment(value: datetime, zone: ZoneInfo, locale: str, today: date) -> str:
    """An aware time in a zone: «сегодня, 09:40» or «вт 24 нояб., 09:40»."""
    local = value.astimezone(zone)
    clock = format_time(local, "HH:mm", locale=locale)
    near = _NEAR[locale].get((local.date() - today).days)
    return f"{near or day(local.date(), locale, today)},{FIXED}{clock}"


def _sign(value: Decimal) -> str:
    return MINUS if value < 0 else ""


@cache
def _currency(code: str, locale: str) -> _Currency:
    symbol = get_currency_symbol(code, locale)
    if symbol == code:
        # English knows no short sign for the rouble, Russian does.
        symbol = get_currency_symbol(code, "ru")
    step = Decimal(1).scaleb(-get_currency_precision(code))
    if Locale.parse(locale).currency_formats["standard"].pattern.startswith("¤"):
        gap = THIN if symbol[-1].isalpha() else ""
        return _Currency(step, f"{symbol}{gap}", "")
    return _Currency(step, "", f"{THIN}{symbol}")
