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
    for plugin, supply in proposals:
        ways[supply.line].append((plugin, supply))
    return tuple(_serve(want, ways[want.line], left, full, place_names) for want in wants)


def _serve(
    want: Want,
    ways: Sequence[tuple[str, Supply]],
    left: dict[StockId, Decimal],
    full: Mapping[StockId, Decimal],
    place_names: Mapping[PlaceId, str],
) -> LineSupply:
    parts: list[SupplyPart] = []
    rejected: list[SupplyRejected] = []
    missing = want.quantity
    order = sorted(
        ways,
        key=lambda w: (w[1].ready_on, w[1].cost, -left.get(w[1].stock_id, ZERO), w[1].stock_id),
    )
    for plugin, way in order:
        name = place_names.get(way.place_id, "")
        take = min(missing, way.quantity, left.get(way.stock_id, ZERO))
        if take > 0:
            left[way.stock_id] -= take
            missing -= take
            parts.append(
                SupplyPart(way.stock_id, way.place_id, name, take, way.ready_on, plugin, way.reason)
            )
            continue
        had = full.get(way.stock_id, ZERO) > 0
        rejected.append(SupplyRejected(way.stock_id, name, plugin, _why_not(missing, had)))
    return LineSupply(
        want.line, want.product_id, want.quantity, tuple(parts), max(missing, ZERO), tuple(rejected)
    )


def _why_not(missing: Decimal, had: bool) -> Reason:
    if missing <= 0:
        return NOT_NEEDED
    return TAKEN if had else EMPTY
