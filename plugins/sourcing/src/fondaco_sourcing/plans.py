"""Stock rows as ways to the buyer: each row's day once, for every line that wants its product."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from fondaco_sdk.types.ids import PlaceId, ProductId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import StockRow, Supply, Want
from fondaco_sourcing.network import Network
from fondaco_sourcing.promise import Promise, kept_until, promise
from fondaco_sourcing.strategy import FIRST, Strategy, Way, preferences
from fondaco_sourcing.wording import reason_of, refusal_of

Key: TypeAlias = tuple[PlaceId, date | None]
"""A place, and the day on which a lot comes there."""
Branches: TypeAlias = frozenset[PlaceId]
"""The places that serve an outlet; none: every place that sends to customers."""


class Answer(Struct, frozen=True):
    """The promise for a key, or None, and why."""

    promise: Promise | None
    reason: Reason


def plans(
    network: Network,
    now: datetime,
    wants: Sequence[Want],
    stock: Sequence[StockRow],
    strategy: Strategy,
) -> Sequence[Supply]:
    """Every row of a place that the network knows, with its day or why it has none.

    Wants for outlets of the same branches are looked at together.
    """
    rows = [row for row in stock if row.place_id in network.sites]
    alike: dict[Branches, list[Want]] = defaultdict(list)
    for want in wants:
        alike[_branches(network, want)].append(want)
    return [
        supply
        for branches, some in alike.items()
        for supply in _plans_of(network, now, some, rows, strategy, branches)
    ]


def _branches(network: Network, want: Want) -> Branches:
    return network.branches.get(want.outlet, frozenset()) if want.outlet else frozenset()


def _plans_of(
    network: Network,
    now: datetime,
    wants: Sequence[Want],
    rows: Sequence[StockRow],
    strategy: Strategy,
    branches: Branches,
) -> Sequence[Supply]:
    answers = _answers(network, now, rows, branches)
    ways = [Way(row, found) for row in rows if (found := answers[_key(row)].promise)]
    preferred = dict(
        zip([way.row.id for way in ways], preferences(strategy, wants, ways), strict=True)
    )
    by_product: dict[ProductId, list[StockRow]] = defaultdict(list)
    for row in rows:
        by_product[row.product_id].append(row)
    kept = Kept(answers)
    return [
        _supply(want, row, kept.for_want(want, _key(row)), preferred.get(row.id, FIRST))
        for want in wants
        for row in by_product[want.product_id]
    ]


def _answers(
    network: Network, now: datetime, rows: Sequence[StockRow], branches: Branches
) -> Mapping[Key, Answer]:
    """Worked out once for each place and day, however many rows there are."""
    found: dict[Key, Answer] = {}
    for key in dict.fromkeys(_key(row) for row in rows):
        place, arrives_on = key
        answer = promise(network, network.sites[place], now, arrives_on, branches)
        if isinstance(answer, Promise):
            found[key] = Answer(answer, reason_of(answer))
        else:
            found[key] = Answer(None, refusal_of(answer))
    return found


class Kept:
    """Answers for goods that are wanted later than they are ready, each worked out once."""

    def __init__(self, answers: Mapping[Key, Answer]) -> None:
        self._answers = answers
        self._found: dict[tuple[Key, date], Answer] = {}

    def for_want(self, want: Want, key: Key) -> Answer:
        """The answer of a place, and where it is wanted later the one for that day."""
        answer, day = self._answers[key], want.wanted_on
        if day is None or answer.promise is None or day <= answer.promise.ready_on:
            return answer
        if (key, day) not in self._found:
            later = kept_until(answer.promise, day)
            changed = later is not answer.promise
            self._found[key, day] = Answer(later, reason_of(later)) if changed else answer
        return self._found[key, day]


def _key(row: StockRow) -> Key:
    return row.place_id, row.arrives_on


def _supply(want: Want, row: StockRow, answer: Answer, preference: Decimal) -> Supply:
    found = answer.promise
    return Supply(
        want.line,
        row.id,
        row.place_id,
        row.available,
        found.ready_on if found else None,
        answer.reason,
        found.cost if found else Decimal(0),
        preference,
        supersedes=True,
    )
