"""How the stub of Meilisearch finds: words, beginnings, slips, filters. Simpler than the real one.

A word of five letters may have one slip, of nine two; none where it holds a digit, and none in the
fields that the settings except. Best first: all words before fewer, fewer slips before more.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

_WORD = re.compile(r"[0-9a-zа-яё]+")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_CONDITION = re.compile(
    rf"^(\w+) (?:= {_QUOTED}|IN \[([0-9, ]*)\]|IN \[((?:{_QUOTED}(?:, )?)+)\])$"
)


class WrongFilter(Exception):
    """A filter that is none, or names a field that cannot be filtered by."""


class Hit(Struct, frozen=True):
    """A document with how well it fits."""

    document: Mapping[str, Any]
    words: int
    of: int
    slips: int

    @property
    def details(self) -> Mapping[str, Any]:
        """As the server shows them when asked to; an empty search has none."""
        if not self.of:
            return {}
        return {
            "words": {"order": 0, "matchingWords": self.words, "maxMatchingWords": self.of},
            "typo": {"order": 1, "typoCount": self.slips, "maxTypoCount": 2 * self.of},
        }


def find(
    documents: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], query: Mapping[str, Any]
) -> Sequence[Hit]:
    """All that fits, best first."""
    conditions = [condition(one, settings) for one in query.get("filter") or ()]
    asked = _WORD.findall(query.get("q", "").lower())[:10]
    hits = []
    for document in documents:
        if all(_passes(document, *one) for one in conditions):
            hit = _hit(document, settings, asked, loosely=query.get("matchingStrategy") == "last")
            hits += [hit] if hit else []
    return sorted(hits, key=lambda hit: (-hit.words, hit.slips, hit.document["id"]))


def condition(said: str, settings: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    """A field and the values of which one must be there. Raises `WrongFilter`."""
    read = _CONDITION.match(said)
    if read is None or read[1] not in settings.get("filterableAttributes", ()):
        raise WrongFilter(said)
    if read[3] is not None:
        return read[1], frozenset(one.strip() for one in read[3].split(",") if one.strip())
    quoted = re.findall(_QUOTED, read[4]) if read[4] is not None else [read[2]]
    return read[1], frozenset(re.sub(r"\\(.)", r"\1", one).lower() for one in quoted)


def _passes(document: Mapping[str, Any], field: str, wanted: frozenset[str]) -> bool:
    held = document.get(field)
    values = held if isinstance(held, list) else [held]
    return any(str(value).lower() in wanted for value in values)


def _hit(
    document: Mapping[str, Any],
    settings: Mapping[str, Any],
    asked: Sequence[str],
    *,
    loosely: bool,
) -> Hit | None:
    rules = settings.get("typoTolerance") or {}
    excepted = set(rules.get("disableOnAttributes", ()))
    held = {
        field: _WORD.findall(" ".join(_texts(document.get(field))))
        for field in settings.get("searchableAttributes", ())
    }
    slips: list[int | None] = []
    for place, word in enumerate(asked):
        last = place == len(asked) - 1
        found = [
            _slips_of(word, one, begins=last, exact=field in excepted)
            for field, words in held.items()
            for one in words
        ]
        slips.append(min((one for one in found if one is not None), default=None))
    while loosely and len(slips) > 1 and slips[-1] is None:
        slips.pop()
    if any(one is None for one in slips):
        return None
    return Hit(document, len(slips), len(asked), sum(one or 0 for one in slips))


def _texts(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [str(value or "")]


def _slips_of(asked: str, held: str, *, begins: bool, exact: bool) -> int | None:
    held = held.lower()
    if asked == held or (begins and held.startswith(asked)):
        return 0
    if exact or any(map(str.isdigit, asked)):
        return None
    most = 2 if len(asked) >= 9 else 1 if len(asked) >= 5 else 0
    if not most or abs(len(asked) - len(held)) > most:
        return None
    distance = _distance(asked, held)
    return distance if distance <= most else None


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != against))
    return row[-1]
