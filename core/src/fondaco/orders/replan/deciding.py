"""From the lines that have to be settled anew to what each of them gets: asked once for all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from fondaco.availability.allocate import Proposal, in_force
from fondaco.hooks.context import ActContext
from fondaco.orders.replan.reading import Line, Reserved
from fondaco.orders.replan.rule import ZERO, Held, Outcome, Piece, settle_anew
from fondaco_sdk.errors import Fault
from fondaco_sdk.hooks.availability import supply_plans
from fondaco_sdk.types.ids import PlaceId, StockId
from fondaco_sdk.types.supply import LineSupply, SupplyPart, SupplyRejected, Want


class Decision(Struct, frozen=True):
    """What a line gets now: `pieces` of stock rows, and the supply that explains them."""

    line: Line
    outcome: Outcome
    supply: LineSupply

    @property
    def pieces(self) -> Sequence[Piece]:
        """All that it holds from now on."""
        return (*self.outcome.stays, *self.outcome.found, *self.outcome.stuck)

    @property
    def different(self) -> bool:
        """Whether anything else is promised than was before."""
        return _gist(self.supply) != _gist(self.line.supply) or self.date_moved

    @property
    def promised(self) -> date | None:
        """The day on which all of it is with the buyer, not before it is wanted."""
        ready, wanted = self.supply.promised, self.line.wanted_on
        return max(ready, wanted) if ready and wanted else ready

    @property
    def date_moved(self) -> bool:
        """Whether the line as a whole is promised for another day."""
        return self.promised != self.line.promised

    @property
    def to_write(self) -> bool:
        """Whether its reservations have to be written anew."""
        return self.different or any(one.moved for one in self.line.reserved)

    @property
    def why_undated(self) -> str:
        """ "late" where goods did not come, "short" where there are not enough; "" with a day."""
        if not self.outcome.stuck:
            return ""
        late = {one.stock_id for one in self.line.reserved if one.overdue or one.due}
        return "late" if any(piece.stock_id in late for piece in self.outcome.stuck) else "short"


def _gist(supply: LineSupply) -> object:
    return supply.missing, [(part.stock_id, part.quantity, part.promised) for part in supply.parts]


async def decide(act: ActContext, lines: Sequence[Line]) -> Sequence[Decision]:
    """What each line gets. Statements: stock, places, and one per plugin. Nothing is written.

    Raises `Fault` where a plugin could not say its dates: without them nothing is decided.
    """
    wants = [
        Want(number, line.product_id, _sought(line), line.outlet_id, line.wanted_on)
        for number, line in enumerate(lines)
    ]
    stock = await act.service("supply").stock([line.product_id for line in lines])
    names = {place.id: place.name for place in await act.supply.places()}
    collected = await act.hall.hooks.collect(supply_plans, ask=act, wants=wants, stock=stock)
    if collected.failed:
        raise Fault(f"dates are not known now: {', '.join(collected.failed)} failed")
    ways: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in in_force(collected.proposals)[0]:
        ways[proposal[1].line].append(proposal)
    free = {row.id: row.available for row in stock}
    return [
        _decided(line, settle_anew(_held(line), ways[number], free), ways[number], names)
        for number, line in enumerate(lines)
    ]


def _held(line: Line) -> Sequence[Held]:
    dated = _parts_by_row(line)
    rows: dict[StockId, list[Reserved]] = defaultdict(list)
    for one in line.reserved:
        rows[one.stock_id].append(one)
    return [
        Held(
            stock_id,
            sum((one.quantity for one in some), ZERO),
            sum((part.quantity for part in dated.get(stock_id, ())), ZERO),
            sum((one.beyond for one in some), ZERO),
            any(one.moved or one.overdue for one in some),
        )
        for stock_id, some in rows.items()
    ]


def _sought(line: Line) -> Decimal:
    return sum((one.quantity - one.stays for one in _held(line)), ZERO)


def _parts_by_row(line: Line) -> Mapping[StockId, Sequence[SupplyPart]]:
    """What was promised of which row; of a lot that has come, of the shelf it passed to."""
    rows = {one.stock_id for one in line.reserved}
    shelves = {one.place_id: one.stock_id for one in line.reserved if one.due is None}
    found: dict[StockId, list[SupplyPart]] = defaultdict(list)
    for part in line.supply.parts:
        row = part.stock_id if part.stock_id in rows else shelves.get(part.place_id)
        if row is not None:
            found[row].append(structs.replace(part, stock_id=row))
    return found


def _decided(
    line: Line, outcome: Outcome, ways: Sequence[Proposal], names: Mapping[PlaceId, str]
) -> Decision:
    parts = _parts_by_row(line)
    kept = [part for piece in outcome.stays for part in _cut(parts[piece.stock_id], piece.quantity)]
    found = [_part(piece, names) for piece in outcome.found]
    refused = [
        SupplyRejected(way.stock_id, names.get(way.place_id, ""), plugin, way.reason)
        for plugin, way in ways
        if way.ready_on is None
    ]
    supply = LineSupply(
        line.supply.line,
        line.product_id,
        line.supply.wanted,
        tuple(kept + found),
        outcome.missing,
        tuple(refused),
    )
    return Decision(line, outcome, supply)


def _cut(parts: Sequence[SupplyPart], quantity: Decimal) -> Sequence[SupplyPart]:
    """The first of the parts that make up a quantity."""
    found: list[SupplyPart] = []
    for part in parts:
        if (take := min(part.quantity, quantity)) > 0:
            found.append(structs.replace(part, quantity=take))
            quantity -= take
    return found


def _part(piece: Piece, names: Mapping[PlaceId, str]) -> SupplyPart:
    plugin, way = piece.way or ("", None)
    day = way.ready_on if way else None
    if way is None or day is None:
        raise Fault("a piece that was found has a way with a day")
    return SupplyPart(
        piece.stock_id,
        way.place_id,
        names.get(way.place_id, ""),
        piece.quantity,
        day,
        plugin,
        way.reason,
    )
