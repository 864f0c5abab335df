"""What larger quantities would cost: which tiers to offer, and the next one that is cheaper."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Protocol, TypeVar

from fondaco.pricing.fold import Proposal, fold
from fondaco_sdk.types.price import NextTier, Offer, PriceLine, Stage


class Tiered(Protocol):
    """A price from the quantity `tier` on, in base units."""

    @property
    def tier(self) -> Decimal: ...


T = TypeVar("T", bound=Tiered)


def reached_and_next(tiers: Sequence[T], quantity: Decimal) -> list[T]:
    """Of tiers, the highest first: the one that a quantity reaches, and the one after it."""
    ahead: T | None = None
    for tier in tiers:
        if tier.tier <= quantity:
            return [tier] if ahead is None else [tier, ahead]
        ahead = tier
    return [] if ahead is None else [ahead]


def next_tier(
    line: PriceLine,
    unit_price: Decimal | None,
    proposals: Sequence[Proposal],
    later: Sequence[tuple[str, Offer]],
    multiple: Decimal,
    currency: str,
) -> NextTier | None:
    """Fold the line anew with the offers of larger quantities, until it costs less.

    `later` are the offers that the quantity of the line does not reach.
    """
    first = min(
        (m.rank for _, m in proposals if isinstance(m, Offer) and m.stage is Stage.LIST),
        default=None,
    )
    # A list behind the one that has a price now will stay behind it.
    ahead = [
        proposal
        for proposal in later
        if first is None or proposal[1].stage is not Stage.LIST or proposal[1].rank <= first
    ]
    for quantity in sorted({_whole(offer.min_quantity, multiple) for _, offer in ahead}):
        reached = [proposal for proposal in ahead if proposal[1].min_quantity <= quantity]
        price = fold([*proposals, *reached], currency).unit_price
        if price is not None and (unit_price is None or price < unit_price):
            return NextTier(quantity - line.quantity, price)
    return None


def _whole(quantity: Decimal, multiple: Decimal) -> Decimal:
    return (quantity / multiple).to_integral_value(ROUND_CEILING) * multiple
