"""Towns by the beginning of their names, where no service outside answers.

Found alike: е and ё, either keyboard layout, with or without the words for kinds of places
(г, обл, край, ...). All words that were typed must begin a word of the town's or region's name.
The largest town stands first.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import islice

from msgspec import Struct

_WORD = re.compile(r"[0-9a-zа-я]+")
_KIND = re.compile(
    "г|гор|город|обл|область|респ|республика|край|ао|аобл|р|н|район|россия|рф"
    "|п|пос|поселок|пгт|с|село|д|дер|деревня"
)
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_OTHER_LAYOUT = str.maketrans(_LATIN, _CYRILLIC)


class Locality(Struct, frozen=True):
    """A town. `label` is how it stands in an address; degrees are of WGS 84."""

    name: str
    region: str
    label: str
    postal_code: str = ""
    fias_id: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    population: int = 0


class Localities:
    """Towns, in memory."""

    def __init__(self, known: Sequence[Locality]) -> None:
        ranked = sorted(known, key=lambda one: (-one.population, one.label))
        self._all = [(one, _words(one.name), _words(f"{one.name} {one.region}")) for one in ranked]

    def find(self, typed: str, most: int) -> Sequence[Locality]:
        """At most so many, best first; nothing for a text without a word."""
        found = self._find(_words(typed), most)
        return found or self._find(_words(typed.lower().translate(_OTHER_LAYOUT)), most)

    def named(self, name: str) -> Sequence[Locality]:
        """Towns of exactly this name, the largest first."""
        words = _words(name)
        return [one for one, own, _ in self._all if words and own == words]

    def between(
        self, south: float, west: float, north: float, east: float, most: int
    ) -> Sequence[Locality]:
        """The largest towns within these degrees."""
        found = (
            one
            for one, _, _ in self._all
            if one.lat is not None
            and one.lon is not None
            and south <= one.lat <= north
            and west <= one.lon <= east
        )
        return list(islice(found, most))

    def _find(self, wanted: Sequence[str], most: int) -> Sequence[Locality]:
        if not wanted:
            return ()
        fitting = [
            (not any(word.startswith(wanted[0]) for word in name), one)
            for one, name, words in self._all
            if all(any(word.startswith(each) for word in words) for each in wanted)
        ]
        # Sorting keeps the order of population among those whose own name begins so, and others.
        return [one for _, one in sorted(fitting, key=lambda pair: pair[0])[:most]]


def _words(text: str) -> tuple[str, ...]:
    found = _WORD.findall(text.lower().replace("ё", "е"))
    return tuple(word for word in found if not _KIND.fullmatch(word))
