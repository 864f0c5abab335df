"""How an address was written: the key by which answers are kept, whether a house is in it, and
whether it names the town that a service found for it."""

import re
from itertools import chain

from fondaco_sdk.providers.lookup import FoundAddress
from fondaco_sdk.towns import is_of_region, region_of, without_kind, words_of
from fondaco_sdk.types.delivery import Spot

_SPACES = re.compile(r"\s+")
_POSTAL = re.compile(r"\b\d{6}\b")
_WITHIN = re.compile(
    r"\b(?:кв|квартира|оф|офис|пом|помещение|ком|комн|комната|каб|кабинет|эт|этаж|под|подъезд)"
    r"(?![а-яa-z])\.?\s*(?:№\s*)?\d+\s*[а-яa-z]?\b"
)
"""What is inside a house."""
_NUMBER = r"\d+\s*[а-яa-z]?(?:\s*[/-]\s*\d+\s*[а-яa-z]?)?"
_PART = r"(?:\s*(?:к|корп|корпус|с|стр|строение|лит|литер|литера)(?![а-яa-z])\.?\s*[\dа-яa-z]+)*"
_HOUSE = re.compile(
    r"\b(?:д|дом|стр|строение|вл|влд|владение|зд|здание|к|корп|корпус|уч|участок|лит|km|км)"
    r"(?![а-яa-z])\.?\s*(?:№\s*)?\d"
    rf"|(?:,|[а-яa-z.]\s)\s*{_NUMBER}{_PART}\s*(?:,|$)"
)
_SHORT = {"спб": ("санкт", "петербург"), "мск": ("москва",)}
_STREETS = re.compile(
    "ул|улица|пр|проспект|просп|т|пер|переулок|ш|шоссе|наб|набережная|б|бульвар|р|пл|площадь"
    "|проезд|туп|тупик|аллея|мкр|мкрн|линия|тракт"
)


def question_of(typed: str) -> str:
    """What was typed, alike for texts that mean the same: case, ё and spaces do not count."""
    return _SPACES.sub(" ", typed).strip().lower().replace("ё", "е")


def has_house(written: str) -> bool:
    """Whether a house, or a plot, stands in an address that people wrote. A postal code is none."""
    whole = _POSTAL.sub(" ", question_of(written))
    return bool(_HOUSE.search(_WITHIN.sub(" ", whole)))


def names_town(written: str, found: FoundAddress) -> bool:
    """Whether what people wrote names the town that was found, or its postal code.

    A service takes the most popular town where none was written. A town that stands in the name of
    a street is not named, nor one of another region than the one that was written.
    """
    if found.postal_code and found.postal_code in _POSTAL.findall(written):
        return True
    if not is_of_region(found.region, region_of(Spot(written))):
        return False
    plainly = words_of(_POSTAL.sub(" ", written))
    words = tuple(chain.from_iterable(_SHORT.get(word, (word,)) for word in plainly))
    return any(_stands_in(words, words_of(without_kind(town))) for town in _towns(found))


def _towns(found: FoundAddress) -> tuple[str, ...]:
    """With their kinds; a federal city is a region."""
    federal = found.region if found.region.startswith("г ") else ""
    return found.city, found.settlement, federal


def _stands_in(words: tuple[str, ...], town: tuple[str, ...]) -> bool:
    return bool(town) and any(
        words[at : at + len(town)] == town and not (at and _STREETS.fullmatch(words[at - 1]))
        for at in range(len(words))
    )
