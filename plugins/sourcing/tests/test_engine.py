"""What always holds of a promised date, whatever the calendars, lorries and lots are."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fondaco_sdk.testing.factories import stock_row, want
from fondaco_sdk.types.ids import PlaceId
from fondaco_sourcing.calendar import Calendar, Special
from fondaco_sourcing.network import Network, Site, Transfer, leads_back
from fondaco_sourcing.plans import plans
from fondaco_sourcing.promise import Promise, Refusal, promise
from fondaco_sourcing.strategy import Strategy

ZONES = ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok")
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = st.one_of(st.none(), st.times(time(8), time(22)))
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda m: BEGINNING + timedelta(minutes=m))
DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    return Calendar(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        tuple(draw(st.lists(HOURS, min_size=7, max_size=7))),
        draw(st.sampled_from(["RU", "BY", ""])),
        draw(st.dictionaries(DAYS, HOURS.map(Special), max_size=5)),
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to five places, circles and dead ends among them."""
    ids = [PlaceId(number) for number in range(1, draw(st.integers(1, 5)) + 1)]
    sites = {
        id_: Site(
            id_,
            f"P{id_}",
            draw(calendars()),
            partner=draw(st.booleans()),
            lead_days=draw(st.integers(0, 5)),
            receiving_days=draw(st.integers(0, 3)),
            ships=draw(st.booleans()),
            carrier_days=draw(st.integers(0, 3)),
            cost=Decimal(draw(st.integers(0, 9))),
        )
        for id_ in ids
    }
    transfers: dict[PlaceId, list[Transfer]] = {id_: [] for id_ in ids}
    for source, target in draw(
        st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=8)
    ):
        days = tuple(draw(st.sets(st.integers(0, 6), max_size=3)))
        transfers[source].append(
            Transfer(source, target, days, draw(st.times()), draw(st.integers(0, 9)))
        )
    return Network(sites, transfers)


def _day(network: Network, now: datetime, arrives: date | None = None) -> date | None:
    found = promise(network, network.sites[PlaceId(1)], now, arrives)
    return found.ready_on if isinstance(found, Promise) else None


@settings(deadline=None)
@given(networks(), MOMENTS, st.one_of(st.none(), DAYS))
def test_never_before_the_order_nor_before_the_lot(
    network: Network, now: datetime, arrives: date | None
) -> None:
    found = promise(network, network.sites[PlaceId(1)], now, arrives)
    if isinstance(found, Refusal):
        return
    assert found.ready_on >= found.asked
    assert not arrives or found.ready_on >= arrives
    assert found.dispatch.ships
    assert network.sites[PlaceId(1)].calendar.works(found.picked)
    for leg in found.legs:
        assert leg.source.calendar.works(leg.leaves)
        assert leg.target.calendar.works(leg.ready)
        assert leg.leaves <= leg.arrives <= leg.ready


@settings(deadline=None)
@given(networks(), MOMENTS, st.integers(0, 20_000))
def test_who_orders_later_is_not_served_sooner(
    network: Network, now: datetime, minutes: int
) -> None:
    first, second = _day(network, now), _day(network, now + timedelta(minutes=minutes))
    assert not (first and second) or second >= first


@settings(deadline=None)
@given(networks(), MOMENTS, DAYS, st.integers(0, 90))
def test_a_lot_that_comes_later_is_not_ready_sooner(
    network: Network, now: datetime, arrives: date, days: int
) -> None:
    first = _day(network, now, arrives)
    second = _day(network, now, arrives + timedelta(days=days))
    assert not (first and second) or second >= first


@settings(deadline=None)
@given(networks(), MOMENTS)
def test_another_lorry_makes_nothing_later(network: Network, now: datetime) -> None:
    before = _day(network, now)
    here, there = network.sites[PlaceId(1)], max(network.sites)
    more = Transfer(here.id, there, (0, 1, 2, 3, 4, 5, 6), time(12), 1)
    added = {**network.transfers, here.id: [*network.transfers[here.id], more]}
    after = _day(structs.replace(network, transfers=added), now)
    assert before is None or (after is not None and after <= before)


@settings(deadline=None)
@given(networks())
def test_a_circle_is_found_exactly_where_there_would_be_one(network: Network) -> None:
    leaving: dict[PlaceId, list[PlaceId]] = {id_: [] for id_ in network.sites}
    for source, transfers in network.transfers.items():
        for one in transfers:
            if circle := leads_back(source, one.target, leaving):
                assert circle[0] == circle[-1] == source
                steps = pairwise(circle[1:])
                assert all(there in leaving[here] for here, there in steps)
            else:
                leaving[source].append(one.target)
    assert not _circular(leaving)


def _circular(leaving: dict[PlaceId, list[PlaceId]]) -> bool:
    left = {source: set(targets) for source, targets in leaving.items()}
    while ends := [place for place, targets in left.items() if not targets]:
        for place in ends:
            del left[place]
        for targets in left.values():
            targets.difference_update(ends)
    return bool(left)


@settings(deadline=None)
@given(networks(), MOMENTS, st.sampled_from(list(Strategy)), st.data())
def test_plans_keep_to_the_stock_and_say_why(
    network: Network, now: datetime, strategy: Strategy, data: st.DataObject
) -> None:
    places = sorted(network.sites)
    stock = [
        stock_row(
            number,
            product_id=data.draw(st.integers(1, 3)),
            place_id=data.draw(st.sampled_from(places)),
            on_hand=Decimal(data.draw(st.integers(-5, 50))),
            arrives_on=data.draw(st.one_of(st.none(), DAYS)),
        )
        for number in range(1, 8)
    ]
    wants = [want(line, product_id=line, quantity=Decimal(20)) for line in (1, 2, 3)]
    rows = {row.id: row for row in stock}
    found = plans(network, now, wants, stock, strategy)
    assert len(found) == len(stock)
    for way in found:
        assert way.supersedes
        assert way.quantity == rows[way.stock_id].available
        assert way.reason.ru and way.reason.en
        assert way.cost >= 0 and way.preference >= 0
