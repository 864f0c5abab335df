"""Which way is taken before another: what the seller prefers, as a number for each way."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from fondaco_sdk.types.ids import PlaceId, ProductId
from fondaco_sdk.types.supply import StockRow, Want
from fondaco_sourcing.promise import Promise

FIRST, LATER = Decimal(0), Decimal(1)


class Strategy(StrEnum):
    """What counts before the date."""

    EARLIEST = "earliest"
    OWN_FIRST = "own_first"
    CHEAPEST = "cheapest"
    FEWEST_SHIPMENTS = "fewest_shipments"


class Way(Struct, frozen=True):
    """A stock row and how it comes to the buyer."""

    row: StockRow
    promise: Promise


def preferences(
    strategy: Strategy, wants: Sequence[Want], ways: Sequence[Way]
) -> Sequence[Decimal]:
    """A number for each way, lower first; of equal ones the earlier day counts.

    "Own first" tops up: own goods that are here, and what they lack comes from partners and lots,
    whoever is sooner. "Fewest shipments" looks at all that is wanted together.
    """
    if strategy is Strategy.OWN_FIRST:
        return [LATER if _from_outside(way) else FIRST for way in ways]
    if strategy is Strategy.CHEAPEST:
        return [way.promise.cost for way in ways]
    if strategy is Strategy.FEWEST_SHIPMENTS:
        ranks = _ranks(wants, ways)
        return [ranks[way.promise.dispatch.id] for way in ways]
    return [FIRST] * len(ways)


def _from_outside(way: Way) -> bool:
    return way.promise.origin.partner or way.row.arrives_on is not None


def _ranks(wants: Sequence[Want], ways: Sequence[Way]) -> Mapping[PlaceId, Decimal]:
    """The places that send to customers: who has the most lines in full, then who has the most."""
    wanted: dict[ProductId, Decimal] = {}
    for want in wants:
        wanted[want.product_id] = wanted.get(want.product_id, Decimal(0)) + want.quantity
    held: dict[PlaceId, dict[ProductId, Decimal]] = {}
    for way in ways:
        here = held.setdefault(way.promise.dispatch.id, {})
        product = way.row.product_id
        here[product] = here.get(product, Decimal(0)) + way.row.available
    scores = sorted((_score(wanted, here), place) for place, here in held.items())
    return {place: Decimal(rank) for rank, (_, place) in enumerate(scores)}


def _score(
    wanted: Mapping[ProductId, Decimal], held: Mapping[ProductId, Decimal]
) -> tuple[int, Decimal]:
    full = sum(held.get(product, 0) >= quantity for product, quantity in wanted.items())
    some = sum(
        (min(held.get(product, Decimal(0)), quantity) for product, quantity in wanted.items()),
        Decimal(0),
    )
    return -full, -some
