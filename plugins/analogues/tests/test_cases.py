"""60 cases of analogues with their expected order, as data; and weights that would break it."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from fondaco.settings import SubstituteWeights
from fondaco.substitutes.choose import choose
from fondaco.substitutes.marks import Candidate, Original
from fondaco_sdk.testing.factories import product
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.substitute import Substitute, SubstituteKind

TODAY = date(2026, 11, 27)
WANTED = Decimal(10)
CASES = tomllib.loads(
    (Path(__file__).parent / "cases.toml").read_text("utf-8"), parse_float=Decimal
)["case"]


def _number(value: Any) -> Decimal | None:
    return None if value == "none" else Decimal(value)


def _product(sku: str, numbers: dict[str, int]) -> Product:
    return replace(product(numbers.setdefault(sku, len(numbers) + 1)), sku=sku)


def _order(case: dict[str, Any], weights: SubstituteWeights) -> list[str]:
    numbers: dict[str, int] = {}
    wanted = _product("ORIGINAL", numbers)
    original = Original(wanted, WANTED, _number(case.get("original", {}).get("price", 100)))
    candidates = [_candidate(one, wanted, numbers) for one in case["candidates"]]
    return [ranked.product.sku for ranked in choose(original, candidates, weights, TODAY)]


def _candidate(said: dict[str, Any], original: Product, numbers: dict[str, int]) -> Candidate:
    goods = replace(
        _product(said["sku"], numbers),
        orderable=said.get("orderable", True),
        access=Access(said.get("access", "order")),
    )
    kind, sure = SubstituteKind(said.get("kind", "full")), Decimal(said.get("sure", 1))
    return Candidate(
        Substitute(original.id, goods.id, kind, None, sure),
        goods,
        WANTED,
        _number(said.get("price", 100)),
        Decimal(said.get("available", 10)),
        TODAY + timedelta(days=said.get("days", 0)),
        _number(said.get("cost", "none")),
    )


def _as_expected(case: dict[str, Any], weights: SubstituteWeights) -> bool:
    return _order(case, weights) == case["expected"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_order_is_the_expected_one(case: dict[str, Any]) -> None:
    weights = SubstituteWeights(**case.get("weights", {}))
    assert _order(case, weights) == case["expected"]
    turned = {**case, "candidates": list(reversed(case["candidates"]))}
    assert _order(turned, weights) == case["expected"], "the order of answers decides"


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("name", ["replaceability", "date", "price", "margin"])
def test_with_broken_weights_the_cases_fail(name: str) -> None:
    broken = replace(SubstituteWeights(), **{name: 0})
    wrong = [c["name"] for c in CASES if "weights" not in c and not _as_expected(c, broken)]
    assert len(wrong) > 2, f"nobody would notice that {name} does not count"
