"""What is taken off an order: the rule in words, as examples and as properties."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fondaco.catalog.service import SaleTerms
from fondaco.pricing.batch import Batch
from fondaco.pricing.fold import Proposal
from fondaco.pricing.next_discount import next_discount, reached
from fondaco.pricing.order_discounts import spread, take_off
from fondaco.pricing.rates import Exchange
from fondaco.pricing.replay import replay
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.cart import CartMove, NextDiscount
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import (
    ORDER_STEP,
    Bound,
    Discount,
    Offer,
    PriceLine,
    Quote,
    Stage,
)
from fondaco_sdk.types.reason import Reason

D = Decimal
WHY = Reason("x", "x", "x")
WHY_M = Reason("m", "m", "m")


def quoted(prices: list[tuple[str, str]], *more: Proposal) -> Quote:
    """Lines of (list price, quantity), with what else is proposed for them."""
    lines = [PriceLine(n, ProductId(n), D(quantity)) for n, (_, quantity) in enumerate(prices)]
    batch = Batch(lines, [SaleTerms("22", D(22), D(1))] * len(lines))
    lists = [
        ("lists", Offer(n, Stage.LIST, D(price), "RUB", True, WHY))
        for n, (price, _) in enumerate(prices)
    ]
    batch.sort([*lists, *more], Exchange("RUB", {}), "RUB")
    return batch.quote(lines, "RUB")


def status(line: int, percent: str) -> Proposal:
    return "loyalty", Discount(line, Stage.LOYALTY, WHY, D(percent))


def floor(line: int, price: str) -> Proposal:
    return "floors", Bound(line, "min", D(price), "RUB", True, WHY)


def move(code: str = "m", **values: Any) -> tuple[str, CartMove]:
    return "promotions", CartMove(Reason(code, code, code), **values)


def totals(quote: Quote) -> list[Decimal | None]:
    return [line.total for line in quote.lines]


def test_an_amount_is_spread_to_the_kopeck() -> None:
    quote = take_off(quoted([("10", "1"), ("10", "1"), ("10", "1")]), [move(amount=D("0.10"))])
    assert totals(quote) == [D("9.96"), D("9.97"), D("9.97")]
    assert quote.total == D("29.90")
    assert [line.unit_price for line in quote.lines] == [10, 10, 10]
    assert quote.vat_total == sum(vat_inside(t, D(22), "RUB") for t in totals(quote) if t)


def test_a_percent_of_the_lines_it_names() -> None:
    quote = take_off(quoted([("100", "2"), ("50", "1")]), [move(percent=D(10), lines=(0,))])
    assert totals(quote) == [180, 50]
    assert [len(line.steps) for line in quote.lines] == [2, 1]


def test_floors_final_and_manual_prices_hold_and_the_others_give() -> None:
    prices = [("100", "1"), ("100", "1"), ("100", "1"), ("100", "1")]
    final = "lists", Offer(2, Stage.CONTRACT, D(100), "RUB", True, WHY, final=True)
    manual = "staff", Offer(3, Stage.MANUAL, D(100), "RUB", True, WHY)
    quote = take_off(quoted(prices, floor(0, "95"), final, manual), [move(amount=D(40))])
    assert totals(quote) == [95, 65, 100, 100]
    quote = take_off(quoted(prices, floor(0, "100"), final, manual), [move(amount=D(900))])
    assert totals(quote) == [100, 0, 100, 100]
    assert [line.steps[-1].lost.code for line in quote.lines if line.steps[-1].lost] == [
        "price.at_floor"
    ] * 3


def test_each_line_keeps_the_better_of_status_and_order_discount() -> None:
    lines = quoted([("100", "1"), ("100", "1")], status(0, "15"), status(1, "4"))
    assert totals(take_off(lines, [move(percent=D(10))])) == [85, 90]
    assert totals(take_off(lines, [move(percent=D(10), stackable=True)])) == [
        D("76.50"),
        D("86.40"),
    ]


def test_the_one_that_takes_off_most_wins_and_the_other_says_why() -> None:
    moves = [move("small", percent=D(5)), move("large", amount=D(20))]
    for order in (moves, moves[::-1]):
        (line,) = take_off(quoted([("100", "1")]), order).lines
        assert line.total == 80
        steps = {s.reason.code: s for s in line.steps if s.stage == ORDER_STEP}
        assert (steps["large"].before, steps["large"].after) == (100, 80)
        assert steps["small"].lost
        assert steps["small"].lost.code == "price.better_won"


def test_what_pays_comes_after_every_discount_and_keeps_to_its_share() -> None:
    points = "loyalty", CartMove(WHY, amount=D(500), share=D(30))
    discounts = [move("whole", percent=D(10)), move("more", amount=D(10), stackable=True)]
    quote = take_off(quoted([("100", "1"), ("100", "1")]), [points, *discounts])
    assert quote.total == D(170) - D(51)
    paid = [step for line in quote.lines for step in line.steps if step.plugin == "loyalty"]
    assert [step.applied for step in paid] == [True, True]
    assert sum(s.before - s.after for s in paid if s.before and s.after) == 51


def test_what_pays_takes_less_than_its_share_if_it_has_less_or_meets_a_floor() -> None:
    few = "loyalty", CartMove(WHY, amount=D("7.77"), share=D(30))
    assert take_off(quoted([("100", "1")]), [few]).total == D("92.23")
    many = "loyalty", CartMove(WHY, amount=D(500), share=D(50))
    lines = quoted([("100", "1"), ("100", "1")], floor(0, "90"), floor(1, "95"))
    assert take_off(lines, [many]).total == 185


def test_a_line_without_a_price_gives_nothing() -> None:
    lines = [PriceLine(0, ProductId(0), D(1))]
    quote = Batch(lines, [SaleTerms("22", D(22), D(1))]).quote(lines, "RUB")
    assert take_off(quote, [move(percent=D(50))]) == quote


def test_a_move_waits_for_its_minimum_and_tells_how_much_more_brings_it() -> None:
    quote = quoted([("100", "2"), ("50", "1")])
    far, near = move("far", percent=D(9), min_total=D(900)), move(amount=D(5), min_total=D(260))
    for moves_ in ([far, near], [near, far]):
        assert take_off(quote, reached(quote, moves_)) == quote
        assert next_discount(quote, quote, moves_) == NextDiscount(D(10), WHY_M)
    of_one = move(amount=D(5), min_total=D(60), lines=(1,))
    assert next_discount(quote, quote, [of_one]) == NextDiscount(D(10), WHY_M, (1,))
    # One that would take off no more than the present one is not worth a word.
    better = move("better", amount=D(50))
    taken = take_off(quote, [better])
    assert next_discount(quote, taken, [better, near]) is None


numbers = st.integers(0, 10**9)


@given(st.lists(st.tuples(numbers, numbers), max_size=12), st.integers(0, 10**10))
def test_a_spread_sums_up_and_keeps_to_the_room(pairs: list[tuple[int, int]], amount: int) -> None:
    weights, room = [p[0] for p in pairs], [p[1] for p in pairs]
    given_ = spread(amount, weights, room)
    most = sum(r for w, r in pairs if w)
    assert sum(given_) == min(amount, most)
    assert all(0 <= g <= r for g, r in zip(given_, room, strict=True))


prices = st.decimals(min_value=D("0.01"), max_value=D(99999), places=2).map(str)
quantities = st.decimals(min_value=D("0.001"), max_value=D(500), places=3).map(str)
percents = st.decimals(min_value=D(0), max_value=D(100), places=2)
of_lines = st.one_of(
    st.builds(
        lambda n, stage, p, s: ("a", Discount(n, stage, WHY, p, stackable=s)),
        st.integers(0, 3),
        st.sampled_from([Stage.PROMOTION, Stage.LOYALTY]),
        percents,
        st.booleans(),
    ),
    st.builds(floor, st.integers(0, 3), prices),
    st.builds(
        lambda n, p, f: ("b", Offer(n, Stage.CONTRACT, D(p), "RUB", True, WHY, final=f)),
        st.integers(0, 3),
        prices,
        st.booleans(),
    ),
)
moves = st.builds(
    lambda plugin, code, figure, lines, stackable, least: (
        plugin,
        CartMove(Reason(code, code, code), *figure, tuple(lines), stackable, least),
    ),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["x", "y"]),
    st.one_of(percents.map(lambda p: (p, None)), prices.map(lambda amount: (None, D(amount)))),
    st.sets(st.integers(0, 3), max_size=3),
    st.booleans(),
    st.none() | prices.map(D),
)
carts = st.builds(
    lambda lines, proposals: quoted(lines, *proposals),
    st.lists(st.tuples(prices, quantities), min_size=4, max_size=4),
    st.lists(of_lines, max_size=8),
)


@given(carts, st.lists(moves, max_size=5), st.randoms())
def test_nothing_raises_sums_are_exact_and_order_does_not_matter(
    before: Quote, proposed: list[tuple[str, CartMove]], random: Any
) -> None:
    after = take_off(before, reached(before, proposed))
    assert after.total == sum((t for t in totals(after) if t is not None), D(0))
    assert after.vat_total == sum((line.vat_amount for line in after.lines), D(0))
    for was, now in zip(before.lines, after.lines, strict=True):
        assert was.total is not None
        assert now.total is not None
        assert 0 <= now.total <= was.total
        assert now.total == round(now.total, 2)
        assert now.order_discount == was.total - now.total
        if was.least is not None and now.order_discount:
            assert now.total >= was.least * now.quantity
        found = replay(now.steps, now.quantity, "RUB")
        assert found is not None
        assert (found.unit_price, found.total) == (now.unit_price, now.total)
    shuffled = list(proposed)
    random.shuffle(shuffled)
    assert take_off(before, reached(before, shuffled)) == after
    ahead = next_discount(before, after, proposed)
    assert next_discount(before, after, shuffled) == ahead
    assert ahead is None or ahead.more > 0


@given(carts)
def test_a_way_that_lacks_its_beginning_does_not_replay(before: Quote) -> None:
    for line in before.lines:
        won = [step for step in line.steps if step.applied]
        assert replay(won[1:], line.quantity, "RUB") is None


def test_a_line_without_a_price_does_not_replay() -> None:
    assert replay((), D(1), "RUB") is None
