"""Money: a Decimal and a currency; rounding is half-up to the currency's minor unit."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from msgspec import Struct

_MOST_DIGITS = 60
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}


class Money(Struct, frozen=True):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for RUB, 1 for JPY."""
    return Decimal(1).scaleb(-_MINOR_DIGITS.get(currency, 2))


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half-up to the minor unit of `currency`."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def is_figure(number: Decimal) -> bool:
    """Whether what somebody wrote can be reckoned with: neither endless nor of absurd length.

    `Decimal` takes "sNaN" and "1e9999999", and raises at the first comparison or rounding.
    """
    if not number.is_finite():
        return False
    last = number.as_tuple().exponent
    return isinstance(last, int) and last >= -_MOST_DIGITS and number.adjusted() < _MOST_DIGITS
