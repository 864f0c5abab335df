"""The places of a wholesaler and the lorries between them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.types.ids import OutletId, PlaceId
from fondaco_sourcing.calendar import Calendar


class Site(Struct, frozen=True):
    """A warehouse, or a partner.

    `lead_days`: working days that picking takes; of a partner, those until he hands over.
    `receiving_days`: working days to accept what comes. `ships`: it sends to customers; what lies
    elsewhere has to be brought to a place that does. `carrier_days`: days on the road to the
    customer that the promise includes. `cost` is what one line from here costs the seller. Where
    `report_hours` is set, stock is believed for so long after `reported_at`. With a partner terms
    are `agreed`, or nothing is promised.
    """

    id: PlaceId
    name: str
    calendar: Calendar
    partner: bool = False
    lead_days: int = 0
    receiving_days: int = 0
    ships: bool = True
    carrier_days: int = 0
    cost: Decimal = Decimal(0)
    report_hours: int | None = None
    reported_at: datetime | None = None
    agreed: bool = True

    def stale(self, now: datetime) -> bool:
        """Whether what is known of the stock here is too old to be promised."""
        if self.report_hours is None:
            return False
        return self.reported_at is None or now - self.reported_at > timedelta(
            hours=self.report_hours
        )


class Transfer(Struct, frozen=True):
    """A regular lorry. On `weekdays` (0: Monday) it takes what was ordered before `cut_off`."""

    source: PlaceId
    target: PlaceId
    weekdays: tuple[int, ...]
    cut_off: time
    road_days: int
    cost: Decimal = Decimal(0)


class Network(Struct, frozen=True):
    """All places, the transfers by where they start, and the branches that serve an outlet.

    An outlet that is not in `branches` is served by every place that sends to customers.
    """

    sites: Mapping[PlaceId, Site]
    transfers: Mapping[PlaceId, Sequence[Transfer]] = {}
    branches: Mapping[OutletId, frozenset[PlaceId]] = {}


def leads_back(
    source: PlaceId, target: PlaceId, transfers: Mapping[PlaceId, Sequence[PlaceId]]
) -> Sequence[PlaceId]:
    """The places of the circle that a transfer from `source` to `target` would close; or none."""
    came_from: dict[PlaceId, PlaceId] = {target: source}
    ahead = [target]
    while ahead:
        here = ahead.pop()
        if here == source:
            return tuple(_circle(source, came_from))
        for further in transfers.get(here, ()):
            if further not in came_from:
                came_from[further] = here
                ahead.append(further)
    return ()


def _circle(source: PlaceId, came_from: Mapping[PlaceId, PlaceId]) -> Iterator[PlaceId]:
    path = [source]
    while (before := came_from[path[-1]]) != source:
        path.append(before)
    return iter((source, *reversed(path)))
