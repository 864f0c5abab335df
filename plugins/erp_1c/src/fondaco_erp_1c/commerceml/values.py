"""Scalar values of CommerceML: what the many writers of the format mean by them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

NO_GUID = "00000000-0000-0000-0000-000000000000"
MOSCOW = timezone(timedelta(hours=3))
"""1C writes local time without a zone; almost always it is this one."""

_NO_VALUE = Decimal("-999999999")
_LARGEST = Decimal(10) ** 15
_SPACES = re.compile(r"[\s'’\u00a0\u2007\u2009\u202f]+")
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{8}|\d{1,2}\.\d{1,2}\.\d{4})"
    r"(?:(?P<separator>T|UTC|\s)?\s*"
    r"(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?|\d{6})"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_BARCODES = re.compile(r"[\s,;|]+")
_TRUE = frozenset({"true", "1", "да", "истина", "yes"})
_FALSE = frozenset({"false", "0", "нет", "ложь", "no"})


class Unreadable(ValueError):
    """A text that is not the value it should be."""


def clean(value: str | None) -> str:
    """The text without surrounding white space of any kind."""
    return value.strip() if value else ""


def ident(value: str | None) -> str:
    """An id of the ERP: an opaque string; the GUID of zeros is no id."""
    found = value.strip() if value else ""
    return "" if found == NO_GUID else found


def offer_key(value: str | None) -> tuple[str, str]:
    """(goods id, characteristic id) of `goods#characteristic`; the second may be empty."""
    goods, _, characteristic = ident(value).partition("#")
    return ident(goods), ident(characteristic)


def offer_id(goods: str, characteristic: str) -> str:
    """The id of an offer, in the one form in which the records name it."""
    return f"{goods}#{characteristic}" if characteristic else goods


@lru_cache(maxsize=8_192)
def number(value: str | None) -> Decimal | None:
    """A number in any notation; None for an empty text and for 1C's "no value" of -999 999 999,9.

    Raises Unreadable.
    """
    written = clean(value)
    if not written:
        return None
    if len(written) <= 15 and written.isascii() and written.replace(".", "", 1).isdigit():
        return Decimal(written)
    plain = _SPACES.sub("", written).replace("−", "-")
    if "," in plain:
        plain = _with_point(plain)
    if not _NUMBER.fullmatch(plain):
        raise Unreadable(written)
    found = Decimal(plain)
    if _NO_VALUE - 1 < found <= _NO_VALUE:
        return None
    if abs(found) >= _LARGEST:
        raise Unreadable(written)
    return found


def _with_point(written: str) -> str:
    """`1.234,5`, `1,234.5` and `1234,5` alike: the last separator is the decimal one."""
    if written.count(",") > 1:
        return written.replace(",", "")
    if written.rfind(".") > written.rfind(","):
        return written.replace(",", "")
    return written.replace(".", "").replace(",", ".")


def flag(value: str | None) -> bool | None:
    """A switch; None if it is not set or not one."""
    written = clean(value).lower()
    if written in _TRUE:
        return True
    return False if written in _FALSE else None


def barcodes(values: list[str | None]) -> tuple[str, ...]:
    """All barcodes, each once; 1C may put several into one element."""
    found = (code for value in values for code in _BARCODES.split(clean(value)) if code)
    return tuple(dict.fromkeys(found))


def has_value(value: str) -> bool:
    """Whether a property or characteristic has a value: not empty, not one of 1C's "nothing"."""
    if not value or value == NO_GUID or value.startswith("0001-01-01"):
        return False
    if value[0] not in "-−":
        return True
    try:
        return number(value) is not None
    except Unreadable:
        return True


def moment(value: str | None) -> datetime | None:
    """A moment in UTC; None for an empty, unreadable or zero (0001-01-01) one."""
    matched = _MOMENT.fullmatch(clean(value))
    if matched is None:
        return None
    try:
        found = datetime(*_date(matched["date"]), *_time(matched["time"]), tzinfo=_zone(matched))
        return None if found.year == 1 else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date(written: str) -> tuple[int, int, int]:
    if "." in written:
        day, month, year = written.split(".")
    elif "-" in written:
        year, month, day = written.split("-")
    else:
        year, month, day = written[:4], written[4:6], written[6:]
    return int(year), int(month), int(day)


def _time(written: str | None) -> tuple[int, int, int, int]:
    if not written:
        return 0, 0, 0, 0
    if ":" not in written:
        return int(written[:2]), int(written[2:4]), int(written[4:]), 0
    hour, minute, second = f"{written}:0".replace(",", ".").split(":")[:3]
    whole, _, fraction = second.partition(".")
    return int(hour), int(minute), int(whole), int(fraction[:6].ljust(6, "0"))


def _zone(matched: re.Match[str]) -> timezone:
    written = matched["zone"]
    if matched["separator"] == "UTC" or written in ("Z", "UTC"):
        return UTC
    if not written:
        return MOSCOW
    sign = -1 if written[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(written[1:3]), minutes=int(written[-2:])))
