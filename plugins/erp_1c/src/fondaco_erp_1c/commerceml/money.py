"""Currencies and VAT rates as 1C spells them."""

import re
from functools import lru_cache

_ISO = frozenset(
    {"RUB", "USD", "EUR", "BYN", "KZT", "UAH", "CNY", "UZS", "KGS", "AMD", "AZN", "GEL", "MDL"}
    | {"TJS", "TMT", "MNT", "TRY", "AED", "GBP", "CHF", "JPY", "KRW", "INR", "PLN", "RSD", "VND"}
)
_OTHER_NAMES = {
    "RUB": "rur 643 810 руб рубль рубли рублей р ₽ российскийрубль",
    "USD": "840 $ us$ дол долл доллар доллары долларсша долларысша доллсша",
    "EUR": "978 € евро",
    "BYN": "933 белруб белорусскийрубль br",
    "KZT": "398 тенге тг ₸",
    "UAH": "980 грн гривна гривня ₴",
    "CNY": "156 юань юани китайскийюань rmb",
    "UZS": "860 сум",
    "KGS": "417 сом",
    "AMD": "051 драм",
    "AZN": "944",
    "GEL": "981 лари",
    "TRY": "949 лира",
    "GBP": "826 £",
    "CHF": "756",
    "JPY": "392",
}
_BY_NAME = {name: iso for iso, names in _OTHER_NAMES.items() for name in names.split()}
_NOISE = re.compile(r"[\s.\u00a0]+")

_VAT_CODES = frozenset({"22", "20", "18", "10", "7", "5", "0"})
_VAT = re.compile(
    r"(?:НДС|ПДВ)?\s*(\d{1,2})(?:[.,]0+)?\s*%?(?:\s*[/_]\s*1\d\d\s*%?)?", re.IGNORECASE
)
_NO_VAT = frozenset({"безндс", "безналога", "безналогандс", "ндснеоблагается", "необлагается"})
_NOT_LETTERS = re.compile(r"[^а-яё]+")


@lru_cache(maxsize=256)
def currency(value: str | None) -> str | None:
    """The ISO 4217 code of a currency by code, number or name.

    Empty if nothing is written; None if it is not known.
    """
    written = _NOISE.sub("", value or "")
    if not written:
        return ""
    if written.upper() in _ISO:
        return written.upper()
    return _BY_NAME.get(written.lower())


@lru_cache(maxsize=256)
def vat(value: str) -> str | None:
    """The VAT code of a rate: "22", "22%", "20/120", "Без НДС"; None if it is not known."""
    matched = _VAT.fullmatch(value.strip())
    if matched is not None:
        rate = str(int(matched[1]))
        return rate if rate in _VAT_CODES else None
    return "novat" if _NOT_LETTERS.sub("", value.lower()) in _NO_VAT else None


def is_vat(name: str | None) -> bool:
    """Whether a tax of that name is VAT; one without a name is."""
    return not name or name.strip().upper() in ("", "НДС", "ПДВ")
