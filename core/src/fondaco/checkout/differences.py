"""How the cart differs from what a checkout page showed, line by line.

The page carries what it showed; it is compared and displayed, and decides nothing else.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import Struct

from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.money import is_figure


class ShownLine(Struct, frozen=True, array_like=True):
    """A line as the page showed it; `covered` is what could be supplied of the quantity.

    `discount` is its share of what is taken off the order, `shares` what each outlet gets of it.
    """

    line: UUID
    sku: str
    quantity: Decimal
    price: Decimal | None
    covered: Decimal
    promised: date | None
    discount: Decimal = Decimal(0)
    shares: dict[str, Decimal] = {}

    @property
    def reckonable(self) -> bool:
        """Whether its figures can be compared with others."""
        own = (self.quantity, self.price, self.covered, self.discount, *self.shares.values())
        return all(figure is None or is_figure(figure) for figure in own)


class DifferenceKind(StrEnum):
    """What about a line is different."""

    ADDED = "added"
    REMOVED = "removed"
    QUANTITY = "quantity"
    PRICE = "price"
    DISCOUNT = "discount"
    AVAILABLE = "available"
    PROMISED = "promised"
    SHARE = "share"


class Difference(Struct, frozen=True):
    """A difference of the cart's line `line`, was and is; None: there was, or is, none.

    `outlet`: of its share.
    """

    kind: DifferenceKind
    line: UUID
    sku: str
    was: Decimal | date | None
    now: Decimal | date | None
    outlet: str = ""


def shown_lines(cart: PricedCart) -> str:
    """What a page shows, to come back with its form."""
    return msgspec.json.encode([_shown(line) for line in cart.lines]).decode()


def read_shown(text: str) -> Sequence[ShownLine]:
    """What came back; nothing if it is not ours."""
    try:
        lines = msgspec.json.decode(text, type=list[ShownLine])
    except msgspec.DecodeError:
        return ()
    return lines if all(line.reckonable for line in lines) else ()


def differences(shown: Sequence[ShownLine], cart: PricedCart) -> tuple[Difference, ...]:
    """In the order of the cart, then what is no longer in it."""
    before = {line.line: line for line in shown}
    found: list[Difference] = []
    for line in cart.lines:
        now = _shown(line)
        was = before.pop(line.uuid, None)
        if was is None:
            found.append(Difference(DifferenceKind.ADDED, now.line, now.sku, None, now.quantity))
        else:
            found += _between(was, now)
    found += [
        Difference(DifferenceKind.REMOVED, gone.line, gone.sku, gone.quantity, None)
        for gone in before.values()
    ]
    return tuple(found)


def _shown(line: PricedCartLine) -> ShownLine:
    return ShownLine(
        line.uuid,
        line.product.sku,
        line.quantity,
        line.price.unit_price,
        line.quantity - line.supply.missing,
        line.promised,
        line.price.order_discount,
        {share.part.name: share.quantity for share in line.shares if share.part.name},
    )


def _between(was: ShownLine, now: ShownLine) -> list[Difference]:
    pairs: list[tuple[DifferenceKind, Decimal | date | None, Decimal | date | None]] = [
        (DifferenceKind.QUANTITY, was.quantity, now.quantity),
        (DifferenceKind.PRICE, was.price, now.price),
        (DifferenceKind.DISCOUNT, was.discount, now.discount),
        (DifferenceKind.PROMISED, was.promised, now.promised),
    ]
    if was.quantity == now.quantity:
        pairs.insert(3, (DifferenceKind.AVAILABLE, was.covered, now.covered))
    found = [
        Difference(kind, now.line, now.sku, before, after)
        for kind, before, after in pairs
        if before != after
    ]
    return found + [
        Difference(
            DifferenceKind.SHARE,
            now.line,
            now.sku,
            was.shares.get(name),
            now.shares.get(name),
            name,
        )
        for name in dict.fromkeys((*was.shares, *now.shares))
        if was.shares.get(name) != now.shares.get(name)
    ]
