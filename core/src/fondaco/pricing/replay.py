"""A price from nothing but its frozen steps. Pure.

Steps tell unit prices, one after the other; bounds begin from a whole minor unit. Those of the
order tell sums of the line, from the rounded unit price times the quantity on.
"""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import ORDER_STEP, PriceStep


class Replayed(Struct, frozen=True):
    """What the steps of one line come to: `unit_price` rounded to the minor unit, and its sum."""

    unit_price: Decimal
    total: Decimal


def replay(steps: Sequence[PriceStep], quantity: Decimal, currency: str) -> Replayed | None:
    """The price of a line. None where a step does not go on from the one before, or none applied.

    Steps that lost change nothing.
    """
    price = total = None
    for step in steps:
        if not step.applied:
            continue
        if step.stage != ORDER_STEP:
            if total is not None or not _same(step.before, price, currency):
                return None
            price = step.after
            continue
        so_far = _sum(price, quantity, currency) if total is None else total
        if not _same(step.before, so_far, currency):
            return None
        total = step.after
    sum_ = _sum(price, quantity, currency) if total is None else total
    if price is None or sum_ is None:
        return None
    return Replayed(round_money(price, currency), sum_)


def _sum(price: Decimal | None, quantity: Decimal, currency: str) -> Decimal | None:
    return None if price is None else round_money(round_money(price, currency) * quantity, currency)


def _same(one: Decimal | None, other: Decimal | None, currency: str) -> bool:
    if one is None or other is None:
        return one is other
    return round_money(one, currency) == round_money(other, currency)
