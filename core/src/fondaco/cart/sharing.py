"""A line shared out over outlets: its parts, their money, their goods. Pure.

The rule, in words:
1. The price of a unit comes from the quantity of the whole line, so that a chain gets the tier of
   the whole order. Each part costs that price times its own quantity, rounded; the line is the sum
   of its parts.
2. What is taken off the order is spread over the parts, as they become the lines of the order.
3. Goods are given out in this order: the outlet that wants least of the product first, between
   equals by name; what is not shared out yet comes last. Each takes what is ready soonest. So as
   many outlets as can be get theirs whole and early, and only the largest wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco.customers.outlets import Outlet
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.cart import CartShare, PricedCartLine
from fondaco_sdk.types.ids import OutletId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import LinePrice, PriceStep, Quote
from fondaco_sdk.types.supply import LineSupply, SupplyPart

ZERO = Decimal(0)


class Part(Struct, frozen=True):
    """A quantity of a line, for an outlet, or for none: not shared out."""

    outlet: Outlet | None
    quantity: Decimal


class Split(Struct, frozen=True):
    """The parts of lines by their keys; in a cart for one address each line is one part."""

    parts: Mapping[int, tuple[Part, ...]]
    by_outlets: bool

    def quantity(self, line: int) -> Decimal:
        """How much of a line is wanted: at least what outlets get of it."""
        return sum((part.quantity for part in self.parts[line]), ZERO)

    def divide(self, quote: Quote) -> Quote:
        """A price for every part, one after the other, each under the key of its line."""
        if not self.by_outlets:
            return quote
        lines = tuple(
            divided
            for line in quote.lines
            for divided in _divided(line, self.parts[line.line], quote.currency)
        )
        return _summed(quote, lines)

    def unite(
        self, lines: Sequence[PricedCartLine], whole: Quote, divided: Quote
    ) -> tuple[tuple[PricedCartLine, ...], Quote]:
        """The lines again with their shares, each the sum of its parts.

        `whole` knows the steps of their prices before anything was taken off the order.
        """
        if not self.by_outlets:
            priced = zip(lines, divided.lines, strict=True)
            return tuple(replace(line, price=price) for line, price in priced), divided
        of_parts = iter(divided.lines)
        united = tuple(
            _with_shares(line, price, parts, [next(of_parts) for _ in parts])
            for line, price in zip(lines, whole.lines, strict=True)
            for parts in (self.parts[line.line],)
        )
        return united, _summed(whole, tuple(line.price for line in united))


def split_over(
    lines: Iterable[tuple[int, Decimal, Mapping[OutletId, Decimal]]],
    outlets: Sequence[Outlet],
    *,
    by_outlets: bool,
) -> Split:
    """How lines, given as (key, quantity, shares), are divided over `outlets` in their order.

    Shares of other outlets do not count: what they were given is not shared out.
    """
    return Split({key: _parts(q, shares, outlets) for key, q, shares in lines}, by_outlets)


def deal(supply: LineSupply, quantities: Sequence[Decimal], last: int) -> tuple[LineSupply, ...]:
    """Give a line's goods to its parts, in their order. Parts from place `last` on come last.

    The sum over the parts is what the line has: nothing is given twice, nothing is lost.
    """
    ready = sorted(supply.parts, key=lambda part: part.promised)
    left = [part.quantity for part in ready]
    dealt: dict[int, LineSupply] = {}
    at = 0
    for place in sorted(range(len(quantities)), key=lambda n: (n >= last, quantities[n], n)):
        missing, taken = quantities[place], list[SupplyPart]()
        while missing > 0 and at < len(ready):
            take = min(missing, left[at])
            taken.append(replace(ready[at], quantity=take))
            missing -= take
            left[at] -= take
            at += not left[at]
        dealt[place] = replace(
            supply, wanted=quantities[place], parts=tuple(taken), missing=missing
        )
    return tuple(dealt[place] for place in range(len(quantities)))


def _parts(
    quantity: Decimal, shares: Mapping[OutletId, Decimal], outlets: Sequence[Outlet]
) -> tuple[Part, ...]:
    given = [Part(outlet, shares[outlet.id]) for outlet in outlets if outlet.id in shares]
    rest = quantity - sum((part.quantity for part in given), ZERO)
    return (*given, Part(None, rest)) if rest > 0 else tuple(given)


def _with_shares(
    line: PricedCartLine, whole: LinePrice, parts: Sequence[Part], prices: Sequence[LinePrice]
) -> PricedCartLine:
    given = sum(part.outlet is not None for part in parts)
    supplies = deal(line.supply, [part.quantity for part in parts], given)
    shares = tuple(
        CartShare(part.outlet.id, part.outlet.uuid, part.outlet.name, part.quantity, price, supply)
        for part, price, supply in zip(parts, prices, supplies, strict=True)
        if part.outlet is not None
    )
    return replace(line, price=_united(whole, prices), shares=shares)


def _divided(line: LinePrice, parts: Sequence[Part], currency: str) -> Sequence[LinePrice]:
    if len(parts) == 1:
        return [line]
    found = []
    for part in parts:
        price = replace(line, quantity=part.quantity)
        if line.unit_price is not None:
            total = round_money(line.unit_price * part.quantity, currency)
            vat = vat_inside(total, line.vat_rate, currency)
            price = replace(price, total=total, vat_amount=vat)
        found.append(price)
    return found


def _united(line: LinePrice, parts: Sequence[LinePrice]) -> LinePrice:
    if len(parts) == 1:
        return parts[0]
    if line.total is None:
        return line
    known = len(line.steps)
    of_order = zip(*(part.steps[known:] for part in parts), strict=True)
    return replace(
        line,
        total=sum((part.total or ZERO for part in parts), ZERO),
        vat_amount=sum((part.vat_amount for part in parts), ZERO),
        order_discount=sum((part.order_discount for part in parts), ZERO),
        steps=(*line.steps, *(_step(steps) for steps in of_order)),
    )


def _step(steps: Sequence[PriceStep]) -> PriceStep:
    """What was taken off the order, of all parts of a line; it was lost where no part gave."""
    first = next((step for step in steps if step.applied), steps[0])
    return replace(
        first,
        before=sum((step.before or ZERO for step in steps), ZERO),
        after=sum((step.after or ZERO for step in steps), ZERO),
    )


def _summed(quote: Quote, lines: tuple[LinePrice, ...]) -> Quote:
    return replace(
        quote,
        lines=lines,
        total=sum((line.total for line in lines if line.total is not None), ZERO),
        vat_total=sum((line.vat_amount for line in lines), ZERO),
    )
