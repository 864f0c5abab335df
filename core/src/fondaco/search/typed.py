"""What was typed into the search box, as the engine asks for it."""

import re
from itertools import pairwise
from typing import Self

from msgspec import Struct

from fondaco_sdk.article_key import article_key

MOST_LETTERS = 200
MOST_WORDS = 10
MANY_WORDS = 4
SHORT = 2
PART = 4

_APART = re.compile(r"[\s'\"\\«»“”„:&|!()<>*]+")
_BY = re.compile(r"(?<=\d)\s*[xх×*]\s*(?=\d)")
_PIECES = re.compile(r"[^0-9a-zа-я]+")
_LOOKALIKES = str.maketrans("авекмнорстух", "abekmhopctyx")


class Typed(Struct, frozen=True):
    """A query, read in every way it may be meant.

    `key`: the article key of the whole; `part`: the same where it is long enough to be a piece of
    an article, else ""; `words`: in lower case, with е for ё.
    """

    key: str
    part: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a text of any length and content."""
        text = "".join(c if c.isprintable() else " " for c in text[:MOST_LETTERS])
        key = article_key(text)
        numbered = any(c.isdigit() for c in key)
        words = _APART.split(_BY.sub("x", text.lower().replace("ё", "е")))
        return cls(
            key=key,
            part=key if numbered and len(key) >= PART else "",
            words=tuple(word for word in words if any(map(str.isalnum, word)))[:MOST_WORDS],
        )

    @property
    def tsquery(self) -> str:
        """All words in any order, each as a beginning unless it is very short.

        A word with a digit is also meant in the ways a document keeps sizes and numbers.
        """
        return " & ".join(map(_meant, self.words))

    @property
    def nearly(self) -> str:
        """All words but one, whichever; "" where so few words are left that they mean anything."""
        if len(self.words) < MANY_WORDS:
            return ""
        meant = [_meant(word) for word in self.words]
        return " | ".join(f"({' & '.join(meant[:i] + meant[i + 1 :])})" for i in range(len(meant)))

    @property
    def plain(self) -> str:
        """The words, one space apart."""
        return " ".join(self.words)

    @property
    def spelled(self) -> str:
        """The words as documents keep them: sizes and numbers with letters as one word each."""
        return " ".join(map(_spelled, self.words))

    def __bool__(self) -> bool:
        return bool(self.words)


def _spelled(word: str) -> str:
    joined = _PIECES.sub("", word.translate(_LOOKALIKES))
    return joined if _mixed(joined) else word.lstrip("-")


def _meant(word: str) -> str:
    pieces = [piece for piece in _PIECES.split(word.translate(_LOOKALIKES)) if piece]
    joined = "".join(pieces)
    ways = [_beginning(word)]
    if _mixed(joined) or (len(joined) > PART and joined.isdigit()):
        ways.append(_beginning(joined))
    pairs = [left + right for left, right in pairwise(pieces) if _kept(left, right)]
    if pairs:
        ways.append(" & ".join(map(_beginning, pairs)))
    return f"({' | '.join(f'({way})' for way in dict.fromkeys(ways))})"


def _kept(left: str, right: str) -> bool:
    """Whether a document keeps two neighbours as one word, too."""
    return _mixed(left + right) and (len(left) <= PART or any(map(str.isdigit, left)))


def _mixed(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _beginning(word: str) -> str:
    return f"'{word}'" + (":*" if len(word) > SHORT else "")
