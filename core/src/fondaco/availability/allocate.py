"""Which goods each line gets: a pure choice among the ways that plugins propose.

The rule, in words: lines are served in their order. For a line, the way that its seller prefers
wins, then the one that is ready first; among ways of one day the cheaper, then the fuller. For what
is wanted on a later day all that is ready by then is in time: the cheaper wins. A stock row is
shared: what one line took is no longer there for the next, also when the same product stands in two
lines. Where a plugin knows a row better, the ways of others from that row do not count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

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

Proposal: TypeAlias = tuple[str, Supply]
"""A way, after the name of the plugin that proposes it."""

EMPTY = Reason("supply.empty", "Нет свободного остатка", "Nothing is available")
TAKEN = Reason(
    "supply.taken", "Остаток заняли другие строки", "Other lines have taken what is available"
)
NOT_NEEDED = Reason("supply.not_needed", "Достаточно других источников", "Other sources suffice")
KNOWN_BETTER = Reason(
    "supply.known_better",
    "Срок этого склада считает другой модуль",
    "Another plugin works out the dates of this place",
)

ZERO = Decimal(0)


def allocate(
    wants: Sequence[Want],
    stock: Sequence[StockRow],
    proposals: Sequence[Proposal],
    place_names: Mapping[PlaceId, str],
) -> Sequence[LineSupply]:
    """What each want gets from which stock row, in the order of `wants`."""
    left = {row.id: row.available for row in stock}
    full = dict(left)
    counting, superseded = in_force(proposals)
    ways: dict[int, list[Proposal]] = defaultdict(list)
    rejected: dict[int, list[SupplyRejected]] = defaultdict(list)
    for proposal in counting:
        plugin, way = proposal
        if way.ready_on is None:
            rejected[way.line].append(_rejected(plugin, way, way.reason, place_names))
        else:
            ways[way.line].append(proposal)
    for plugin, way in superseded:
        rejected[way.line].append(_rejected(plugin, way, KNOWN_BETTER, place_names))
    return tuple(
        _serve(want, ways[want.line], rejected[want.line], left, full, place_names)
        for want in wants
    )


def in_force(proposals: Sequence[Proposal]) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
    """The ways that count, and those whose row another plugin knows better."""
    known = {(way.line, way.stock_id): plugin for plugin, way in proposals if way.supersedes}
    if not known:
        return proposals, ()
    counting: list[Proposal] = []
    superseded: list[Proposal] = []
    for proposal in proposals:
        plugin, way = proposal
        better = not way.supersedes and known.get((way.line, way.stock_id), plugin) != plugin
        (superseded if better else counting).append(proposal)
    return counting, superseded


def _serve(
    want: Want,
    ways: list[Proposal],
    rejected: list[SupplyRejected],
    left: dict[StockId, Decimal],
    full: Mapping[StockId, Decimal],
    place_names: Mapping[PlaceId, str],
) -> LineSupply:
    parts: list[SupplyPart] = []
    missing = want.quantity
    for plugin, way in _preferred_first(ways, left, want.wanted_on) if len(ways) > 1 else ways:
        stock_id, day = way.stock_id, way.ready_on
        take = missing and min(missing, way.quantity, left.get(stock_id, ZERO))
        if take > 0 and day is not None:
            left[stock_id] -= take
            missing -= take
            name = place_names.get(way.place_id, "")
            parts.append(SupplyPart(stock_id, way.place_id, name, take, day, plugin, way.reason))
        else:
            why = _why_not(missing, full.get(stock_id, ZERO))
            rejected.append(_rejected(plugin, way, why, place_names))
    return LineSupply(
        want.line, want.product_id, want.quantity, tuple(parts), max(missing, ZERO), tuple(rejected)
    )


def _preferred_first(
    ways: list[Proposal], left: Mapping[StockId, Decimal], wanted_on: date | None
) -> list[Proposal]:
    ranked = [
        (
            way.preference,
            wanted_on if wanted_on and day and day < wanted_on else day,
            way.cost,
            -left.get(way.stock_id, ZERO),
            way.stock_id,
            at,
        )
        for at, (_, way) in enumerate(ways)
        for day in (way.ready_on,)
    ]
    ranked.sort()
    return [ways[rank[-1]] for rank in ranked]


def _why_not(missing: Decimal, had: Decimal) -> Reason:
    if missing <= 0:
        return NOT_NEEDED
    return TAKEN if had > 0 else EMPTY


def _rejected(
    plugin: str, way: Supply, why: Reason, place_names: Mapping[PlaceId, str]
) -> SupplyRejected:
    return SupplyRejected(way.stock_id, place_names.get(way.place_id, ""), plugin, why)
