"""What a person meant by a quantity; where it can be read in two ways, it is not guessed."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from fondaco.intake.parse.cells import Value, is_moment, number_text, text_of
from fondaco.intake.parse.model import Problem, problem

LARGEST = Decimal(10) ** 9
DECIMALS = 3

_PIECES = (
    "шт|штук|штука|штуки|ед|компл|комплект|комплекта|комплектов|к-т|пар|пара|пары"
    "|м|м2|м3|м²|м³|пм|п.м|кг|л|pcs|pc|pce|ea|each|units?|sets?|pairs?|kg|m|l"
)
_PACKS = (
    "уп|упак|упаковка|упаковки|упаковок|кор|коробка|коробки|коробок|ящ|пал|рул|бух|box|boxes|packs?"
)
UNITS = f"{_PIECES}|{_PACKS}"
_TIMES = "[x×*хXХ]"
_QUANTITY = re.compile(
    rf"(?P<sign>[-−–—+])? ?(?:{_TIMES} ?)?(?P<number>[0-9][0-9 '’.,]*?)"
    rf" ?(?:{_TIMES}|(?P<pieces>{_PIECES})|(?P<packs>{_PACKS}))?\.?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[0-9]{1,3}(?P<gap>[ '’])[0-9]{3}(?:(?P=gap)[0-9]{3})*(?:[.,][0-9]*)?")
_PLAIN = re.compile(
    r"[0-9]+(?:[.,][0-9]*)?"
    r"|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?"
)
_WIDE = str.maketrans("０１２３４５６７８９，．－＋＝", "0123456789,.-+=")
_LONGEST = 40
_NEGATIVE = "-−–—"


class Marks(Struct, frozen=True):
    """What the column itself proves: which of "." and "," it uses for decimals, for thousands."""

    decimal: frozenset[str] = frozenset()
    thousands: frozenset[str] = frozenset()

    def reads(self, mark: str) -> str:
        """decimal, thousands or unknown."""
        if (mark in self.decimal) == (mark in self.thousands):
            return "unknown"
        return "decimal" if mark in self.decimal else "thousands"


def marks_of(values: Iterable[Value]) -> Marks:
    decimal: set[str] = set()
    thousands: set[str] = set()
    for value in values:
        if isinstance(value, str) and (number := _number_in(value)) is not None:
            decimal_mark, thousands_mark = proven(number)
            decimal.update(decimal_mark)
            thousands.update(thousands_mark)
    return Marks(frozenset(decimal), frozenset(thousands))


def read_quantity(value: Value, marks: Marks) -> tuple[Decimal | None, Problem | None]:
    """The quantity, or None and why not. An empty text is `quantity.missing`."""
    text = text_of(value)
    if isinstance(value, str | bool):
        return _read_text(text, marks)
    if is_moment(value):
        return None, problem("quantity.became_date", text=text)
    if isinstance(value, float) and not math.isfinite(value):
        return None, problem("quantity.not_a_number", text=text)
    assert isinstance(value, int | float)
    if value < 0:
        return None, problem("quantity.negative", text=text)
    return _checked(Decimal(number_text(value)), text)


def _read_text(text: str, marks: Marks) -> tuple[Decimal | None, Problem | None]:
    if not text:
        return None, problem("quantity.missing")
    if text.translate(_WIDE).startswith("="):
        return None, problem("quantity.formula", text=text)
    match = _match(text)
    number = _number_in(text)
    if match is None or number is None:
        return None, problem("quantity.not_a_number", text=text)
    if match["sign"] and match["sign"] in _NEGATIVE:
        return None, problem("quantity.negative", text=text)
    if match["packs"]:
        return None, problem("quantity.packs", text=text, unit=match["packs"])
    small, large = readings(number, marks)
    if small != large:
        return None, problem("quantity.ambiguous", text=text, **_both(small, large))
    return _checked(small, text)


def _both(small: Decimal, large: Decimal) -> dict[str, str]:
    return {"small": str(_plain(small)), "large": str(_plain(large))}


def _checked(quantity: Decimal, text: str) -> tuple[Decimal | None, Problem | None]:
    if quantity == 0:
        return None, problem("quantity.zero")
    if quantity > LARGEST:
        return None, problem("quantity.too_large", text=text)
    plain = _plain(quantity)
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        return None, problem("quantity.too_precise", text=text)
    return plain, None


def _plain(quantity: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 5.000 is 5, and 1E+3 is 1000."""
    return Decimal(f"{quantity.normalize():f}")


def _match(text: str) -> re.Match[str] | None:
    if len(text) > _LONGEST:
        return None
    return _QUANTITY.fullmatch(text.translate(_WIDE))


def _number_in(text: str) -> str | None:
    match = _match(text)
    if match is None:
        return None
    return plain_number(match["number"])


def plain_number(written: str) -> str | None:
    """Digits with marks, spaces between thousands removed; None if it is no number."""
    number = written.strip()
    if _GROUPED.fullmatch(number):
        return re.sub("[ '’]", "", number) + ("" if number[-1:].isdigit() else "0")
    return number.rstrip(".,") if _PLAIN.fullmatch(number) else None


def proven(number: str) -> tuple[str, str]:
    """(the mark surely used for decimals, the mark surely used for thousands), or ""."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return "", ""
    mark, other = number[last], "." if number[last] == "," else ","
    if other in number:
        return mark, other
    if number.count(mark) > 1:
        return "", mark
    head, tail = number[:last], number[last + 1 :]
    ambiguous = len(tail) == 3 and len(head) <= 3 and not head.startswith("0")
    return ("", "") if ambiguous else (mark, "")


def readings(number: str, marks: Marks) -> tuple[Decimal, Decimal]:
    """The smallest and the largest number this may be; equal if there is only one reading."""
    decimal_mark, thousands_mark = proven(number)
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return Decimal(number), Decimal(number)
    mark = number[last]
    whole = Decimal(re.sub("[.,]", "", number))
    fraction = Decimal(re.sub("[.,]", "", number[:last]) + "." + number[last + 1 :])
    if decimal_mark:
        return fraction, fraction
    if thousands_mark:
        return whole, whole
    reads = marks.reads(mark)
    return (
        whole if reads == "thousands" else fraction,
        fraction if reads == "decimal" else whole,
    )
