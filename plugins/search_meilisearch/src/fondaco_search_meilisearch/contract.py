"""What is said to the server: the settings of the index, its documents, questions and filters."""

from collections.abc import Mapping, Sequence
from typing import Any

from fondaco_sdk.providers.search import Proposed, SearchDocument, Wanted
from fondaco_sdk.types.ids import ProductId

MOST_HITS = 5_000

# Articles and sizes are compared as they are: one digit more is another thing.
SETTINGS: Mapping[str, Any] = {
    "searchableAttributes": ["words", "numbered", "codes"],
    "displayedAttributes": ["id"],
    "filterableAttributes": ["id", "category", "brand", "cell", "values"],
    "rankingRules": ["words", "typo", "proximity", "attribute", "exactness"],
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnAttributes": ["numbered", "codes"],
        "disableOnNumbers": True,
    },
    "synonyms": {},
    "stopWords": [],
    "pagination": {"maxTotalHits": MOST_HITS + 1},
}


def document(one: SearchDocument) -> Mapping[str, Any]:
    """A document as the server keeps it."""
    return {
        "id": one.id,
        "words": one.words,
        "numbered": one.numbered,
        "codes": [code.lower() for code in one.codes],
        "category": one.category,
        "brand": one.brand,
        "cell": one.cell,
        "values": list(one.values),
    }


def question(index: str, wanted: Wanted) -> Sequence[Mapping[str, Any]]:
    """Two searches in one call: the ids, and how well the best of them fits."""
    asked: Mapping[str, Any] = {
        "indexUid": index,
        "q": wanted.text,
        "filter": filters(wanted),
        "matchingStrategy": "last" if wanted.loosely else "all",
        "attributesToRetrieve": ["id"],
    }
    most = min(wanted.most, MOST_HITS)
    return (
        {**asked, "limit": most + 1},
        {**asked, "limit": 1, "showRankingScoreDetails": True},
    )


def filters(wanted: Wanted) -> Sequence[str]:
    """Conditions that all hold."""
    return [
        *((f"category IN [{_numbers(wanted.categories)}]",) if wanted.categories else ()),
        *((f"brand = {_quoted(wanted.brand)}",) if wanted.brand else ()),
        *(f"values IN [{', '.join(map(_quoted, some))}]" for some in wanted.values),
        *((f"cell IN [{_numbers(wanted.cells)}]",) if wanted.cells is not None else ()),
    ]


def proposed(answer: Mapping[str, Any], wanted: Wanted) -> Proposed:
    """What the server answered. Raises `ValueError` for what is no answer to the question."""
    try:
        hits, best = answer["results"]
        ids = tuple(ProductId(hit["id"]) for hit in hits["hits"])
        slips = any(_slips(hit["_rankingScoreDetails"]) for hit in best["hits"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise ValueError(f"an answer of another shape: {wrong!r}") from wrong
    most = min(wanted.most, MOST_HITS)
    return Proposed(ids[:most], more=len(ids) > most, slips=slips)


def _slips(details: Mapping[str, Any]) -> bool:
    words, typo = details.get("words"), details.get("typo")
    lacks = words is not None and words["matchingWords"] < words["maxMatchingWords"]
    return bool(lacks or (typo is not None and typo["typoCount"] > 0))


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
