"""The mark of a product that may stand in for another: four shares, weighed."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from fondaco.settings import SubstituteWeights
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.substitute import Substitute, SubstituteKind

REPLACES = {
    SubstituteKind.FULL: Decimal(1),
    SubstituteKind.UPGRADE: Decimal("0.9"),
    SubstituteKind.CHEAPER: Decimal("0.7"),
    SubstituteKind.LIMITED: Decimal("0.4"),
}
LONG = Decimal(14)
ZERO, HALF, ONE, HUNDRED = Decimal(0), Decimal("0.5"), Decimal(1), Decimal(100)


class Original(Struct, frozen=True, gc=False):
    """What is wanted: how much of it, in base units, and what a unit costs, if it has a price."""

    product: Product
    quantity: Decimal
    unit_price: Decimal | None


class Candidate(Struct, frozen=True, gc=False):
    """A product that may stand in: how much of the wanted quantity it brings and by when.

    `quantity` is the wanted one, up to its own multiple; `cost` is what a unit costs us.
    """

    substitute: Substitute
    product: Product
    quantity: Decimal
    unit_price: Decimal | None
    available: Decimal
    ready: date | None
    cost: Decimal | None = None

    @property
    def enough(self) -> bool:
        """Whether it brings all of it."""
        return self.available >= self.quantity


class Shares(Struct, frozen=True, gc=False):
    """The four shares of a mark, each from 0 to 1."""

    replaceability: Decimal
    date: Decimal
    price: Decimal
    margin: Decimal


def shares_of(original: Original, candidate: Candidate, today: date) -> Shares:
    """What a candidate has of each share; an unknown margin counts as none."""
    return Shares(
        REPLACES[candidate.substitute.kind] * candidate.substitute.confidence,
        _soon(candidate.ready, today),
        _cheap(candidate.unit_price, original.unit_price),
        margin_of(candidate) or ZERO,
    )


def mark_of(shares: Shares, weights: SubstituteWeights) -> Decimal:
    """From 0 to 100, with one decimal."""
    weighed = (
        weights.replaceability * shares.replaceability
        + weights.date * shares.date
        + weights.price * shares.price
        + weights.margin * shares.margin
    )
    return tenth(HUNDRED * weighed / weights.total)


def tenth(value: Decimal) -> Decimal:
    """Rounded to one decimal."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _soon(ready: date | None, today: date) -> Decimal:
    return ZERO if ready is None else _share(ONE - (ready - today).days / LONG)


def _cheap(price: Decimal | None, original: Decimal | None) -> Decimal:
    return HALF if price is None or not original else _share(HALF + ONE - price / original)


def margin_of(candidate: Candidate) -> Decimal | None:
    """What we earn of the price, as a share; None where the cost is not known."""
    if candidate.cost is None or not candidate.unit_price:
        return None
    return _share(ONE - candidate.cost / candidate.unit_price)


def _share(value: Decimal) -> Decimal:
    return min(max(value, ZERO), ONE)
