"""The fold of 500 lines for which six plugins propose something, against its record alone."""

from collections.abc import Sequence
from decimal import Decimal

from benchmarks.figures import Figure, Limit
from benchmarks.house import House
from benchmarks.measure import by_turns
from fondaco.catalog.service import SaleTerms
from fondaco.pricing.batch import Batch
from fondaco.pricing.fold import Proposal
from fondaco.pricing.rates import Exchange
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import Bound, Discount, Offer, PriceLine, PriceStep, Quote, Stage
from fondaco_sdk.types.reason import Reason

LINES = 500
CURRENCY = "RUB"
WHY = Reason("benchmark", "Так договорились", "As agreed")


async def measure(house: House) -> Sequence[Figure]:
    """From the plugins' answers to a quote, without any input or output."""
    lines = [PriceLine(n, ProductId(n), Decimal(3)) for n in range(LINES)]
    terms = [SaleTerms("vat22", Decimal(22), Decimal(1)) for _ in lines]
    proposals = [proposal for n in range(LINES) for proposal in _of_six(n)]
    exchange = Exchange(CURRENCY, {})

    def quote() -> Quote:
        batch = Batch(lines, terms)
        batch.sort(proposals, exchange, CURRENCY)
        return batch.quote(lines, CURRENCY)

    assert all(len(line.steps) == 6 for line in quote().lines)

    async def ours() -> None:
        quote()

    async def floor() -> None:
        for plugin, move in proposals:
            PriceStep(1, plugin, move.reason, None, None, True)

    folded, recorded = await by_turns(ours, floor)
    return (
        Figure(
            what=f"fold, {LINES} lines of 6 plugins",
            unit="ms",
            ours=folded,
            floor=recorded,
            limit=Limit(plus=8),
        ),
    )


def _of_six(n: int) -> Sequence[Proposal]:
    """Every stage that a buyer's price can pass, and a floor; one proposal of each plugin."""
    price = Decimal(10_000 + 7 * n) / 100
    return (
        ("price_lists", Offer(n, Stage.LIST, price, CURRENCY, True, WHY)),
        ("matrix", Discount(n, Stage.CONTRACT, WHY, Decimal(5))),
        ("promotions", Discount(n, Stage.PROMOTION, WHY, Decimal(n % 11))),
        ("seasons", Discount(n, Stage.PROMOTION, WHY, Decimal(2), stackable=True)),
        ("loyalty", Discount(n, Stage.LOYALTY, WHY, Decimal(3))),
        ("margins", Bound(n, "min", price * Decimal("0.7"), CURRENCY, True, WHY)),
    )
