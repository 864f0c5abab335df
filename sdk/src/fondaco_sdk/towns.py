"""Which town an address is in, and of which region, as people write it."""

import re
from decimal import Decimal
from math import cos, hypot, radians

from fondaco_sdk.types.delivery import Spot

FARTHEST_KM = 100
"""What is farther away than this from an address is in no town of that name that it could mean."""

_KIND = re.compile(
    r"^(?:г|город|пгт|рп|п|пос|поселок|посёлок|с|село|д|деревня|ст-ца|станица)(?:\.\s*|\s+)", re.I
)
_WORD = re.compile(r"[0-9a-zа-я]+")
_REGION = re.compile(
    r"\bресп(?:ублика)?\b\.?\s*(?P<republic>[а-я]+)"
    r"|(?P<other>[а-я]+(?:-[а-я]+)*)\s+(?:обл(?:асть)?|край|ао|аобл|респ(?:ублика)?|автономн\w+)\b"
)
_REGION_KIND = re.compile("обл|область|край|респ|республика|ао|аобл|автономн.*|округ|г|город")
_ALSO_CALLED = {
    "башкирия": "башкортостан",
    "кузбасс": "кемеровская",
    "татария": "татарстан",
    "тува": "тыва",
    "удмуртия": "удмуртская",
    "чечня": "чеченская",
    "чувашия": "чувашская",
    "югра": "ханты",
    "якутия": "саха",
}


def towns_of(spot: Spot) -> frozenset[str]:
    """What may be the town of an address: its own part, or any part of its text; see `plain`."""
    parts = (spot.city,) if spot.city else spot.text.split(",")
    return frozenset(filter(None, map(plain, parts)))


def plain(town: str) -> str:
    """The name of a town without its kind: «г. Тверь», «г.Тверь», «Тверь г» and «ТВЕРЬ» are one."""
    bare = without_kind(" ".join(town.casefold().replace("ё", "е").split()))
    return bare.removesuffix(" г").removesuffix(" г.").strip()


def without_kind(town: str) -> str:
    """The name of a town as it is written, without a kind before it."""
    return _KIND.sub("", town.strip())


def region_of(spot: Spot) -> str:
    """The first word of the region's name, by its own part or by the text; "": it is not known.

    «Калужская обл», «Калужская область» and «КАЛУЖСКАЯ ОБЛ.» are one, and so are «Респ Татарстан»
    and «Татарстан», «Чувашия» and «Чувашская Республика».
    """
    if spot.region:
        words = (word for word in words_of(spot.region) if not _REGION_KIND.fullmatch(word))
        return _official(next(words, ""))
    found = _REGION.search(_alike(spot.text))
    return _official(words_of(found["republic"] or found["other"])[0]) if found else ""


def is_of_region(region: str, named: str) -> bool:
    """Whether a region may be the one that is `named` (see `region_of`); "" may be any."""
    return not region or not named or named in map(_official, words_of(region))


def may_be_at(
    spot: Spot, city: str, region: str = "", lat: Decimal | None = None, lon: Decimal | None = None
) -> bool:
    """Whether a place in this city is in the town of an address.

    Where the address is known in degrees (WGS 84), it is so within `FARTHEST_KM`; or else where the
    region of one of them is not known, or the same.
    """
    if plain(city) not in towns_of(spot):
        return False
    if spot.lat is not None and spot.lon is not None and lat is not None and lon is not None:
        return _kilometres(spot.lat, spot.lon, lat, lon) <= FARTHEST_KM
    return is_of_region(region, region_of(spot))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in small letters; ё is е."""
    return tuple(_WORD.findall(_alike(text)))


def _official(word: str) -> str:
    """A region's name as addresses have it, of a word by which people call it."""
    return _ALSO_CALLED.get(word, word)


def _alike(text: str) -> str:
    return text.casefold().replace("ё", "е")


def _kilometres(lat: Decimal, lon: Decimal, other_lat: Decimal, other_lon: Decimal) -> float:
    """As the crow flies, near enough for a hundred kilometres."""
    across = float(other_lon - lon) * cos(radians(float(lat)))
    return 111.2 * hypot(float(other_lat - lat), across)
