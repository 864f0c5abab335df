"""Moves that begin at a minimum: which have been reached, and how much more brings the next. Pure.

The minimum is of what the lines come to before anything is taken off the order. The next one is
the nearest, and is told only where it would take off more than is taken off now: at the sums of
now, so that the promise is never larger than what it brings.
"""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.pricing.order_discounts import Proposal, take_off
from fondaco_sdk.types.cart import CartMove, NextDiscount
from fondaco_sdk.types.price import Quote


def reached(quote: Quote, moves: Sequence[Proposal]) -> list[Proposal]:
    """The moves whose minimum the quote comes to, and those that have none."""
    return [proposal for proposal in moves if missing(quote, proposal[1]) <= 0]


def missing(quote: Quote, move: CartMove) -> Decimal:
    """What the lines of a move lack to its minimum; zero and less: nothing."""
    named = frozenset(move.lines)
    found = sum(
        (
            line.total
            for line in quote.lines
            if line.total is not None and (not named or line.line in named)
        ),
        Decimal(0),
    )
    return (move.min_total or Decimal(0)) - found


def next_discount(quote: Quote, taken: Quote, moves: Sequence[Proposal]) -> NextDiscount | None:
    """What comes next for a `quote` of which `taken` is what was left after the moves."""
    here = reached(quote, moves)
    ahead = sorted(
        ((missing(quote, move), plugin, move.reason.code, repr(move), (plugin, move))
         for plugin, move in moves if missing(quote, move) > 0),
        key=lambda found: found[:4],
    )  # fmt: skip
    for more, _, _, _, proposal in ahead:
        if take_off(quote, [*here, proposal]).total < taken.total:
            return NextDiscount(more, proposal[1].reason, proposal[1].lines)
    return None
