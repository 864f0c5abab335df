"""What an order's lines come to at the prices that the ERP has named late; pure.

What was taken off the agreement's price, by a promotion, points or a discount of the order, stays
in the same proportion.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco.orders.checked import PriceFound
from fondaco.orders.requests.rule import Line
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import AmendedLine

_ZERO = Decimal(0)


class Repriced(Struct, frozen=True):
    """A line beside its new price; None: the ERP has none. Sums are with VAT."""

    line: Line
    unit_price: Decimal | None
    total: Decimal

    @property
    def more(self) -> Decimal:
        """What the line costs more, or less."""
        return self.total - self.line.total

    @property
    def amended(self) -> AmendedLine:
        """The line at its new price, as it is where there is none."""
        price = self.line.unit_price if self.unit_price is None else self.unit_price
        return AmendedLine(self.line.product_id, self.line.quantity, price, self.total)

    @property
    def taken_off(self) -> AmendedLine:
        """The line gone."""
        return AmendedLine(self.line.product_id, _ZERO, self.line.unit_price, _ZERO)


def repriced(
    lines: Sequence[Line], found: Iterable[PriceFound], currency: str
) -> Sequence[Repriced]:
    """Each line that is still ordered and whose price differs, in the order of the lines."""
    by_product = {one.product_id: one for one in found}
    return [
        _repriced(line, by_product[line.product_id], currency)
        for line in lines
        if line.quantity and line.product_id in by_product
    ]


def _repriced(line: Line, found: PriceFound, currency: str) -> Repriced:
    if found.now is None:
        return Repriced(line, None, line.total)
    price = round_money(line.unit_price * found.now / found.was, currency)
    plain = line.total == round_money(line.unit_price * line.quantity, currency)
    share = Decimal(1) if plain else line.total / (line.unit_price * line.quantity)
    return Repriced(line, price, round_money(price * line.quantity * share, currency))


def growth(changes: Iterable[Repriced]) -> Decimal:
    """What the order costs more at the new prices, or less."""
    return sum((one.more for one in changes), _ZERO)
