"""Where goods for a line come from, and when."""

from datetime import date, time
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.ids import OutletId, PlaceId, ProductId, StockId
from fondaco_sdk.types.reason import Reason

_NOTHING = Decimal(0)


class Place(Struct, frozen=True):
    """Where goods are. `kind` is "own" or "partner"; customers may fetch goods where `pickup` is.

    Until `cut_off`, in the place's own `timezone`, an order is picked the same day; picking takes
    `pick_days`.
    """

    id: PlaceId
    uuid: UUID
    name: str
    kind: str
    address: str
    timezone: str
    cut_off: time
    pick_days: int
    pickup: bool


class PlaceData(Struct, frozen=True):
    """What a plugin may say of a place: a new one, or of one that is there."""

    uuid: UUID
    name: str
    kind: Literal["own", "partner"]
    timezone: str
    cut_off: time
    pick_days: int


class Want(Struct, frozen=True, gc=False):
    """How much of a product is wanted, in base units. `line` is its key in the question.

    `outlet` is where it is to go, where that is known; None: fetched, or not chosen yet. Before
    `wanted_on` it need not be ready. A line of a cart that is sent in parts wants each of them by
    itself, the one that is served first before the others.
    """

    line: int
    product_id: ProductId
    quantity: Decimal
    outlet: OutletId | None = None
    wanted_on: date | None = None


class StockRow(Struct, frozen=True, gc=False):
    """One stock row: product, place, lot. In base units; `available` is never negative.

    A lot with `arrives_on` is not here yet, and is expected on that day; it can be held like any
    other row, by a way that knows when it is ready.
    """

    id: StockId
    product_id: ProductId
    place_id: PlaceId
    lot: str
    on_hand: Decimal
    reserved: Decimal
    arrives_on: date | None = None

    @property
    def available(self) -> Decimal:
        """What can still be promised."""
        free = self.on_hand - self.reserved if self.reserved else self.on_hand
        return free if free > 0 else _NOTHING


class ExpectedLot(Struct, frozen=True):
    """Goods on their way to a place. `lot` tells them from others of the product; it is not ""."""

    product_id: ProductId
    place_id: PlaceId
    lot: str
    quantity: Decimal
    arrives_on: date


class Supply(Struct, frozen=True, gc=False):
    """A way to bring up to `quantity` of a stock row to the buyer by `ready_on` (warehouse day).

    `cost` is what it costs the seller, in the site's currency; cheaper wins between equal dates.
    `preference` comes before date and cost, lower first: the seller's strategy. With `supersedes`
    the ways of other plugins from the same row to the same line are not used, since this one knows
    better. A way without a day refuses: its reason says why the row cannot be had.
    """

    line: int
    stock_id: StockId
    place_id: PlaceId
    quantity: Decimal
    ready_on: date | None
    reason: Reason
    cost: Decimal = _NOTHING
    preference: Decimal = _NOTHING
    supersedes: bool = False


class SupplyPart(Struct, frozen=True, gc=False):
    """What was taken from one stock row for a line."""

    stock_id: StockId
    place_id: PlaceId
    place_name: str
    quantity: Decimal
    promised: date
    plugin: str
    reason: Reason


class SupplyRejected(Struct, frozen=True, gc=False):
    """A way that was not taken, and why."""

    stock_id: StockId
    place_name: str
    plugin: str
    reason: Reason


class LineSupply(Struct, frozen=True, gc=False):
    """The answer for a line: what is taken from where, and what is missing."""

    line: int
    product_id: ProductId
    wanted: Decimal
    parts: tuple[SupplyPart, ...]
    missing: Decimal
    rejected: tuple[SupplyRejected, ...] = ()

    @property
    def promised(self) -> date | None:
        """The day on which all of it is ready: the latest of the parts; None if some is missing."""
        if self.missing or not self.parts:
            return None
        if len(self.parts) == 1:
            return self.parts[0].promised
        return max(part.promised for part in self.parts)
