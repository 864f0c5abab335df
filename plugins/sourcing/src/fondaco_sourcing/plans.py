"""Stock rows as ways to the buyer: each row's day once, for every line that wants its product."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from fondaco_sdk.types.ids import PlaceId, ProductId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import StockRow, Supply, Want
from fondaco_sourcing.network import Network
from fondaco_sourcing.promise import Promise, Refusal, promise
from fondaco_sourcing.strategy import Strategy, Way, preferences
from fondaco_sourcing.wording import reason_of, refusal_of


def plans(
    network: Network,
    now: datetime,
    wants: Sequence[Want],
    stock: Sequence[StockRow],
    strategy: Strategy,
) -> Sequence[Supply]:
    """Every row of a place that the network knows, with its day or why it has none."""
    days = _Days(network, now)
    rows = [row for row in stock if row.place_id in network.sites]
    ways = [Way(row, found) for row in rows if isinstance(found := days.of(row), Promise)]
    preferred = dict(
        zip([way.row.id for way in ways], preferences(strategy, wants, ways), strict=True)
    )
    by_product: dict[ProductId, list[StockRow]] = defaultdict(list)
    for row in rows:
        by_product[row.product_id].append(row)
    return [
        Supply(
            want.line,
            row.id,
            row.place_id,
            row.available,
            days.ready(row),
            days.reason(row),
            days.cost(row),
            preferred.get(row.id, Decimal(0)),
            True,
        )
        for want in wants
        for row in by_product[want.product_id]
    ]


class _Days:
    """The day of each place, and of each lot's arrival there, worked out once."""

    def __init__(self, network: Network, now: datetime) -> None:
        self._network = network
        self._now = now
        self._found: dict[tuple[PlaceId, date | None], tuple[Promise | Refusal, Reason]] = {}

    def of(self, row: StockRow) -> Promise | Refusal:
        return self._at(row)[0]

    def ready(self, row: StockRow) -> date | None:
        found = self.of(row)
        return found.ready_on if isinstance(found, Promise) else None

    def reason(self, row: StockRow) -> Reason:
        return self._at(row)[1]

    def cost(self, row: StockRow) -> Decimal:
        found = self.of(row)
        return found.cost if isinstance(found, Promise) else Decimal(0)

    def _at(self, row: StockRow) -> tuple[Promise | Refusal, Reason]:
        key = row.place_id, row.arrives_on
        if key not in self._found:
            site = self._network.sites[row.place_id]
            found = promise(self._network, site, self._now, row.arrives_on)
            words = reason_of(found) if isinstance(found, Promise) else refusal_of(found)
            self._found[key] = found, words
        return self._found[key]
