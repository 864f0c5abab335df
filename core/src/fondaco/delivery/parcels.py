"""What leaves together as carriers want to know it: from where, to where, how heavy, how large."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.delivery.boxes import box_of
from fondaco.delivery.consign import Consignment
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.cart import PricedCartLine
from fondaco_sdk.types.delivery import Box, Parcel, Spot, box
from fondaco_sdk.types.ids import OutletId, PlaceId, ProductId
from fondaco_sdk.types.supply import Place

_MEASURES: TextClause = text(
    """
    select id, weight_kg, length_cm, width_cm, height_cm from fondaco.product
     where id = any(cast(:ids as bigint[]))
    """
)
# What a service knows of an address holds as long as it is the outlet's, and not where it guessed.
_SPOTS: TextClause = text(
    """
    select o.id, o.address, a.country, a.postal_code, a.region,
           coalesce(nullif(a.city, ''), a.settlement, ''), a.fias_id, a.lat, a.lon
      from fondaco.outlet o
      left join fondaco.outlet_address a
        on a.outlet_id = o.id and a.text = o.address and a.verdict <> 'uncertain'
     where o.id = any(cast(:ids as bigint[]))
    """
)


class Measures(Struct, frozen=True):
    """A base unit of some goods; None: not known."""

    weight_kg: Decimal | None = None
    box: Box | None = None


_UNKNOWN = Measures()


async def parcels_of(ask: AskContext, consignments: Sequence[Consignment]) -> Sequence[Parcel]:
    """What is to be brought, under its place among `consignments`; what is fetched is no parcel.

    `consignments` are all of the order, whose value counts for deliveries for nothing.

    Two statements, and the places, which a priced cart has read already.
    """
    brought = [(n, one) for n, one in enumerate(consignments) if one.target.way == "address"]
    if not brought:
        return ()
    products = {line.product.id for _, one in brought for line in one.lines}
    outlets = {one.target.outlet_id for _, one in brought if one.target.outlet_id is not None}
    measures = await measures_of(ask, products)
    spots = {row[0]: _spot(row) for row in await ask.fetch(_SPOTS, {"ids": sorted(outlets)})}
    places = {place.id: place for place in await ask.service("supply").places()}
    assert ask.customer is not None
    currency = ask.customer.currency
    order_value = sum((_value(one) for one in consignments), Decimal(0))
    return [
        replace(_parcel(n, one, currency, measures, spots, places), order_value=order_value)
        for n, one in brought
    ]


def _parcel(
    key: int,
    consignment: Consignment,
    currency: str,
    measures: Mapping[ProductId, Measures],
    spots: Mapping[int, Spot],
    places: Mapping[PlaceId, Place],
) -> Parcel:
    target = consignment.target
    place = origin_of(consignment.lines, places)
    weight, sizes = measured(consignment.lines, measures)
    outlet = target.outlet_id
    return Parcel(
        key=key,
        origin=Spot("" if place is None else place.address),
        destination=Spot(target.address) if outlet is None else spots[outlet],
        value=_value(consignment),
        currency=currency,
        weight_kg=weight,
        box=sizes,
        ready_on=consignment.leaves_on,
        place=None if place is None else place.id,
        outlet=None if outlet is None else OutletId(outlet),
    )


def _value(consignment: Consignment) -> Decimal:
    return sum((line.price.total or Decimal(0) for line in consignment.lines), Decimal(0))


def origin_of(lines: Iterable[PricedCartLine], places: Mapping[PlaceId, Place]) -> Place | None:
    """The place that all goods come from; of several the main one, where they are put together.

    The main one is the first own place, in the order in which places were set up.
    """
    found = {part.place_id for line in lines for part in line.supply.parts}
    known = [places[one] for one in sorted(found) if one in places]
    if len(known) == 1:
        return known[0]
    main = (place for place in sorted(places.values(), key=lambda one: one.id))
    return next((place for place in main if place.kind == "own"), None)


def measured(
    lines: Sequence[PricedCartLine], measures: Mapping[ProductId, Measures]
) -> tuple[Decimal | None, Box | None]:
    """What they weigh together, and the box for them; None where it is not known of all of them."""
    return weighed([(measures.get(line.product.id, _UNKNOWN), line.quantity) for line in lines])


def weighed(known: Sequence[tuple[Measures, Decimal]]) -> tuple[Decimal | None, Box | None]:
    """The same of so many base units of some goods."""
    weights = [one.weight_kg * pieces for one, pieces in known if one.weight_kg is not None]
    boxes = [(one.box, pieces) for one, pieces in known if one.box is not None]
    return (
        sum(weights, Decimal(0)) if len(weights) == len(known) else None,
        box_of(boxes) if len(boxes) == len(known) else None,
    )


async def measures_of(
    ask: AskContext, products: Iterable[ProductId]
) -> Mapping[ProductId, Measures]:
    rows = await ask.fetch(_MEASURES, {"ids": sorted(products)})
    return {ProductId(row[0]): Measures(row[1], _box(row[2:])) for row in rows}


def _box(sizes: Sequence[Decimal | None]) -> Box | None:
    known = [one for one in sizes if one is not None]
    return box(known[0], known[1], known[2]) if len(known) == 3 else None


def _spot(row: Any) -> Spot:
    _, address, country, postal_code, region, city, fias_id, lat, lon = row
    if country is None:
        return Spot(address)
    return Spot(address, country or "RU", postal_code, region, city, fias_id, lat, lon)
