"""The fold: the rule in words, as examples and as properties."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fondaco.pricing.fold import Proposal, fold
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.price import Bound, Discount, Offer, Stage
from fondaco_sdk.types.reason import Reason

D = Decimal


def why(code: str = "x") -> Reason:
    return Reason(code, code, code)


def offer(price: str, stage: Stage = Stage.LIST, rank: int = 0, **more: Any) -> Proposal:
    return "lists", Offer(1, stage, D(price), "RUB", True, why(f"o{price}"), rank=rank, **more)


def off(percent: str, stage: Stage = Stage.LOYALTY, stackable: bool = False) -> Proposal:
    reason = why(f"d{percent}{stage}")
    return "discounts", Discount(1, stage, reason, percent=D(percent), stackable=stackable)


def matrix(percent: str, rank: int = 0) -> Proposal:
    reason = why(f"m{percent}")
    return "contracts", Discount(1, Stage.CONTRACT, reason, percent=D(percent), rank=rank)


def bound(side: Any, price: str) -> Proposal:
    return "bounds", Bound(1, side, D(price), "RUB", True, why(f"b{price}"))


def price(*proposals: Proposal) -> Decimal | None:
    return fold(proposals, "RUB").unit_price


def test_the_first_list_wins_and_inside_one_rank_the_lowest() -> None:
    assert price(offer("90", rank=1), offer("100", rank=0), offer("95", rank=0)) == 95


def test_a_contract_replaces_the_list_and_may_raise() -> None:
    folded = fold([offer("100"), offer("120", Stage.CONTRACT)], "RUB")
    assert (folded.unit_price, folded.list_price) == (120, 100)


def test_the_matrix_takes_off_or_adds_and_its_first_rank_wins() -> None:
    assert price(offer("100"), matrix("5", 0), matrix("20", 1)) == 95
    assert price(offer("100"), matrix("-5", 0), matrix("20", 1)) == 105
    assert price(offer("100"), matrix("0", 0), matrix("20", 1)) == 100
    assert price(offer("100"), matrix("5"), matrix("20")) == 80
    assert price(offer("100"), matrix("-5"), off("10")) == D("94.50")


def test_an_individual_price_leaves_the_matrix_out() -> None:
    folded = fold([offer("100"), offer("90", Stage.CONTRACT), matrix("50")], "RUB")
    assert folded.unit_price == 90
    assert [s.lost.code for s in folded.steps if s.lost] == ["price.individual_won"]


def test_a_surcharge_needs_a_price_that_is_not_final() -> None:
    assert price(matrix("-5")) is None
    assert price(offer("100", final=True), matrix("-5")) == 100


def test_bounds_are_whole_kopecks_on_the_safe_side() -> None:
    assert price(offer("10"), bound("min", "10.001")) == D("10.01")
    assert price(offer("10.004"), bound("min", "10.002")) == D("10.01")
    assert price(offer("10"), bound("max", "9.999")) == D("9.99")


MISSING = why("price.rate_missing")


def test_without_a_rate_there_is_no_price_and_every_step_says_so() -> None:
    for unknown in (offer("5", Stage.CONTRACT), offer("5", rank=0), bound("min", "5")):
        folded = fold([offer("100", rank=1), off("5")], "RUB", [(unknown, MISSING)])
        assert (folded.unit_price, folded.list_price) == (None, None)
        assert folded.no_price is MISSING
        assert [s.applied for s in folded.steps] == [False] * 3
        assert {s.lost.code for s in folded.steps if s.lost} == {
            "price.rate_missing",
            "price.unknown",
        }


def test_a_list_behind_one_that_has_a_price_needs_no_rate() -> None:
    folded = fold([offer("100", rank=0)], "RUB", [(offer("5", rank=1), MISSING)])
    assert (folded.unit_price, folded.no_price) == (100, None)
    assert [s.lost for s in folded.steps if not s.applied] == [MISSING]


def test_promotion_and_loyalty_exclude_each_other() -> None:
    assert price(offer("100"), off("10", Stage.PROMOTION), off("5")) == 90
    assert price(offer("100"), off("5", Stage.PROMOTION), off("10")) == 90


def test_a_stackable_promotion_is_joined_by_loyalty() -> None:
    assert price(offer("100"), off("10", Stage.PROMOTION, stackable=True), off("5")) == D("85.50")


def test_of_equal_promotions_the_stackable_one_wins_whoever_comes_first() -> None:
    promotions = [off("10", Stage.PROMOTION), off("10", Stage.PROMOTION, stackable=True)]
    for order in (promotions, promotions[::-1]):
        assert price(offer("100"), *order, off("5")) == D("85.50")


def test_manual_replaces_and_bounds_bind_last() -> None:
    assert price(offer("100"), off("50"), offer("70", Stage.MANUAL)) == 70
    assert price(offer("100"), off("50"), bound("min", "60")) == 60
    assert price(offer("100"), bound("max", "80")) == 80
    assert price(offer("100"), bound("max", "50"), bound("min", "60")) == 60


def test_a_final_offer_stops_the_later_stages() -> None:
    folded = fold([offer("100", Stage.CONTRACT, final=True), offer("110"), off("50")], "RUB")
    assert folded.unit_price == 100
    assert [s.lost.code for s in folded.steps if s.lost] == ["price.final"]


def test_without_a_price_nothing_can_be_taken_off() -> None:
    folded = fold([off("10"), bound("min", "5")], "RUB")
    assert folded.unit_price is None
    assert {s.lost.code for s in folded.steps if s.lost} == {"price.no_base"}


money = st.decimals(min_value=D("0.01"), max_value=D(99999), places=2)
percents = st.decimals(min_value=D(0), max_value=D(100), places=1)
rewards = st.sampled_from([Stage.PROMOTION, Stage.LOYALTY])
proposal = st.one_of(
    st.builds(
        lambda p, s, r: offer(str(p), s, r),
        money,
        st.sampled_from(list(Stage)),
        st.integers(0, 2),
    ),
    st.builds(lambda p, s, k: off(str(p), s, k), percents, rewards, st.booleans()),
    st.builds(
        lambda p, r: matrix(str(p), r),
        st.decimals(min_value=D(-100), max_value=D(100), places=1),
        st.integers(0, 2),
    ),
    st.builds(
        lambda s, p: bound(s, str(p)),
        st.sampled_from(["min", "max"]),
        st.decimals(min_value=D("0.01"), max_value=D(99999), places=4),
    ),
)


@given(st.lists(proposal, max_size=8))
def test_bounds_always_hold_and_a_price_is_whole_kopecks(proposals: list[Proposal]) -> None:
    found = price(*proposals)
    if found is None:
        return
    assert found == found.quantize(D("0.01"))
    bounds = [move for _, move in proposals if isinstance(move, Bound)]
    floors = [b.unit_price for b in bounds if b.side == "min"]
    caps = [b.unit_price for b in bounds if b.side == "max"]
    assert all(found >= floor for floor in floors)
    assert all(found <= cap for cap in caps) or (floors and found < max(floors) + D("0.01"))


@given(st.lists(proposal, max_size=8))
def test_what_comes_after_the_contract_never_raises_but_by_a_floor(
    proposals: list[Proposal],
) -> None:
    def kept(*stages: Stage) -> Decimal | None:
        return price(
            *(p for p in proposals if not isinstance(p[1], Bound) and p[1].stage in stages)
        )

    agreed = kept(Stage.LIST, Stage.CONTRACT)
    rewarded = kept(Stage.LIST, Stage.CONTRACT, Stage.PROMOTION, Stage.LOYALTY)
    assert (agreed is None) is (rewarded is None)
    assert agreed is None or rewarded is None or rewarded <= agreed


@given(st.lists(proposal, max_size=8), st.randoms())
def test_the_order_of_proposals_changes_nothing(proposals: list[Proposal], random: Any) -> None:
    shuffled = list(proposals)
    random.shuffle(shuffled)
    assert price(*shuffled) == price(*proposals)


@given(st.lists(proposal, max_size=8))
def test_every_proposal_leaves_a_step_and_each_loser_says_why(proposals: list[Proposal]) -> None:
    steps = fold(proposals, "RUB").steps
    assert len(steps) == len(proposals)
    assert all(step.applied is (step.lost is None) for step in steps)


@given(money, percents, rewards, st.booleans())
def test_a_discount_never_raises_and_never_goes_below_zero(
    base: Decimal, percent: Decimal, stage: Stage, stackable: bool
) -> None:
    found = price(offer(str(base)), off(str(percent), stage, stackable))
    assert found is not None
    assert 0 <= found <= base


@given(money, st.sampled_from([D(0), D(5), D(10), D(20), D(22)]))
def test_vat_is_inside_the_total_to_the_kopeck(total: Decimal, rate: Decimal) -> None:
    vat = vat_inside(total, rate, "RUB")
    assert 0 <= vat < total or vat == 0
    assert vat == vat.quantize(D("0.01"))
    assert abs((total - vat) * rate / 100 - vat) <= D("0.012")
