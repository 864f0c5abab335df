"""What is taken off an order as a whole: who wins, and how it is spread over the lines. Pure.

The rule, in words:
1. Moves that are not stackable exclude each other: the one that takes off most applies. It counts
   from the prices before PROMOTION and LOYALTY, and each line keeps the better of both.
2. Stackable moves come after it, one after the other, off what is left. Those that pay come last,
   each at most with its share of what is left then.
3. What a move takes off is one amount, rounded half-up to the minor unit, spread over the lines by
   largest remainder. No line goes below its floor; what it cannot give the others give. A final
   price, and one that a person gave, stay as they are.
4. Every line remembers what it gave, and what lost and why.

Here money is counted in whole minor units.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import TypeAlias

from msgspec.structs import replace

from fondaco.pricing.fold import BETTER_WON, NOT_LOWER
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.cart import CartMove
from fondaco_sdk.types.money import minor_unit, round_money
from fondaco_sdk.types.price import ORDER_STEP, LinePrice, PriceStep, Quote, Stage
from fondaco_sdk.types.reason import Reason

Proposal: TypeAlias = tuple[str, CartMove]


def take_off(quote: Quote, moves: Sequence[Proposal]) -> Quote:
    """The quote with what `moves` take off. The order of the moves changes nothing."""
    book = _Book(quote)
    ordered = sorted(moves, key=lambda move: (move[0], move[1].reason.code, repr(move[1])))
    discounts = [found for found in ordered if found[1].share is None]
    alone = [
        (book.shares(move, whole=True), plugin, move)
        for plugin, move in discounts
        if not move.stackable
    ]
    alone.sort(key=lambda found: -sum(found[0]))
    for place, (shares, plugin, move) in enumerate(alone):
        if place == 0:
            book.take(plugin, move, shares)
        else:
            book.lose(plugin, move, BETTER_WON)
    stackable = [found for found in discounts if found[1].stackable]
    paying = [found for found in ordered if found[1].share is not None]
    for plugin, move in (*stackable, *paying):
        book.take(plugin, move, book.shares(move, whole=False))
    return book.quote()


def spread(amount: int, weights: Sequence[int], room: Sequence[int]) -> list[int]:
    """Split `amount` in proportion to `weights`, none above its `room`, by largest remainder.

    What does not fit into one goes to the others; the sum is `amount`, or all the room there is.
    """
    given = [0] * len(weights)
    here = [n for n, weight in enumerate(weights) if weight > 0 and room[n] > 0]
    while here and amount > 0:
        total = sum(weights[n] for n in here)
        full = [n for n in here if amount * weights[n] >= room[n] * total]
        if not full:
            _by_largest_remainder(given, here, amount, weights, total)
            break
        for n in full:
            given[n] = room[n]
        amount -= sum(room[n] for n in full)
        here = [n for n in here if not given[n]]
    return given


def _by_largest_remainder(
    given: list[int], here: Sequence[int], amount: int, weights: Sequence[int], total: int
) -> None:
    remainders = []
    for n in here:
        given[n], remainder = divmod(amount * weights[n], total)
        remainders.append((-remainder, n))
    for _, n in sorted(remainders)[: amount - sum(given[n] for n in here)]:
        given[n] += 1


class _Book:
    """The lines of one quote while things are taken off."""

    def __init__(self, quote: Quote) -> None:
        self._quote = quote
        self._minor = minor_unit(quote.currency)
        self._lines = quote.lines
        self._totals = [self._units(line.total) for line in quote.lines]
        self._wholes = [self._whole(line) for line in quote.lines]
        self._least = [self._floor(line) for line in quote.lines]
        self._steps: list[list[PriceStep]] = [[] for _ in quote.lines]

    def shares(self, move: CartMove, *, whole: bool) -> list[int]:
        """What each line would give; counted from its `whole`, the sum before other rewards."""
        named = frozenset(move.lines)
        meant = [not named or line.line in named for line in self._lines]
        base = self._wholes if whole else self._totals
        sum_ = sum(b for b, m in zip(base, meant, strict=True) if m)
        part = self._part(move, sum_)
        wanted = [
            max(total * part.denominator - b * (part.denominator - part.numerator), 0) if m else 0
            for total, b, m in zip(self._totals, base, meant, strict=True)
        ]
        amount = (2 * sum(wanted) + part.denominator) // (2 * part.denominator)
        room = [
            max(total - least, 0) for total, least in zip(self._totals, self._least, strict=True)
        ]
        return spread(amount, wanted, room)

    def take(self, plugin: str, move: CartMove, shares: Sequence[int]) -> None:
        """Apply, or say of which line nothing could be taken."""
        for n, share in self._meant(move, shares):
            before = self._totals[n]
            self._totals[n] = before - share
            lost = None if share else _why_not(before, self._least[n])
            self._note(n, plugin, move.reason, before, lost)

    def lose(self, plugin: str, move: CartMove, why: Reason) -> None:
        """Record what did not apply."""
        for n, _ in self._meant(move, self._totals):
            self._note(n, plugin, move.reason, self._totals[n], why)

    def quote(self) -> Quote:
        """The quote as it is now."""
        lines = tuple(self._priced(n, line) for n, line in enumerate(self._lines))
        return replace(
            self._quote,
            lines=lines,
            total=sum((ln.total for ln in lines if ln.total is not None), Decimal(0)),
            vat_total=sum((ln.vat_amount for ln in lines), Decimal(0)),
        )

    def _meant(self, move: CartMove, figures: Sequence[int]) -> list[tuple[int, int]]:
        named = frozenset(move.lines)
        return [
            (n, figures[n])
            for n, line in enumerate(self._lines)
            if line.total is not None and (not named or line.line in named)
        ]

    def _part(self, move: CartMove, sum_: int) -> Fraction:
        if move.percent is not None:
            found = Fraction(move.percent) / 100
        else:
            found = Fraction(self._units(move.amount), sum_ or 1)
        if move.share is not None:
            found = min(found, Fraction(move.share) / 100)
        return min(max(found, Fraction(0)), Fraction(1))

    def _note(self, n: int, plugin: str, reason: Reason, before: int, lost: Reason | None) -> None:
        money = before * self._minor, self._totals[n] * self._minor
        self._steps[n].append(PriceStep(ORDER_STEP, plugin, reason, *money, lost is None, lost))

    def _priced(self, n: int, line: LinePrice) -> LinePrice:
        if not self._steps[n]:
            return line
        assert line.total is not None
        total = self._totals[n] * self._minor
        return replace(
            line,
            total=total,
            vat_amount=vat_inside(total, line.vat_rate, self._quote.currency),
            steps=(*line.steps, *self._steps[n]),
            order_discount=line.total - total,
        )

    def _whole(self, line: LinePrice) -> int:
        """The line's sum before PROMOTION and LOYALTY took something off."""
        for step in line.steps:
            if step.applied and step.stage in (Stage.PROMOTION, Stage.LOYALTY) and step.before:
                before = self._units(step.before * line.quantity)
                return max(before, self._units(line.total))
        return self._units(line.total)

    def _floor(self, line: LinePrice) -> int:
        if line.least is None:
            return 0
        return int((line.least * line.quantity / self._minor).to_integral_value(ROUND_CEILING))

    def _units(self, money: Decimal | None) -> int:
        return int(round_money(money or Decimal(0), self._quote.currency) / self._minor)


def _why_not(total: int, least: int) -> Reason:
    return AT_FLOOR if total and total <= least else NOT_LOWER


AT_FLOOR = Reason("price.at_floor", "Ниже цена не опускается", "The price goes no lower")
