"""Which goods each line gets: a pure choice among the ways that plugins propose.

The rule, in words: lines are served in their order. For a line, the way that is ready first wins;
among ways of one day the cheaper, then the fuller. A stock row is shared: what one line took is no
longer there for the next, also when the same product stands in two lines.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from fondaco_sdk.types.ids import PlaceId, StockId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import (
    LineSupply,
    StockRow,
    Supply,
    SupplyPart,
    SupplyRejected,
    Want,
)

EMPTY = Reason("supply.empty", "Нет свободного остатка", "Nothing is available")
TAKEN = Reason(
    "supply.taken", "Остаток заняли другие строки", "Other lines have taken what is available"
)
NOT_NEEDED = Reason("supply.not_needed", "Достаточно других источников", "Other sources suffice")

ZERO = Decimal(0)


def allocate(
    wants: Sequence[Want],
    stock: Sequence[StockRow],
    proposals: Sequence[tuple[str, Supply]],
    place_names: Mapping[PlaceId, str],
) -> Sequence[LineSupply]:
    """What each want gets from which stock row, in the order of `wants`."""
    left = {row.id: row.available for row in stock}
    full = dict(left)
    ways: dict[int, list[tuple[str, Supply]]] = defaultdict(list)
    for proposal in proposals:
        ways[proposal[1].line].append(proposal)
    return tuple(_serve(want, ways[want.line], left, full, place_names) for want in wants)


def _serve(
    want: Want,
    ways: list[tuple[str, Supply]],
    left: dict[StockId, Decimal],
    full: Mapping[StockId, Decimal],
    place_names: Mapping[PlaceId, str],
) -> LineSupply:
    parts: list[SupplyPart] = []
    rejected: list[SupplyRejected] = []
    missing = want.quantity
    for plugin, way in _soonest_first(ways, left) if len(ways) > 1 else ways:
        stock_id, place_id = way.stock_id, way.place_id
        name = place_names.get(place_id, "")
        take = missing and min(missing, way.quantity, left.get(stock_id, ZERO))
        if take > 0:
            left[stock_id] -= take
            missing -= take
            parts.append(
                SupplyPart(stock_id, place_id, name, take, way.ready_on, plugin, way.reason)
            )
        else:
            why = _why_not(missing, full.get(stock_id, ZERO))
            rejected.append(SupplyRejected(stock_id, name, plugin, why))
    return LineSupply(
        want.line, want.product_id, want.quantity, tuple(parts), max(missing, ZERO), tuple(rejected)
    )


def _soonest_first(
    ways: list[tuple[str, Supply]], left: Mapping[StockId, Decimal]
) -> list[tuple[str, Supply]]:
    ranked = [
        (way[1].ready_on, way[1].cost, -left.get(way[1].stock_id, ZERO), way[1].stock_id, at)
        for at, way in enumerate(ways)
    ]
    ranked.sort()
    return [ways[rank[4]] for rank in ranked]


def _why_not(missing: Decimal, had: Decimal) -> Reason:
    if missing <= 0:
        return NOT_NEEDED
    return TAKEN if had > 0 else EMPTY
