"""What becomes of a line whose goods are no longer where or when they were: a pure choice.

The rule, in words:

1. What is held of rows in which nothing has changed stays where it is.
2. What a row has no longer, or has on another day, is sought anew among all ways: the soonest
   first, of one day the row it is held of, then the cheaper.
3. Orders are served in the order in which they were placed; whoever comes later finds what is left.
4. What no way brings stays with its row, without a day: somebody has to settle it.
"""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco.availability.allocate import Proposal
from fondaco_sdk.types.ids import StockId

ZERO = Decimal(0)


class Held(Struct, frozen=True):
    """What a line holds of a row; `beyond` of it the row no longer has, `dated` has a promise.

    `unsure`: its lot is expected on another day than was promised, or did not come on its day.
    """

    stock_id: StockId
    quantity: Decimal
    dated: Decimal
    beyond: Decimal = ZERO
    unsure: bool = False

    @property
    def stays(self) -> Decimal:
        """What nothing has changed about."""
        return ZERO if self.unsure else min(self.quantity - self.beyond, self.dated)

    @property
    def covered(self) -> Decimal:
        """What its own row could still give it, on a day that is not known yet."""
        return self.quantity - self.beyond - self.stays


class Piece(Struct, frozen=True):
    """So much of a row, by a way; without one it stays where it is."""

    stock_id: StockId
    quantity: Decimal
    way: Proposal | None = None


class Outcome(Struct, frozen=True):
    """What `stays`, what comes by `found` ways, and what is `stuck` without a day."""

    stays: tuple[Piece, ...]
    found: tuple[Piece, ...]
    stuck: tuple[Piece, ...]

    @property
    def missing(self) -> Decimal:
        """What can be promised for no day."""
        return sum((piece.quantity for piece in self.stuck), ZERO)


def settle_anew(
    held: Sequence[Held], ways: Sequence[Proposal], free: MutableMapping[StockId, Decimal]
) -> Outcome:
    """The choice for one line. `free` is what others may have of each row; it is counted down."""
    own = {one.stock_id: one.covered for one in held if one.covered}
    sought = sum((one.quantity - one.stays for one in held), ZERO)
    found: list[Piece] = []
    for plugin, way in _soonest_first(ways, own):
        take = min(
            sought, way.quantity + own.get(way.stock_id, ZERO), _there(way.stock_id, own, free)
        )
        if take > 0:
            found.append(Piece(way.stock_id, take, (plugin, way)))
            _count_down(way.stock_id, take, own, free)
            sought -= take
    stuck = tuple(_stuck(held, sought))
    _give_back(stuck, own, free)
    return Outcome(
        tuple(Piece(one.stock_id, one.stays) for one in held if one.stays > 0), tuple(found), stuck
    )


def _soonest_first(ways: Sequence[Proposal], own: Mapping[StockId, Decimal]) -> Sequence[Proposal]:
    return sorted(
        (proposal for proposal in ways if proposal[1].ready_on is not None),
        key=lambda one: (
            one[1].ready_on,
            one[1].stock_id not in own,
            one[1].cost,
            one[1].stock_id,
        ),
    )


def _there(
    stock_id: StockId, own: Mapping[StockId, Decimal], free: Mapping[StockId, Decimal]
) -> Decimal:
    return own.get(stock_id, ZERO) + free.get(stock_id, ZERO)


def _count_down(
    stock_id: StockId,
    take: Decimal,
    own: MutableMapping[StockId, Decimal],
    free: MutableMapping[StockId, Decimal],
) -> None:
    of_own = min(take, own.get(stock_id, ZERO))
    if of_own:
        own[stock_id] -= of_own
    if take > of_own:
        free[stock_id] -= take - of_own


def _stuck(held: Sequence[Held], missing: Decimal) -> Iterator[Piece]:
    """What is late waits where it is; what a row no longer has gets the found goods first."""
    for one in sorted(held, key=lambda one: (not one.unsure, one.stock_id)):
        for most in (one.covered, one.beyond):
            if (stays := min(missing, most)) > 0:
                yield Piece(one.stock_id, stays)
                missing -= stays


def _give_back(
    stuck: Sequence[Piece],
    own: Mapping[StockId, Decimal],
    free: MutableMapping[StockId, Decimal],
) -> None:
    """What the line no longer needs of its rows is there for the next one."""
    kept: dict[StockId, Decimal] = {}
    for piece in stuck:
        kept[piece.stock_id] = kept.get(piece.stock_id, ZERO) + piece.quantity
    for stock_id, left in own.items():
        free[stock_id] = free.get(stock_id, ZERO) + max(left - kept.get(stock_id, ZERO), ZERO)
