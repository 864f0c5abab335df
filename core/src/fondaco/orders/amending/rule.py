"""What becomes of a shipment's lines, and of what they hold; pure.

Lines are known by their product. A line that goes away stays with a quantity of 0, because its
history does. Of what a line grows, what is free is held, and the rest is short; a line whose hold
had ended before takes nothing anew.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.order import AmendedLine

ZERO = Decimal(0)


class Held(Struct, frozen=True):
    """A reservation of a line that is in force; `ends` is aware UTC, None: when it is shipped."""

    id: int
    stock_id: int
    quantity: Decimal
    ends: datetime | None


class Line(Struct, frozen=True):
    """A line as it is; one that was taken off before has a quantity of 0."""

    id: int
    product_id: ProductId
    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat_rate: Decimal
    held: tuple[Held, ...]


class Change(Struct, frozen=True):
    """A line that becomes another; `line` is None where it is new, `to` where it goes away."""

    line: Line | None
    to: AmendedLine | None

    @property
    def product_id(self) -> ProductId:
        """Of which goods."""
        if self.line is not None:
            return self.line.product_id
        assert self.to is not None
        return self.to.product_id

    @property
    def quantity(self) -> Decimal:
        """How much it is to be."""
        return self.to.quantity if self.to is not None else ZERO


class Free(Struct, frozen=True):
    """What is free of a stock row; the rows of a product stand in the order in which they serve."""

    stock_id: int
    product_id: ProductId
    quantity: Decimal


class Piece(Struct, frozen=True):
    """A quantity of a stock row that a change holds."""

    stock_id: int
    quantity: Decimal
    ends: datetime | None


class Plan(Struct, frozen=True):
    """What a change holds in place of what its line held; `short` is what is free nowhere."""

    change: Change
    pieces: tuple[Piece, ...]
    short: Decimal


def changes(lines: Sequence[Line], wanted: Sequence[AmendedLine]) -> Sequence[Change]:
    """What differs, in the order of the lines, then of what is new."""
    waiting: dict[ProductId, list[AmendedLine]] = defaultdict(list)
    for one in wanted:
        waiting[one.product_id].append(one)
    found: list[Change] = []
    for line in lines:
        same = waiting[line.product_id]
        to = same.pop(0) if same else None
        if _differs(line, to):
            found.append(Change(line, to))
    return [*found, *(Change(None, one) for rest in waiting.values() for one in rest)]


def _differs(line: Line, to: AmendedLine | None) -> bool:
    if to is None or not to.quantity:
        return line.quantity != ZERO
    return (line.quantity, line.total) != (to.quantity, to.total)


def plan(found: Sequence[Change], free: Sequence[Free], ends: datetime | None) -> Sequence[Plan]:
    """What each change holds. What a line takes beside ends as what it has, a new one at `ends`."""
    left: dict[int, Decimal] = {row.stock_id: row.quantity for row in free}
    for change in found:
        for held in change.line.held if change.line else ():
            left[held.stock_id] = left.get(held.stock_id, ZERO) + held.quantity
    # Everybody keeps first, so that nobody grows into what another has.
    kept = [list(_kept(change, left)) for change in found]
    plans: list[Plan] = []
    for change, pieces in zip(found, kept, strict=True):
        missing = _to_hold(change) - sum((p.quantity for p in pieces), ZERO)
        for row in free:
            if missing > 0 and row.product_id == change.product_id:
                taken = min(missing, max(left[row.stock_id], ZERO))
                if taken > 0:
                    left[row.stock_id] -= taken
                    missing -= taken
                    pieces.append(Piece(row.stock_id, taken, _ends(change, ends)))
        plans.append(Plan(change, _merged(pieces), _short(change, pieces)))
    return plans


def _ends(change: Change, of_new: datetime | None) -> datetime | None:
    if change.line is None or not change.line.held:
        return of_new
    return min((one.ends for one in change.line.held if one.ends is not None), default=None)


def _to_hold(change: Change) -> Decimal:
    line = change.line
    if line is None or not line.quantity:
        return change.quantity
    held = sum((one.quantity for one in line.held), ZERO)
    if not held:
        return ZERO
    if change.quantity <= line.quantity:
        return min(held, change.quantity)
    return held + change.quantity - line.quantity


def _short(change: Change, pieces: Sequence[Piece]) -> Decimal:
    """What is held nowhere; of a line whose hold had ended nothing is awaited."""
    line = change.line
    if line is not None and line.quantity and not line.held:
        return ZERO
    return max(change.quantity - sum((one.quantity for one in pieces), ZERO), ZERO)


def _kept(change: Change, left: dict[int, Decimal]) -> Iterator[Piece]:
    """What the line holds already, as far as it still needs it."""
    needed = _to_hold(change)
    for held in change.line.held if change.line else ():
        kept = min(held.quantity, needed)
        if kept > 0:
            needed -= kept
            left[held.stock_id] -= kept
            yield Piece(held.stock_id, kept, held.ends)


def _merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    sums: dict[tuple[int, datetime | None], Decimal] = {}
    for one in pieces:
        key = (one.stock_id, one.ends)
        sums[key] = sums.get(key, ZERO) + one.quantity
    return tuple(Piece(stock, quantity, ends) for (stock, ends), quantity in sums.items())
