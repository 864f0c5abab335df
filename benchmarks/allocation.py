"""Where 500 lines come from, five ways each, against the record of what was decided alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure, Limit
from benchmarks.house import House
from benchmarks.measure import by_turns
from fondaco.availability.allocate import allocate
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import LineSupply, StockRow, Supply, SupplyPart, SupplyRejected, Want
from fondaco_sourcing.calendar import Calendar, weekdays
from fondaco_sourcing.network import Network, Site, Transfer
from fondaco_sourcing.plans import plans
from fondaco_sourcing.strategy import Strategy

LINES = 500
NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
PLACES = tuple(PlaceId(number) for number in range(1, 6))
NAMES = {place: f"Склад {place}" for place in PLACES}


async def measure(house: House) -> Sequence[Figure]:
    """The choice alone, and with the days of every way; without any input or output."""
    wants = [Want(n, ProductId(n), Decimal(70)) for n in range(LINES)]
    stock = [_row(n, place) for n in range(LINES) for place in PLACES]
    network = _network()
    proposals = [("sourcing", way) for way in _ways(network, wants, stock)]
    chosen = allocate(wants, stock, proposals, NAMES)
    assert all(len(line.parts) + len(line.rejected) == len(PLACES) for line in chosen)
    assert any(len(line.parts) > 1 for line in chosen)

    async def ours() -> None:
        allocate(wants, stock, proposals, NAMES)

    async def with_days() -> None:
        ways = _ways(network, wants, stock)
        allocate(wants, stock, [("sourcing", way) for way in ways], NAMES)

    async def floor() -> None:
        _record(chosen)

    allocated, recorded = await by_turns(ours, floor)
    planned, _ = await by_turns(with_days, floor)
    return (
        Figure(
            what=f"allocation, {LINES} lines of {len(PLACES)} ways",
            unit="ms",
            ours=allocated,
            floor=recorded,
            limit=Limit(plus=10),
        ),
        Figure(
            what="  with the promised days of all ways",
            unit="ms",
            ours=planned,
            floor=recorded,
        ),
    )


def _ways(network: Network, wants: Sequence[Want], stock: Sequence[StockRow]) -> Sequence[Supply]:
    return plans(network, NOW, wants, stock, Strategy.OWN_FIRST)


def _record(chosen: Sequence[LineSupply]) -> None:
    for line in chosen:
        for part in line.parts:
            SupplyPart(
                part.stock_id,
                part.place_id,
                part.place_name,
                part.quantity,
                part.promised,
                part.plugin,
                part.reason,
            )
        for other in line.rejected:
            SupplyRejected(other.stock_id, other.place_name, other.plugin, other.reason)


def _row(line: int, place: PlaceId) -> StockRow:
    """Of every tenth product a place expects a lot."""
    on_hand = Decimal((line * 7 + place * 31) % 90)
    arrives = date(2026, 12, 10) + timedelta(days=line % 20) if line % 10 == 0 else None
    number = line * len(PLACES) + place
    return StockRow(
        StockId(number),
        ProductId(line),
        place,
        "L" if arrives else "",
        on_hand,
        Decimal(0),
        arrives,
    )


def _network() -> Network:
    """Three warehouses, one of which sends by another's lorry, and two partners."""
    calendar = Calendar(ZoneInfo("Europe/Moscow"), weekdays(time(16)), "RU")
    sites = {
        place: Site(
            place,
            NAMES[place],
            calendar,
            partner=place > 3,
            lead_days=2 if place > 3 else 0,
            receiving_days=1,
            ships=place != 3,
        )
        for place in PLACES
    }
    lorry = Transfer(PLACES[2], PLACES[0], (1,), time(12), 1)
    return Network(sites, {PLACES[2]: [lorry]})
