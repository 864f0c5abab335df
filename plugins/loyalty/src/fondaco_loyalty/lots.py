"""Points are spent oldest first: the rule, without a database.

A lot is what one entry has brought and what is left of it. Those that expire first go first; lots
that never expire go last.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct


class Lot(Struct, frozen=True):
    """What is left of an entry. It is good up to and with `expires_on`, None: for ever."""

    id: int
    left: Decimal
    expires_on: date | None
    order: UUID | None = None


class Take(Struct, frozen=True):
    """So much is taken from a lot."""

    lot: int
    amount: Decimal


class Taken(Struct, frozen=True):
    """What was taken from which lots; `missing` is what they did not have."""

    takes: tuple[Take, ...]
    missing: Decimal

    @property
    def amount(self) -> Decimal:
        """All that was taken."""
        return sum((take.amount for take in self.takes), Decimal(0))


def oldest_first(lots: Sequence[Lot], amount: Decimal, *, order: UUID | None = None) -> Taken:
    """Take `amount` from the lots, the oldest first; before them those that `order` has brought."""
    takes: list[Take] = []
    for lot in sorted(lots, key=lambda lot: (order is None or lot.order != order, _age(lot))):
        part = min(lot.left, amount)
        if part > 0:
            takes.append(Take(lot.id, part))
            amount -= part
    return Taken(tuple(takes), amount)


def _age(lot: Lot) -> tuple[date, int]:
    return lot.expires_on or date.max, lot.id
