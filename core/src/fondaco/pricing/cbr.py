"""Reads the daily rates of the Bank of Russia (`XML_daily.asp`): roubles for so many units."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree
from msgspec import Struct

SOURCE = "cbr"
HOME = "RUB"
MOST_BYTES = 1_000_000
MOST_RATE = Decimal(10) ** 12


class NoRates(Exception):
    """What was read holds no rates; the message says why."""


class Rate(Struct, frozen=True):
    """`rate` roubles for `nominal` units of `currency` (ISO 4217)."""

    currency: str
    nominal: int
    rate: Decimal


class DayRates(Struct, frozen=True):
    """The rates in force from the day `on`, which may be later than the day of asking."""

    on: date
    rates: Sequence[Rate]


def read_rates(answer: bytes) -> DayRates:
    """The rates of an answer or file, in the encoding that it declares. Raises `NoRates`."""
    if len(answer) > MOST_BYTES:
        raise NoRates(f"{len(answer)} bytes are too many for a day's rates")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(answer, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise NoRates(f"not XML: {answer[:60]!r}") from broken
    if root.getroottree().docinfo.doctype:
        raise NoRates("it has a DTD, which rates never have")
    if root.tag != "ValCurs":
        raise NoRates(f"it is <{root.tag}>, not <ValCurs>")
    rates = [_rate(valute) for valute in root.iterfind("Valute")]
    if not rates:
        raise NoRates("it names no currency: no rates are set for this day")
    return DayRates(_day(root.get("Date", "")), rates)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007
    except ValueError as wrong:
        raise NoRates(f"its day is {text!r}") from wrong


def _rate(valute: etree._Element) -> Rate:
    code = (valute.findtext("CharCode") or "").strip()
    try:
        nominal = int(valute.findtext("Nominal") or "")
        rate = Decimal((valute.findtext("Value") or "").strip().replace(",", "."))
    except (ValueError, InvalidOperation) as wrong:
        raise NoRates(f"the rate of {code!r} is no number") from wrong
    sound = len(code) == 3 and code.isascii() and code.isupper() and nominal > 0
    if not sound or not rate.is_finite() or not 0 < rate < MOST_RATE:
        raise NoRates(f"the rate of {code!r} makes no sense: {rate} for {nominal}")
    return Rate(code, nominal, rate)
