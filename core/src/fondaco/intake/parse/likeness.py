"""How much a single value looks like an article, a quantity or a name: 0 to 1."""

import re

from fondaco.intake.parse.cells import Value, is_moment, is_number, number_text
from fondaco.intake.parse.quantity import Marks, read_quantity

_DATE = re.compile(r"[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}.*")
_DECIMAL = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)[.,][0-9]{1,3}(?: ?(?:₽|р|руб)\.?)?")
# "X10L" may be ten litres, and is an article beside a plain number.
_TIMES_AND_UNIT = re.compile(r"[xхXХ][0-9]+[^\W\d_]+")
_DIGIT = re.compile(r"[0-9]")
_LONGEST_ARTICLE = 60
_NO_MARKS = Marks()


def article_likeness(value: Value) -> float:
    if is_number(value):
        text = number_text(float(value)) if isinstance(value, int | float) else ""
        return _likeness_of_digits(text) if text.isdigit() else 0.1
    if not isinstance(value, str) or len(value) > _LONGEST_ARTICLE:
        return 0.0
    if value.isdigit():
        return min(1.0, _likeness_of_digits(value) + 0.1)
    if "@" in value or "://" in value:
        return 0.0
    if _DATE.fullmatch(value) or _DECIMAL.fullmatch(value):
        return 0.1
    if _is_counted(value):
        return 0.45 if _TIMES_AND_UNIT.fullmatch(value) else 0.1
    return _likeness_of_text(value.split())


def _likeness_of_digits(text: str) -> float:
    """Short numbers are counts; thirteen digits are a barcode, which is some article too."""
    length = len(text)
    if length >= 12:
        return 0.55
    return {1: 0.05, 2: 0.1, 3: 0.35, 4: 0.6}.get(length, 0.75)


def _likeness_of_text(words: list[str]) -> float:
    with_digits = sum(1 for word in words if _DIGIT.search(word))
    if not with_digits:
        return 0.25 if len(words) == 1 and 3 <= len(words[0]) <= 20 else 0.02
    if with_digits == len(words):
        return 1.0 if len(words) == 1 else 0.85
    return 0.5 if len(words) <= 3 else 0.1


def _is_counted(text: str) -> bool:
    """ "5 шт" or "x3": a number with more than digits around it, and surely a quantity."""
    return text[-1:].isalpha() and read_quantity(text, _NO_MARKS)[0] is not None


def quantity_likeness(value: Value) -> float:
    if isinstance(value, bool) or is_moment(value):
        return 0.0
    if isinstance(value, str) and (len(value) > 1 and value[0] == "0" and value.isdigit()):
        return 0.2
    quantity, problem = read_quantity(value, _NO_MARKS)
    if quantity is None:
        return 0.3 if problem and problem.code != "quantity.not_a_number" else 0.0
    if quantity != int(quantity):
        return 0.4
    return 1.0 if quantity < 1_000 else 0.8 if quantity < 10_000 else 0.3


def name_likeness(value: Value) -> float:
    if not isinstance(value, str):
        return 0.0
    letters = sum(1 for character in value if character.isalpha())
    if letters < 4 or letters * 2 < len(value):
        return 0.0
    return 1.0 if " " in value and len(value) >= 8 else 0.5
