"""The suites of the hooks can fail: each bad implementation is found by the test meant for it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from typing import Any, cast

import pytest

from fondaco_sdk.context import Ask
from fondaco_sdk.testing.contracts import (
    CartChecksCase,
    CartChecksContract,
    CartMovesCase,
    CartMovesContract,
    MatchArticlesCase,
    MatchArticlesContract,
    OrderPlacingCase,
    OrderPlacingContract,
    PriceMovesCase,
    PriceMovesContract,
    SlotCase,
    SlotContract,
    SubstitutesCase,
    SubstitutesContract,
)
from fondaco_sdk.testing.contracts.asking import assert_reason
from fondaco_sdk.testing.factories import (
    article_row,
    cart_line,
    price_line,
    priced_cart,
    product,
    reason,
    subject,
)
from fondaco_sdk.types.cart import CartMove
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import Match, MatchRank
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import Substitute, SubstituteKind
from fondaco_sdk.types.verdict import Severity, Verdict
from fondaco_sdk.web import Fragment

NOBODY = cast("Ask", None)
LINES = [price_line(1), price_line(2, product_id=1), price_line(3)]

Moves = Callable[[Ask, Sequence[PriceLine]], Awaitable[Sequence[PriceMove]]]


def _off(line: int, percent: object = 5, why: Reason | None = None) -> Discount:
    return Discount(line, Stage.LOYALTY, why or reason(), cast("Decimal", percent))


def _moves(answer: Callable[[Sequence[PriceLine]], Sequence[PriceMove]]) -> PriceMovesCase:
    async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
        return answer(lines)

    return PriceMovesCase(price_moves, NOBODY, LINES)


async def _failing(suite: object, case: object, **more: Any) -> set[str]:
    """Which tests of a suite fail on a case."""
    failed = set()
    for name in dir(suite):
        if name.startswith("test_"):
            wanted = {"sql_budget": more["sql_budget"]} if "statements" in name else {}
            try:
                await getattr(suite, name)(case, **wanted)
            except AssertionError:
                failed.add(name.removeprefix("test_"))
    return failed


class _Counter:
    """Counts what a test says was asked."""

    def __init__(self) -> None:
        self.number = 0

    @contextmanager
    def __call__(self) -> Any:
        self.number = 0
        yield self


PRICES: Sequence[tuple[str, Callable[[Sequence[PriceLine]], Sequence[PriceMove]], set[str]]] = (
    ("good", lambda lines: [_off(x.line, Decimal(5)) for x in lines], set()),
    ("silent", lambda lines: [], {"answers_only_asked_lines"}),
    (
        "answers another line",
        lambda lines: [_off(x.line + 100, Decimal(5)) for x in lines],
        {"answers_only_asked_lines"},
    ),
    ("too much", lambda lines: [_off(x.line, Decimal(101)) for x in lines], {"figures_are_sane"}),
    ("a float", lambda lines: [_off(x.line, 5.0) for x in lines], {"figures_are_sane"}),
    (
        "only for a full batch",
        lambda lines: [_off(x.line, Decimal(len(lines))) for x in lines],
        {"batch_equals_singles_in_any_order"},
    ),
    (
        "only for the first of a product",
        lambda lines: [
            _off(x.line, Decimal(5))
            for i, x in enumerate(lines)
            if x.product_id not in {y.product_id for y in lines[:i]}
        ],
        {"batch_equals_singles_in_any_order"},
    ),
    (
        "no English",
        lambda lines: [_off(x.line, Decimal(5), reason(en="")) for x in lines],
        {"reasons_in_both_languages"},
    ),
)


@pytest.mark.parametrize(
    ("answer", "expected"), [p[1:] for p in PRICES], ids=[p[0] for p in PRICES]
)
async def test_prices(
    answer: Callable[[Sequence[PriceLine]], Sequence[PriceMove]], expected: set[str]
) -> None:
    found = await _failing(PriceMovesContract(), _moves(answer), sql_budget=_Counter())
    assert found == expected


async def test_a_statement_per_line_is_found() -> None:
    counter = _Counter()

    async def greedy(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
        counter.number += len(lines)
        return [_off(x.line, Decimal(5)) for x in lines]

    found = await _failing(
        PriceMovesContract(), PriceMovesCase(greedy, NOBODY, LINES), sql_budget=counter
    )
    assert found == {"statements_do_not_grow"}


async def test_matches() -> None:
    async def everything(rows: Sequence[Any]) -> Sequence[Match]:
        return [Match(r.row, ProductId(1), MatchRank.EXACT, reason()) for r in rows]

    case = MatchArticlesCase(everything, NOBODY, [article_row(1), article_row(2)])
    found = await _failing(MatchArticlesContract(), case, sql_budget=_Counter())
    assert found == {"what_nobody_sells_is_not_found"}


async def test_substitutes() -> None:
    async def clumsy(products: Sequence[ProductId]) -> Sequence[Substitute]:
        return [Substitute(id, id, SubstituteKind.LIMITED, None, Decimal(2)) for id in products]

    case = SubstitutesCase(clumsy, NOBODY, [ProductId(1), ProductId(2)])
    found = await _failing(SubstitutesContract(), case, sql_budget=_Counter())
    assert found == {
        "nothing_stands_in_for_itself",
        "limits_are_said_and_confidence_is_a_share",
    }


async def test_checks() -> None:
    dozen = product(1, multiple=Decimal(12))
    cart = priced_cart(cart_line(1, goods=dozen), cart_line(2))

    async def clumsy(priced: Any) -> Sequence[Verdict]:
        return [Verdict(Severity.REFUSAL, reason(), 1, (Decimal(7),))]

    found = await _failing(
        CartChecksContract(), CartChecksCase(clumsy, NOBODY, cart, cart), sql_budget=_Counter()
    )
    assert found == {"objects_to_what_is_wrong_and_only_to_that", "corrections_can_be_taken"}


async def test_moves_of_a_cart() -> None:
    async def clumsy(priced: Any) -> Sequence[CartMove]:
        return [CartMove(reason(), percent=Decimal(101), lines=(77,))]

    cart = priced_cart(cart_line(1), cart_line(2))
    found = await _failing(
        CartMovesContract(), CartMovesCase(clumsy, NOBODY, cart), sql_budget=_Counter()
    )
    assert found == {
        "answers_for_lines_that_are_there",
        "an_empty_cart_gives_nothing",
        "figures_are_sane",
    }


async def test_order_placing() -> None:
    taken: list[object] = []

    async def endless(order: Any) -> None:
        taken.append(order)

    @asynccontextmanager
    async def act() -> AsyncIterator[Any]:
        yield None

    async def last(act: Any) -> Any:
        return None, priced_cart(cart_line(1))

    async def left() -> int:
        return -len(taken)

    case = OrderPlacingCase(endless, act, last, left)
    found = await _failing(OrderPlacingContract(), case, sql_budget=_Counter())
    assert found == {
        "takes_it_and_refuses_the_next",
        "leaves_nothing_when_the_order_does_not_stay",
    }


async def test_slots() -> None:
    async def foreign(ask: Ask, subjects: Sequence[Any]) -> dict[str, Fragment]:
        return {s.key: Fragment("kernel/secret.html", {"of": len(subjects)}) for s in subjects}

    case = SlotCase(foreign, "mine", NOBODY, [subject("a"), subject("b")])
    found = await _failing(SlotContract(), case, sql_budget=_Counter())
    assert found == {"answers_only_asked_subjects", "batch_equals_singles"}


@pytest.mark.parametrize(
    "wrong",
    [
        reason(code="Loyalty status"),
        reason(ru="Discount"),
        reason(en=" padded"),
        reason(ru="Купите сейчас!"),
        reason(ru="Скидка 5", en="Скидка 5"),
        Reason("a.b", "Да", "Yes", {"percent": cast("str", 5)}),
    ],
)
def test_reasons(wrong: Reason) -> None:
    with pytest.raises(AssertionError):
        assert_reason(wrong)
    assert_reason(reason())
