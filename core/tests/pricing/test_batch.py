"""A batch of lines: as each by itself, and sums to the kopeck."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fondaco.catalog.service import SaleTerms
from fondaco.pricing.batch import Batch
from fondaco.pricing.fold import Proposal
from fondaco.pricing.rates import Exchange
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import Bound, Discount, Offer, PriceLine, Quote, Stage
from fondaco_sdk.types.reason import Reason

D = Decimal
WHY = Reason("x", "x", "x")
TERMS = SaleTerms("22", D(22), D(5))
EXCHANGE = Exchange("RUB", {"USD": D("82.9977"), "KZT": D("0.153512")})

lines = st.integers(0, 3)
prices = st.decimals(min_value=D("0.01"), max_value=D(99999), places=4)
# There is no rate for the last of them.
currencies = st.sampled_from(["RUB", "RUB", "USD", "KZT", "CNY"])
offers = st.builds(
    lambda line, stage, price, currency, vat, rank, tier: Offer(
        line, stage, price, currency, vat, WHY, rank, min_quantity=D(tier)
    ),
    lines,
    st.sampled_from(list(Stage)),
    prices,
    currencies,
    st.booleans(),
    st.integers(0, 2),
    st.integers(0, 30),
)
discounts = st.builds(
    lambda line, stage, percent, stackable: Discount(
        line, stage, WHY, percent=percent, stackable=stackable
    ),
    lines,
    st.sampled_from(list(Stage)),
    st.decimals(min_value=D(0), max_value=D(100), places=2),
    st.booleans(),
)
bounds = st.builds(
    lambda line, side, price, currency: Bound(line, side, price, currency, True, WHY),
    lines,
    st.sampled_from(["min", "max"]),
    prices,
    currencies,
)
proposals = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.one_of(offers, discounts, bounds)), max_size=20
)
quantities = st.lists(
    st.decimals(min_value=D("0.001"), max_value=D(50), places=3), min_size=4, max_size=4
)


def quote(asked: list[PriceLine], proposed: list[Proposal]) -> Quote:
    batch = Batch(asked, [TERMS] * len(asked))
    numbers = {line.line for line in asked}
    batch.sort([p for p in proposed if p[1].line in numbers], EXCHANGE, "RUB")
    return batch.quote(asked, "RUB")


@given(quantities, proposals)
def test_a_batch_equals_singles_and_sums_to_the_kopeck(
    amounts: list[Decimal], proposed: list[Proposal]
) -> None:
    asked = [PriceLine(n, ProductId(n), amount) for n, amount in enumerate(amounts)]
    whole = quote(asked, proposed)
    assert list(whole.lines) == [quote([line], proposed).lines[0] for line in asked]
    priced = [line for line in whole.lines if line.total is not None]
    assert whole.total == sum((line.total or 0 for line in priced), D(0))
    assert whole.total == round(whole.total, 2)
    assert whole.vat_total == sum((line.vat_amount for line in priced), D(0))
    assert whole.unpriced == len(asked) - len(priced)


@given(quantities, proposals)
def test_a_price_never_rests_on_a_currency_without_a_rate(
    amounts: list[Decimal], proposed: list[Proposal]
) -> None:
    asked = [PriceLine(n, ProductId(n), amount) for n, amount in enumerate(amounts)]
    for line in quote(asked, proposed).lines:
        missing = [s for s in line.steps if s.lost and s.lost.code == "price.rate_missing"]
        if line.no_price is not None:
            assert line.unit_price is None
            assert missing
        else:
            assert all(step.stage == Stage.LIST for step in missing)
