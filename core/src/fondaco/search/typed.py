"""What was typed into the search box, as the engine asks for it."""

import re
from typing import Self

from msgspec import Struct

from fondaco_sdk.article_key import article_key

MOST_LETTERS = 200
MOST_WORDS = 10
SHORT = 2
PART = 4

_APART = re.compile(r"[\s'\"\\«»“”„:&|!()<>*]+")


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
        words = _APART.split(text.lower().replace("ё", "е"))
        return cls(
            key=key,
            part=key if numbered and len(key) >= PART else "",
            words=tuple(word for word in words if any(map(str.isalnum, word)))[:MOST_WORDS],
        )

    @property
    def tsquery(self) -> str:
        """All words in any order, each as a beginning unless it is very short."""
        return " & ".join(f"'{w}'" + (":*" if len(w) > SHORT else "") for w in self.words)

    @property
    def plain(self) -> str:
        """The words, one space apart."""
        return " ".join(self.words)

    def __bool__(self) -> bool:
        return bool(self.words)
