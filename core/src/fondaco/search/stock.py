"""What is there of a product, from where and when, in a few words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply

ZERO = Decimal(0)
PLENTY = Decimal(10) ** 9
"""More than anybody has: wanting it shows everything there is."""


class Lot(Struct, frozen=True):
    """What one place can give by one day, in base units."""

    place: str
    quantity: Decimal
    ready: date
    why: Reason


class Stock(Struct, frozen=True):
    """All that can be had, the soonest first; of one day the fullest place."""

    lots: tuple[Lot, ...]

    @property
    def total(self) -> Decimal:
        """In all places together."""
        return sum((lot.quantity for lot in self.lots), ZERO)

    @property
    def first(self) -> Lot:
        """The soonest; there is one where `total` is above zero."""
        return self.lots[0]

    @property
    def rest(self) -> Decimal:
        """What is in the other places."""
        return self.total - self.first.quantity

    @property
    def rest_ready(self) -> date:
        """The day on which all of the rest is ready."""
        return max(lot.ready for lot in self.lots)


def stock_of(supply: LineSupply) -> Stock:
    """The parts of a supply for `PLENTY`, one for each place, day and reason."""
    together: dict[tuple[str, date, str], Lot] = {}
    for part in supply.parts:
        key = (part.place_name, part.promised, part.reason.ru)
        before = together[key].quantity if key in together else ZERO
        together[key] = Lot(part.place_name, before + part.quantity, part.promised, part.reason)
    return Stock(_sooner(list(together.values())))


def _sooner(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    return tuple(sorted(lots, key=lambda lot: (lot.ready, -lot.quantity, lot.place)))
