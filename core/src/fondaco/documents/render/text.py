"""Texts from outside, made fit for a line of print without changing what they say."""

import re
import unicodedata
from collections.abc import Mapping

ZERO_WIDTH_SPACE = "\u200b"
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_AFTER_PUNCTUATION = re.compile(r"(?<=[-/\\.,;:_+)])(?=\w)")
_LONGEST_WORD = 40


def clean(text: str) -> str:
    """One line: composed letters, single spaces, no control or invisible formatting characters."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(char for char in composed if not _is_formatting(char))
    return _SPACES.sub(" ", visible).strip()


def _is_formatting(char: str) -> bool:
    category = unicodedata.category(char)
    return (category == "Cf" and char != ZERO_WIDTH_SPACE) or (
        category == "Cc" and not char.isspace()
    )


def fit(text: str, longest_word: int = _LONGEST_WORD) -> str:
    """`clean`, and every longer word may break: after punctuation, or else anywhere."""
    word = re.compile(rf"[^\s{ZERO_WIDTH_SPACE}]{{{longest_word + 1},}}")
    return word.sub(lambda match: _with_breaks(match[0], longest_word), clean(text))


def _with_breaks(word: str, longest: int) -> str:
    parts = _AFTER_PUNCTUATION.split(word)
    pieces = (part[at : at + longest] for part in parts for at in range(0, len(part), longest))
    return ZERO_WIDTH_SPACE.join(pieces)


def paragraphs(text: str) -> list[str]:
    """The non-empty lines of a text of several lines, each clean."""
    return [line for line in map(clean, text.splitlines()) if line]


def fit_all(value: object) -> object:
    """`fit` on every string inside lists and mappings; other values stay as they are."""
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, Mapping):
        return {key: fit_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [fit_all(item) for item in value]
    return value
