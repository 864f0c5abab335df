"""Numbers and dates as they are written in a document, Russian or English."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_symbol

NBSP = "\u00a0"
MINUS = "\u2212"
_LONG_DATE = {"ru": "d MMMM y 'г.'", "en": "d MMMM y"}


def language(locale: str) -> str:
    """The language a locale is written in here: "ru" or "en"."""
    return "ru" if locale.lower().startswith("ru") else "en"


def money(amount: Decimal, lang: str) -> str:
    """Two decimals at least, more if the amount has them: `1 234,50`, `0,1234`."""
    exponent = amount.normalize().as_tuple().exponent
    decimals = max(2, -exponent if isinstance(exponent, int) else 2)
    return _grouped(f"{amount:,.{decimals}f}", lang)


def quantity(value: Decimal, lang: str) -> str:
    """No trailing zeros: `1 200`, `0,5`."""
    return _grouped(f"{value.normalize():,f}", lang)


def percent(value: Decimal, lang: str) -> str:
    """`12,5%`, for a value of 12.5."""
    return f"{quantity(value, lang)}%"


def currency_sign(currency: str, lang: str) -> str:
    """`₽`, `$`; the code where there is no sign."""
    return get_currency_symbol(currency, locale=lang)


def with_currency(amount: Decimal, currency: str, lang: str) -> str:
    """With the sign of the currency where the language puts it: `1 234,50 ₽`."""
    return format_currency(amount, currency, locale=lang)


def long_date(day: date, lang: str) -> str:
    """`3 марта 2026 г.`, `3 March 2026`; does not break across lines."""
    return format_date(day, _LONG_DATE[lang], locale=lang).replace(" ", NBSP)


def unbroken(text: str) -> str:
    """A text that stays on one line, such as a telephone number."""
    return text.replace(" ", NBSP)


def _grouped(plain: str, lang: str) -> str:
    if lang == "ru":
        plain = plain.replace(",", NBSP).replace(".", ",")
    return plain.replace("-", MINUS)
