"""The day on which goods of a place are with the buyer: a pure calculation.

The rule, in words:

1. An order that comes on a working day before its cut-off is taken up that day, any other on the
   next working day; the place's own clock decides.
2. A partner without terms, or whose stock report is too old, promises nothing. Goods of an inbound
   lot are there when the lot is accepted. A lot whose day has passed is not promised: nobody knows
   when it comes.
3. Picking, and a partner's delivery, take working days of the place.
4. Where a place does not send to customers, the next lorry takes them: on its weekdays, if the
   place works then; today's only what was ordered before the lorry's own cut-off, and what came by
   another lorry not before the day after it was accepted.
5. Where it arrives it is accepted on a working day, after the days that accepting takes.
6. An outlet that is served by certain branches gets its goods from one of these: from elsewhere
   they go there first.
7. Of several ways the earliest counts, then the cheaper.
8. What is wanted later than it is ready waits at the place that sends it, and leaves on the first
   working day of that place on which it is not too early.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush

from msgspec import Struct, structs

from fondaco_sdk.types.ids import PlaceId
from fondaco_sourcing.calendar import HORIZON, Closed, Special
from fondaco_sourcing.network import Network, Site, Transfer


class Begun(Struct, frozen=True):
    """When the order is taken up; `closed`: why not on the day it came, `skipped`: why later."""

    on: date
    cut_off: str
    late: bool
    closed: Closed | None
    special: Special | None
    skipped: frozenset[Closed]


class Leg(Struct, frozen=True):
    """A lorry from place to place: leaves, arrives, and the goods are there on `ready`."""

    source: Site
    target: Site
    leaves: date
    arrives: date
    ready: date


class Promise(Struct, frozen=True):
    """The day, and how it came about. `dispatch` is the place that sends to the customer.

    `of_branch`: it is one that serves this outlet, which not every place does. `kept_for` is the
    day on which it was wanted, where nobody works to hand it over then.
    """

    ready_on: date
    origin: Site
    begun: Begun
    picked: date
    dispatch: Site
    cost: Decimal
    asked: date
    arrives_on: date | None = None
    accepted: date | None = None
    legs: tuple[Leg, ...] = ()
    of_branch: bool = False
    kept_for: date | None = None

    @property
    def announced(self) -> bool:
        """Whether every public calendar on the way is known."""
        ways = [(self.origin, self.picked), *((leg.target, leg.ready) for leg in self.legs)]
        return all(site.calendar.announced(day) for site, day in ways)


class Refusal(Struct, frozen=True):
    """Why no day can be promised: "no_terms", "stale", "overdue", "never_open", "no_way_out" or,
    to the `branches` that serve the outlet, "no_way_to_branch".
    """

    why: str
    origin: Site
    asked: date
    arrives_on: date | None = None
    branches: tuple[Site, ...] = ()


def promise(
    network: Network,
    origin: Site,
    now: datetime,
    arrives_on: date | None = None,
    branches: frozenset[PlaceId] = frozenset(),
) -> Promise | Refusal:
    """When goods of `origin` are ready, if they are ordered `now`; from `branches` only, if any."""
    clock = origin.calendar.local(now)
    today = clock.date()
    if not origin.agreed:
        return Refusal("no_terms", origin, today)
    if origin.stale(now):
        return Refusal("stale", origin, today)
    if arrives_on and arrives_on < today:
        return Refusal("overdue", origin, today, arrives_on)
    begun = _begin(origin, clock)
    accepted = arrives_on and origin.calendar.working(arrives_on, origin.receiving_days)
    if begun is None or (arrives_on and accepted is None):
        return Refusal("never_open", origin, today)
    picked = origin.calendar.working(max(begun.on, accepted or begun.on), origin.lead_days)
    if picked is None:
        return Refusal("never_open", origin, today)
    start = Promise(picked, origin, begun, picked, origin, origin.cost, today, arrives_on, accepted)
    if found := _earliest(network, start, now, branches):
        return found
    if branches:
        serving = tuple(network.sites[one] for one in branches if one in network.sites)
        return Refusal("no_way_to_branch", origin, today, branches=serving)
    return Refusal("no_way_out", origin, today)


def kept_until(found: Promise, wanted_on: date) -> Promise:
    """The same goods for a day after the one on which they are ready."""
    road = timedelta(days=found.dispatch.carrier_days)
    leaves = found.dispatch.calendar.working(wanted_on - road)
    if leaves is None or leaves + road <= wanted_on:
        return found
    return structs.replace(found, ready_on=leaves + road, kept_for=wanted_on)


def _begin(origin: Site, clock: datetime) -> Begun | None:
    today = clock.date()
    until = origin.calendar.until(today)
    closed = until if isinstance(until, Closed) else None
    late = not isinstance(until, Closed) and clock.time() >= until
    first = today + timedelta(days=1) if late or closed else today
    on = origin.calendar.working(first)
    if on is None:
        return None
    between = (first + timedelta(days=ahead) for ahead in range((on - first).days))
    skipped = frozenset(_closed(origin, between))
    hour = f"{until:%H:%M}" if not isinstance(until, Closed) else ""
    return Begun(on, hour, late, closed, origin.calendar.specials.get(today), skipped)


def _closed(site: Site, days: Iterator[date]) -> Iterator[Closed]:
    for day in days:
        if isinstance(until := site.calendar.until(day), Closed):
            yield until


def _earliest(
    network: Network, start: Promise, now: datetime, branches: frozenset[PlaceId]
) -> Promise | None:
    """The earliest way from where the goods are to a place that sends to this customer."""
    found: list[Promise] = []
    ahead = [(start.picked, start.cost, 0, start)]
    settled: set[PlaceId] = set()
    number = 0
    while ahead:
        *_, here = heappop(ahead)
        if here.dispatch.id in settled:
            continue
        settled.add(here.dispatch.id)
        if _serves(here.dispatch, branches):
            found.append(structs.replace(_sent(here), of_branch=bool(branches)))
        for transfer in network.transfers.get(here.dispatch.id, ()):
            if further := _carried(network, here, transfer, now):
                number += 1
                heappush(ahead, (further.ready_on, further.cost, number, further))
    return min(found, key=lambda way: (way.ready_on, way.cost), default=None)


def _serves(site: Site, branches: frozenset[PlaceId]) -> bool:
    return site.ships and (not branches or site.id in branches)


def _carried(network: Network, here: Promise, transfer: Transfer, now: datetime) -> Promise | None:
    source, target = here.dispatch, network.sites.get(transfer.target)
    if target is None:
        return None
    first = here.ready_on + timedelta(days=1 if here.legs else 0)
    clock = source.calendar.local(now)
    if first == clock.date() and clock.time() >= transfer.cut_off:
        first += timedelta(days=1)
    leaves = _departure(source, transfer, first)
    if leaves is None:
        return None
    arrives = leaves + timedelta(days=transfer.road_days)
    ready = target.calendar.working(arrives, target.receiving_days)
    if ready is None:
        return None
    return structs.replace(
        here,
        ready_on=ready,
        dispatch=target,
        cost=here.cost + transfer.cost,
        legs=(*here.legs, Leg(source, target, leaves, arrives, ready)),
    )


def _departure(source: Site, transfer: Transfer, first: date) -> date | None:
    for ahead in range(HORIZON):
        day = first + timedelta(days=ahead)
        if day.weekday() in transfer.weekdays and source.calendar.works(day):
            return day
    return None


def _sent(way: Promise) -> Promise:
    days = way.dispatch.carrier_days
    return structs.replace(way, ready_on=way.ready_on + timedelta(days=days)) if days else way
