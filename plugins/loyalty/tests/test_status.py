"""The rule of statuses, without a database."""

from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from fondaco.pricing.fold import Proposal, fold
from fondaco_loyalty.status import Standing, Tier, misfits
from fondaco_sdk.testing.factories import reason
from fondaco_sdk.types.price import Discount, Offer, Stage

MONEY = st.decimals(0, 10**9, places=2)
PERCENT = st.decimals(0, 100, places=2)


def tier(threshold: str, percent: str, name: str = "") -> Tier:
    return Tier(
        uuid4(), f"С {threshold}", name or f"From {threshold}", Decimal(threshold), Decimal(percent)
    )


LADDER = (tier("1000", "3"), tier("5000", "5"), tier("20000", "10"))


def test_the_highest_reached_status_holds_from_its_very_threshold() -> None:
    names = {
        turnover: (Standing(Decimal(turnover), LADDER).tier or tier("0", "0", "none")).name_en
        for turnover in ("0", "999.99", "1000", "4999.99", "5000", "10000000")
    }
    assert list(names.values()) == [
        "none",
        "none",
        "From 1000",
        "From 1000",
        "From 5000",
        "From 20000",
    ]


def test_what_is_missing_to_the_next() -> None:
    standing = Standing(Decimal("4200.50"), LADDER)
    assert standing.next == LADDER[1]
    assert standing.missing == Decimal("799.50")
    assert standing.after(Decimal("799.50")).tier == LADDER[1]
    top = Standing(Decimal(30000), LADDER)
    assert top.next is None
    assert top.missing == 0
    assert Standing(Decimal(10), ()).next is None


def test_a_ladder_in_which_more_turnover_gives_less_is_refused() -> None:
    assert misfits(tier("3000", "4"), LADDER) == {}
    assert misfits(tier("3000", "2.99"), LADDER)["percent"].code == "loyalty.percent_low"
    assert misfits(tier("3000", "5.01"), LADDER)["percent"].code == "loyalty.percent_high"
    assert misfits(tier("5000", "5"), LADDER)["threshold"].code == "loyalty.threshold_taken"
    assert misfits(tier("3000", "4", "from 1000"), LADDER)["name_en"].code == "loyalty.name_taken"


def test_figures_out_of_bounds_are_refused() -> None:
    for threshold in ("-1", "0.001", "1e15", "1e40"):
        assert "threshold" in misfits(tier(threshold, "1"), ())
    for percent in ("-0.01", "100.01", "1.005"):
        assert "percent" in misfits(tier("1", percent), ())
    assert "name_en" in misfits(tier("1", "1", "x" * 61), ())
    assert misfits(tier("0", "100"), ()) == {}


@given(st.lists(st.tuples(MONEY, PERCENT), max_size=6), MONEY, MONEY)
def test_more_turnover_is_never_worse(
    wanted: list[tuple[Decimal, Decimal]], some: Decimal, more: Decimal
) -> None:
    ladder: list[Tier] = []
    for number, (threshold, percent) in enumerate(wanted):
        candidate = Tier(uuid4(), f"Ж{number}", f"T{number}", threshold, percent)
        if not misfits(candidate, ladder):
            ladder.append(candidate)
    ladder.sort(key=lambda t: t.threshold)
    before = Standing(some, tuple(ladder))
    after = before.after(more)
    assert _percent(after) >= _percent(before)
    assert after.missing >= 0


@given(MONEY, PERCENT, st.booleans())
def test_the_discount_never_raises_a_price(
    price: Decimal, percent: Decimal, promotion: bool
) -> None:
    base: list[Proposal] = [
        ("price_lists", Offer(1, Stage.LIST, price, "RUB", vat_included=True, reason=reason()))
    ]
    if promotion:
        base.append(("promotions", Discount(1, Stage.PROMOTION, reason(), Decimal(4))))
    status: Proposal = ("loyalty", Discount(1, Stage.LOYALTY, reason(), percent))
    without, with_status = fold(base, "RUB").unit_price, fold([*base, status], "RUB").unit_price
    assert without is not None
    assert with_status is not None
    assert 0 <= with_status <= without


def _percent(standing: Standing) -> Decimal:
    return standing.tier.percent if standing.tier else Decimal(0)
