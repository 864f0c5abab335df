"""Article keys that a slip of the hand or the eye turns into the one typed, the likeliest first."""

from collections.abc import Iterator, Mapping
from itertools import islice, product

SHORTEST, LONGEST = 4, 24
MOST_ZEROS = 256
ALIKE, SWAPPED, MISSING, WRONG = range(4)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ZERO = {"0": "0O", "O": "O0"}
_PAIRS = ("1I", "3З", "4Ч", "6Б", "8B", "5S", "2Z")
_TWINS: Mapping[str, str] = {
    **{pair[0]: pair[1] for pair in _PAIRS},
    **{pair[1]: pair[0] for pair in _PAIRS},
}


def near_keys(key: str) -> Mapping[str, int]:
    """Each near key with its rank: letters that look alike, two swapped, one missing or too many,
    one wrong. A key too short or too long to be told apart has none."""
    if not SHORTEST <= len(key) <= LONGEST:
        return {}
    found: dict[str, int] = {key: ALIKE}
    ways = (_alike(key), _swapped(key), _missing(key), _wrong(key))
    for rank, way in enumerate(ways):
        for near in way:
            found.setdefault(near, rank)
    del found[key]
    return found


def _alike(key: str) -> Iterator[str]:
    """Zero and O anywhere, since one hand mixes them up all the way; of other twins one."""
    choices = product(*(_ZERO.get(letter, letter) for letter in key))
    yield from map("".join, islice(choices, MOST_ZEROS))
    for i, letter in enumerate(key):
        yield key[:i] + _TWINS.get(letter, letter) + key[i + 1 :]


def _swapped(key: str) -> Iterator[str]:
    for i in range(len(key) - 1):
        yield key[:i] + key[i + 1] + key[i] + key[i + 2 :]


def _missing(key: str) -> Iterator[str]:
    for i in range(len(key)):
        yield key[:i] + key[i + 1 :]
    for i in range(len(key) + 1):
        yield from (key[:i] + letter + key[i:] for letter in _ALPHABET)


def _wrong(key: str) -> Iterator[str]:
    for i in range(len(key)):
        yield from (key[:i] + letter + key[i + 1 :] for letter in _ALPHABET)
