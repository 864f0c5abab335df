"""VAT inside a price: per line, half-up, from the rounded sum."""

from decimal import Decimal

from fondaco_sdk.types.money import round_money


def vat_inside(total: Decimal, rate: Decimal, currency: str) -> Decimal:
    """The VAT contained in `total` at `rate` percent, rounded to the minor unit."""
    return round_money(total * rate / (100 + rate), currency)


def with_vat(price: Decimal, rate: Decimal) -> Decimal:
    """A price without VAT, with VAT added; not rounded."""
    return price * (100 + rate) / 100
