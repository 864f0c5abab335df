"""A cart that is sent in parts: what each part gets of a line, its money, its goods. Pure.

The rule, in words:
1. The price of a unit comes from the quantity of the whole line, so that a chain gets the tier of
   the whole order. Each part costs that price times its own quantity, rounded; the line is the sum
   of its parts.
2. What is taken off the order is spread over the parts, as they become the lines of the order.
3. Each part has its own goods, on its own way. Of outlets the one that wants least of the product
   is served first, between equals by name: so as many as can be get theirs whole and early, and
   only the largest wait. Of deliveries the one that is wanted first is. What is in no part yet
   comes last.
4. Where the buyer puts nothing together, and each day brings what is ready, the goods make the
   parts: one for every day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.cart import CartPart, CartShare, CartWay, PricedCartLine
from fondaco_sdk.types.ids import ProductId, StockId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import LinePrice, PriceStep, Quote
from fondaco_sdk.types.supply import LineSupply, SupplyPart, Want

ZERO = Decimal(0)


class Share(Struct, frozen=True):
    """A quantity of a line, for a part, or for none; with its goods, once those are known."""

    part: CartPart | None
    quantity: Decimal
    supply: LineSupply | None = None


class Split(Struct, frozen=True):
    """The shares of lines by their keys; in a cart that is sent together each line is one."""

    shares: Mapping[int, tuple[Share, ...]]
    way: CartWay

    def quantity(self, line: int) -> Decimal:
        """How much of a line is wanted: at least what its parts get of it."""
        return sum((share.quantity for share in self.shares[line]), ZERO)

    def wants(self, lines: Sequence[tuple[int, ProductId]]) -> list[Want]:
        """What is to be supplied for lines and their products: every share, in the order in which
        they are served.
        """
        served = [
            (product, self.shares[line][at]) for line, product in lines for at in self._served(line)
        ]
        return [
            Want(
                number,
                product,
                share.quantity,
                share.part.outlet if share.part else None,
                share.part.wanted_on if share.part else None,
            )
            for number, (product, share) in enumerate(served)
        ]

    def supplied(self, lines: Sequence[int], supplies: Sequence[LineSupply]) -> "Split":
        """With the goods that answer the `wants` of lines; others go without."""
        found = dict(self.shares)
        answers = iter(supplies)
        for line in lines:
            shares = list(self.shares[line])
            for at in self._served(line):
                shares[at] = replace(shares[at], supply=replace(next(answers), line=line))
            found[line] = tuple(shares)
            if self.way is CartWay.AS_READY:
                found[line] = _by_day(shares[0])
        return Split(found, self.way)

    def supply(self, line: int) -> LineSupply | None:
        """All goods of a line together; None for one that has no answer."""
        supplies = [share.supply for share in self.shares[line] if share.supply is not None]
        return _together(supplies) if supplies else None

    def divide(self, quote: Quote) -> Quote:
        """A price for every share, one after the other, each under the key of its line."""
        if self.way is CartWay.TOGETHER:
            return quote
        lines = tuple(
            divided
            for line in quote.lines
            for divided in _divided(line, self.shares[line.line], quote.currency)
        )
        return _summed(quote, lines)

    def unite(
        self, lines: Sequence[PricedCartLine], whole: Quote, divided: Quote
    ) -> tuple[tuple[PricedCartLine, ...], Quote]:
        """The lines again with their shares, each the sum of its parts.

        `whole` knows the steps of their prices before anything was taken off the order.
        """
        if self.way is CartWay.TOGETHER:
            priced = zip(lines, divided.lines, strict=True)
            return tuple(replace(line, price=price) for line, price in priced), divided
        of_shares = iter(divided.lines)
        united = tuple(
            _with_shares(line, price, shares, [next(of_shares) for _ in shares])
            for line, price in zip(lines, whole.lines, strict=True)
            for shares in (self.shares[line.line],)
        )
        return united, _summed(whole, tuple(line.price for line in united))

    def _served(self, line: int) -> Sequence[int]:
        """The places of a line's shares in the order in which they get goods."""
        shares = self.shares[line]
        if len(shares) == 1:
            return (0,)
        if self.way is CartWay.OUTLETS:
            return sorted(
                range(len(shares)),
                key=lambda at: (shares[at].part is None, shares[at].quantity, at),
            )
        return sorted(range(len(shares)), key=lambda at: (*_wanted(shares[at]), at))


def split_over(
    lines: Iterable[tuple[int, Decimal, Mapping[int, Decimal]]],
    parts: Sequence[tuple[int, CartPart]],
    way: CartWay,
) -> Split:
    """How lines, given as (key, quantity, shares), are divided over `parts` in their order.

    Parts are named by the ids of their outlets, or of their deliveries; shares of others do not
    count: what they were given is in no part. Of deliveries the first gets what no other does.
    """
    return Split({key: _shares(q, given, parts, way) for key, q, given in lines}, way)


def _shares(
    quantity: Decimal,
    given: Mapping[int, Decimal],
    parts: Sequence[tuple[int, CartPart]],
    way: CartWay,
) -> tuple[Share, ...]:
    if way is CartWay.DELIVERIES and parts:
        (_, first), *others = parts
        dealt = [Share(part, given[id]) for id, part in others if id in given]
        rest = quantity - sum((share.quantity for share in dealt), ZERO)
        return (Share(first, rest), *dealt) if rest > 0 else tuple(dealt)
    dealt = [Share(part, given[id]) for id, part in parts if id in given]
    rest = quantity - sum((share.quantity for share in dealt), ZERO)
    return (*dealt, Share(None, rest)) if rest > 0 else tuple(dealt)


def _wanted(share: Share) -> tuple[bool, date]:
    part = share.part
    return part is None, part.wanted_on or date.min if part else date.max


def _by_day(share: Share) -> tuple[Share, ...]:
    """What is ready on each day, then what is missing."""
    supply = share.supply
    if supply is None:
        return (share,)
    days: dict[date, list[SupplyPart]] = defaultdict(list)
    for goods in supply.parts:
        days[goods.promised].append(goods)
    found = []
    for ready, goods_of_day in sorted(days.items()):
        quantity = sum((one.quantity for one in goods_of_day), ZERO)
        part = CartPart(ready.isoformat(), ready_on=ready)
        own = replace(supply, wanted=quantity, parts=tuple(goods_of_day), missing=ZERO)
        found.append(Share(part, quantity, own))
    if supply.missing or not found:
        own = replace(supply, wanted=supply.missing, parts=())
        found.append(Share(None, supply.missing, own))
    return tuple(found)


def _together(supplies: Sequence[LineSupply]) -> LineSupply:
    """One answer; what several shares take from a stock row for one day is one part of it.

    Why other ways were not taken is what the share that was served last has to say.
    """
    if len(supplies) == 1:
        return supplies[0]
    goods: dict[tuple[StockId, date], SupplyPart] = {}
    for supply in supplies:
        for part in supply.parts:
            known = goods.get((part.stock_id, part.promised))
            quantity = part.quantity + (known.quantity if known else ZERO)
            goods[part.stock_id, part.promised] = replace(part, quantity=quantity)
    taken = {stock_id for stock_id, _ in goods}
    return replace(
        supplies[-1],
        wanted=sum((supply.wanted for supply in supplies), ZERO),
        parts=tuple(sorted(goods.values(), key=lambda part: part.promised)),
        missing=sum((supply.missing for supply in supplies), ZERO),
        rejected=tuple(one for one in supplies[-1].rejected if one.stock_id not in taken),
    )


def _with_shares(
    line: PricedCartLine, whole: LinePrice, shares: Sequence[Share], prices: Sequence[LinePrice]
) -> PricedCartLine:
    nothing = LineSupply(line.line, line.product.id, line.quantity, (), line.quantity)
    dealt = tuple(
        CartShare(share.part, share.quantity, price, share.supply or nothing)
        for share, price in zip(shares, prices, strict=True)
        if share.part is not None
    )
    return replace(line, price=_united(whole, prices), shares=dealt)


def _divided(line: LinePrice, shares: Sequence[Share], currency: str) -> Sequence[LinePrice]:
    if len(shares) == 1:
        return [line]
    found = []
    for share in shares:
        price = replace(line, quantity=share.quantity)
        if line.unit_price is not None:
            total = round_money(line.unit_price * share.quantity, currency)
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
