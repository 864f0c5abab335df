"""How an address was written: the key by which answers are kept, and whether a house is in it."""

import re

_SPACES = re.compile(r"\s+")
_POSTAL = re.compile(r"\b\d{6}\b")
_HOUSE = re.compile(
    r"(?:\b(?:д|дом|стр|строение|вл|влд|владение|зд|здание|к|корп|корпус|уч|участок|лит|km|км)\.?\s*"
    r"\d)|(?:,\s*\d+\s*[а-яa-z]?(?:\s*[/-]\s*\d+\s*[а-яa-z]?)?\s*(?:,|$))"
    r"|(?:[а-яa-z.]\s+\d+\s*[а-яa-z]?(?:\s*/\s*\d+\s*[а-яa-z]?)?\s*(?:,|$))"
)


def question_of(typed: str) -> str:
    """What was typed, alike for texts that mean the same: case, ё and spaces do not count."""
    return _SPACES.sub(" ", typed).strip().lower().replace("ё", "е")


def has_house(written: str) -> bool:
    """Whether a house, or a plot, stands in an address that people wrote. A postal code is none."""
    return bool(_HOUSE.search(_POSTAL.sub(" ", question_of(written))))
