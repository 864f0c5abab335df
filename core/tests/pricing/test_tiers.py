"""The next tier: which one it is, and that nothing else changes by it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from fondaco.pricing.fold import Proposal, fold
from fondaco.pricing.tiers import next_tier, reached_and_next
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import Bound, Discount, NextTier, Offer, PriceLine, Stage
from fondaco_sdk.types.reason import Reason

D = Decimal
WHY = Reason("x", "x", "x")


class Tier(Struct, frozen=True):
    tier: Decimal


def offer(price: str, tier: str = "0", rank: int = 0, stage: Stage = Stage.LIST) -> Offer:
    return Offer(1, stage, D(price), "RUB", True, WHY, rank, min_quantity=D(tier))


def upon(
    quantity: str, *moves: Offer | Discount | Bound, multiple: str = "1"
) -> tuple[Decimal | None, NextTier | None]:
    """The price of a quantity, and what comes next."""
    line = PriceLine(1, ProductId(1), D(quantity))
    later = [("p", m) for m in moves if isinstance(m, Offer) and m.min_quantity > line.quantity]
    now: list[Proposal] = [("p", m) for m in moves if ("p", m) not in later]
    price = fold(now, "RUB").unit_price
    return price, next_tier(line, price, now, later, D(multiple), "RUB")


def test_the_tier_reached_and_the_one_after_it() -> None:
    tiers = [Tier(D(100)), Tier(D(10)), Tier(D(0))]
    assert [t.tier for t in reached_and_next(tiers, D(9))] == [0, 10]
    assert [t.tier for t in reached_and_next(tiers, D(10))] == [10, 100]
    assert [t.tier for t in reached_and_next(tiers, D(100))] == [100]
    assert [t.tier for t in reached_and_next(tiers[:2], D(9))] == [10]
    assert reached_and_next([], D(9)) == []


def test_two_more_for_the_next_price() -> None:
    assert upon("8", offer("100"), offer("90", "10")) == (100, NextTier(D(2), D(90)))


def test_the_quantity_is_a_whole_multiple() -> None:
    assert upon("8", offer("100"), offer("90", "10"), multiple="4")[1] == NextTier(D(4), D(90))
    assert upon("2.5", offer("100"), offer("90", "3"), multiple="2.5")[1] == NextTier(
        D("2.5"), D(90)
    )


def test_later_stages_and_bounds_have_their_say() -> None:
    five = Discount(1, Stage.LOYALTY, WHY, percent=D(5))
    floor = Bound(1, "min", D(95), "RUB", True, WHY)
    assert upon("8", offer("100"), offer("90", "10"), five)[1] == NextTier(D(2), D("85.50"))
    assert upon("8", offer("100"), offer("90", "10"), five, floor)[1] is None


def test_a_tier_that_is_not_cheaper_or_stands_behind_is_none() -> None:
    assert upon("8", offer("100"), offer("110", "10"))[1] is None
    assert upon("8", offer("100"), offer("50", "10", rank=1))[1] is None
    contract = offer("80", stage=Stage.CONTRACT)
    assert upon("8", offer("100"), offer("90", "10"), contract)[1] is None


def test_a_first_price_counts_as_lower_than_none() -> None:
    assert upon("8", offer("90", "10")) == (None, NextTier(D(2), D(90)))


prices = st.decimals(min_value=D(1), max_value=D(1000), places=2)
offers = st.builds(
    lambda p, t, r, s: offer(str(p), str(t), r, s),
    prices,
    st.integers(0, 20),
    st.integers(0, 1),
    st.sampled_from([Stage.LIST, Stage.CONTRACT]),
)


@given(st.lists(offers, max_size=6), st.integers(1, 20), st.integers(1, 5))
def test_it_is_always_lower_more_and_whole(
    moves: list[Offer], quantity: int, multiple: int
) -> None:
    price, found = upon(str(quantity), *moves, multiple=str(multiple))
    if found is None:
        return
    assert found.more > 0
    assert (quantity + found.more) % multiple == 0
    assert price is None or found.unit_price < price
