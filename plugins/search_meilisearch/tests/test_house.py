"""What holds for every plugin, and what is said to the server; tests/search has the rest."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

import fondaco_search_meilisearch
from fondaco.testing.plugin_checks import modules_of_manifest
from fondaco_sdk.providers.search import OutsideEngine, Proposed, Wanted
from fondaco_sdk.testing.quality import quality_problems
from fondaco_search_meilisearch.contract import MOST_HITS, filters, proposed, question
from fondaco_search_meilisearch.engine import MeilisearchEngine
from fondaco_search_meilisearch.settings import Meilisearch


def test_the_ladder_of_quality() -> None:
    folder = Path(fondaco_search_meilisearch.__file__).parent
    assert quality_problems(folder / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_search_meilisearch.manifest") == [
        "fondaco_search_meilisearch",
        "fondaco_search_meilisearch.manifest",
    ]


def test_it_is_an_engine_outside() -> None:
    assert isinstance(MeilisearchEngine(Meilisearch()), OutsideEngine)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "search.internal:7700"},
        {"url": "ftp://search"},
        {"index": "товары"},
        {"index": "a/b"},
        {"threads": 0},
        {"adress": "http://x"},
    ],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Meilisearch)


def test_filters_are_numbers_and_quoted_texts() -> None:
    wanted = Wanted("болт", 10, categories=(1, 2), brand='a" OR id > 0', values=(("x\\~y", "x~z"),))
    assert filters(wanted) == [
        "category IN [1, 2]",
        r'brand = "a\" OR id > 0"',
        r'values IN ["x\\~y", "x~z"]',
    ]
    assert filters(Wanted("болт", 10)) == []
    assert filters(Wanted("болт", 10, cells=())) == ["cell IN []"]


def test_one_more_is_asked_for_than_is_wanted() -> None:
    hits = {"hits": [{"id": n} for n in range(1, 4)]}
    best = {"hits": [{"id": 1, "_rankingScoreDetails": {"typo": {"typoCount": 0}}}]}
    assert question("x", Wanted("болт", 2))[0]["limit"] == 3
    answer = proposed({"results": [hits, best]}, Wanted("болт", 2))
    assert answer == Proposed((1, 2), more=True, slips=False)
    assert question("x", Wanted("болт", 10**6))[0]["limit"] == MOST_HITS + 1


@pytest.mark.parametrize(
    ("details", "slips"),
    [
        ({}, False),
        ({"typo": {"typoCount": 1}}, True),
        ({"words": {"matchingWords": 3, "maxMatchingWords": 4}}, True),
        ({"words": {"matchingWords": 4, "maxMatchingWords": 4}, "typo": {"typoCount": 0}}, False),
    ],
)
def test_a_slip_of_the_best_is_one_of_all(details: dict[str, Any], slips: bool) -> None:
    hits = [{"id": 1, "_rankingScoreDetails": details}]
    answer = {"results": [{"hits": [{"id": 1}]}, {"hits": hits}]}
    assert proposed(answer, Wanted("болт", 2)).slips is slips
