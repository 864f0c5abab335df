"""What may be asked of a placed order, and what a line costs in another quantity; pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

CHANGEABLE = frozenset((OrderState.PLACED, OrderState.CONFIRMED, OrderState.AWAITING_PAYMENT))
"""Nobody has begun to pick it, and nobody still has to approve it."""

LONGEST = 1_000
_MOST = Decimal(999_999_999)
_ZERO = Decimal(0)


class Line(Struct, frozen=True):
    """A line as it is now; `quantity` in base units, 0 where it was taken off before."""

    id: int
    key: str
    shipment: str
    product_id: ProductId
    sku: str
    name: str
    unit: str
    multiple: Decimal
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    outlet: int | None = None


class Wish(Struct, frozen=True):
    """What a line is to become, from what whoever says so has `seen` it to be."""

    seen: Decimal
    to: Decimal


def total_in(line: Line, quantity: Decimal, currency: str) -> Decimal:
    """What the line costs in another quantity: at its own price, with its share of a discount of
    the order.
    """
    if not quantity or not line.quantity:
        return round_money(_ZERO, currency)
    if line.total == round_money(line.unit_price * line.quantity, currency):
        return round_money(line.unit_price * quantity, currency)
    return round_money(line.total * quantity / line.quantity, currency)


def growth_of(
    lines: Sequence[Line], wishes: Mapping[int, Wish], currency: str
) -> dict[int | None, Decimal]:
    """By how much the goods of each outlet cost more than now; below zero: less."""
    more: dict[int | None, Decimal] = {}
    for line in lines:
        if (wish := wishes.get(line.id)) is not None and wish.to != line.quantity:
            grown = total_in(line, wish.to, currency) - line.total
            more[line.outlet] = more.get(line.outlet, _ZERO) + grown
    return more


def mistake_of(line: Line, wish: Wish, *, by_packs: bool) -> Reason | None:
    """Why a line cannot become this; a quantity that stays as it is is never wrong."""
    if wish.to == line.quantity:
        return None
    if not wish.to.is_finite() or wish.to < 0 or wish.to > _MOST:
        return QUANTITY
    if wish.to != wish.to.quantize(Decimal("0.001")):
        return QUANTITY
    if by_packs and wish.to % line.multiple:
        step = f"{line.multiple.normalize():f}"
        return Reason(
            "change.multiple",
            f"Продаётся кратно {step}",
            f"Sold in multiples of {step}",
            {"multiple": step},
        )
    return None


def moved_meanwhile(lines: Sequence[Line], wishes: Mapping[int, Wish]) -> dict[str, Reason]:
    """The lines that are others by now than whoever decides on them has seen, by article."""
    return {
        line.sku or line.name: Reason(
            "change.line_moved",
            f"было {wish.seen.normalize():f}, сейчас {line.quantity.normalize():f}",
            f"was {wish.seen.normalize():f}, is {line.quantity.normalize():f} now",
        )
        for line in lines
        if (wish := wishes.get(line.id)) is not None and wish.seen != line.quantity
    }


def leaves_nothing(lines: Sequence[Line], wishes: Mapping[int, Wish]) -> bool:
    """Whether no line would be left: then the order is cancelled and not changed."""
    return not any(wishes[line.id].to if line.id in wishes else line.quantity for line in lines)


QUANTITY = Reason(
    "change.quantity",
    "Количество от нуля, не больше трёх знаков после запятой",
    "A quantity of zero or more, with at most three decimals",
)
