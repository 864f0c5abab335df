"""What a text means in the other layout of the keyboard: «ghbdtn» is «привет», «ЦВ-40» WD-40."""

from collections.abc import Callable

MOST_READINGS = 3

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


def other_layouts(text: str) -> tuple[str, ...]:
    """Other readings of a text, the likeliest first.

    All words in the other layout; then the plain words only, since brands and articles may be right
    («abkmnh LORVEX»), or only what holds a digit («подшипник ЫЛА6205»).
    """
    words = text.split()
    readings = (
        [_to_cyrillic(word, _latin) for word in words],
        [_to_cyrillic(word, _plain_latin) for word in words],
        [_to_latin(word, _cyrillic) for word in words],
        [_to_latin(word, _numbered_cyrillic) for word in words],
    )
    found = dict.fromkeys(" ".join(reading) for reading in readings if reading != words)
    return tuple(found)[:MOST_READINGS]


def _to_cyrillic(word: str, meant: Callable[[str], bool]) -> str:
    return word.translate(_TO_CYRILLIC) if meant(word) else word


def _to_latin(word: str, meant: Callable[[str], bool]) -> str:
    return word.translate(_TO_LATIN) if meant(word) else word


def _latin(word: str) -> bool:
    return word.isascii() and any(map(str.isalpha, word))


def _plain_latin(word: str) -> bool:
    return _latin(word) and word.islower() and not any(map(str.isdigit, word))


def _cyrillic(word: str) -> bool:
    return any(letter in _CYRILLIC for letter in word)


def _numbered_cyrillic(word: str) -> bool:
    return _cyrillic(word) and any(map(str.isdigit, word))
