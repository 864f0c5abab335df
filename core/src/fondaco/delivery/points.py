"""The places where carriers hand out parcels, as they were copied."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.providers.carrier import PickupPoint
from fondaco_sdk.towns import FARTHEST_KM, region_of, towns_of
from fondaco_sdk.types.delivery import Box, Parcel, PointKind, Spot

MOST_LISTED = 30
MOST_ON_MAP = 500
CLUSTERED_BELOW = 9
"""The zoom of a map below which points are drawn by their number."""

_COLUMNS = ("code", "kind", "name", "address", "city", "region", "city_fias", "postal_code",
            "country", "lat", "lon", "hours", "phone", "how_to_find", "above_kg", "heaviest_kg",
            "cells", "card", "cash")  # fmt: skip
_ONE: TextClause = text(
    f"""
    select {", ".join(_COLUMNS)} from fondaco.pickup_point
     where carrier = :carrier and code = :code
    """
)
# The same rule as `PickupPoint.takes`, of a parcel in a subquery `q`.
_TAKES = """
    (q.kg is null or (
        (p.heaviest_kg is null or q.kg <= p.heaviest_kg)
        and (p.above_kg is null or q.kg > p.above_kg)))
    and case
        when p.cells = '[]' then true
        when q.length is null then p.kind <> 'locker'
        else exists (
            select from jsonb_array_elements(p.cells) as cell
             where (cell->>0)::numeric >= q.length and (cell->>1)::numeric >= q.width
               and (cell->>2)::numeric >= q.height)
        end
"""
# The same rule as the SDK's `may_be_at` for points of its town, of an address in a subquery `q`.
_NEAR = f"""
    case when q.lat is null then
        q.region = '' or p.region = ''
        or translate(lower(p.region), 'ё', 'е') ~ ('\\m' || q.region || '\\M')
    else 111.2 * sqrt(power(p.lat::double precision - q.lat, 2) + power(
        (p.lon::double precision - q.lon) * cos(radians(q.lat)), 2)) <= {FARTHEST_KM}
    end
"""
_POINTS = """
    fondaco.pickup_point p cross join (
        select cast(:kg as numeric), cast(:length as numeric), cast(:width as numeric),
               cast(:height as numeric), cast(:region as text),
               cast(:exact_lat as double precision), cast(:exact_lon as double precision))
        as q (kg, length, width, height, region, lat, lon)
"""
_WANTED = f"""
    p.carrier = :carrier and p.town = any(cast(:towns as text[])) and {_NEAR}
    and (cast(:kinds as text[]) = '{{}}' or p.kind = any(cast(:kinds as text[])))
    and (not :card or p.card) and (:words = '' or p.words like '%' || :words || '%')
"""
_LIST: TextClause = text(
    f"""
    select {", ".join(f"p.{name}" for name in _COLUMNS)},
           case when cast(:lat as double precision) is null then null
                else 111.2 * sqrt(power(p.lat::double precision - :lat, 2) + power(
                    (p.lon::double precision - :lon) * cos(radians(:lat)), 2)) end as distance
      from {_POINTS}
     where {_WANTED} and {_TAKES}
     order by distance, p.city, p.address, p.id
     limit :most
    """
)
_COUNT: TextClause = text(
    f"""
    select count(*) filter (where {_TAKES}), count(*) from {_POINTS} where {_WANTED}
    """
)
_BOX = "p.lat between :south and :north and p.lon between :west and :east"
_MAP: TextClause = text(
    f"""
    select p.code, p.lat::double precision, p.lon::double precision, p.kind
      from {_POINTS}
     where {_BOX} and {_WANTED} and {_TAKES}
     order by p.id limit :most
    """
)
_MIDDLE: TextClause = text(
    f"""
    select avg(p.lat)::double precision, avg(p.lon)::double precision
      from fondaco.pickup_point p cross join (
           select cast(:region as text), null::double precision, null::double precision)
           as q (region, lat, lon)
     where p.carrier = :carrier and p.town = any(cast(:towns as text[])) and {_NEAR}
    """
)
_CLUSTERS: TextClause = text(
    f"""
    select count(*), avg(p.lat)::double precision, avg(p.lon)::double precision
      from {_POINTS}
     where {_BOX} and {_WANTED} and {_TAKES}
     group by floor((p.lat - :south) / :high), floor((p.lon - :west) / :wide)
     order by 1 desc limit :most
    """
)
# Which kinds of points there are for each parcel; the first one that takes it is enough.
_ENDS: TextClause = text(
    f"""
    select q.parcel, q.carrier, k.kind
      from jsonb_to_recordset(cast(:parcels as jsonb)) as q (
               parcel int, carrier text, towns text[], kg numeric, length numeric, width numeric,
               height numeric, region text, lat double precision, lon double precision)
     cross join unnest(cast(:kinds as text[])) as k (kind)
     where exists (
        select from fondaco.pickup_point p
         where p.carrier = q.carrier and p.town = any(q.towns) and p.kind = k.kind and {_NEAR}
           and {_TAKES})
    """
)

Middle: TypeAlias = tuple[float | None, float | None]


class Parameters(Struct, frozen=True):
    """What is looked for: points of `carrier` in one of the `towns` (as the SDK's `plain` has
    them) for a parcel of this weight and size (None: not known), of one of the `kinds` (none: of
    any), where one pays by `card`, with `words` in their address.

    `lat` and `lon` are where the goods go, as far as that is known. With `exact` it is the address
    that is there, and points farther away than the SDK's `FARTHEST_KM` are of another town; or else
    those of another `region` (as the SDK's `region_of` has it) are.
    """

    carrier: str
    towns: frozenset[str]
    kg: Decimal | None = None
    box: Box | None = None
    kinds: tuple[PointKind, ...] = ()
    card: bool = False
    words: str = ""
    lat: float | None = None
    lon: float | None = None
    region: str = ""
    exact: bool = False

    def values(self) -> Mapping[str, Any]:
        """For the statements."""
        return {
            "carrier": self.carrier,
            "towns": sorted(self.towns),
            "kg": self.kg,
            **_sides(self.box),
            "kinds": [kind.value for kind in self.kinds],
            "card": self.card,
            "words": escaped(searched(self.words)),
            "lat": self.lat,
            "lon": self.lon,
            "region": self.region,
            "exact_lat": self.lat if self.exact else None,
            "exact_lon": self.lon if self.exact else None,
        }


class Listed(Struct, frozen=True):
    """A point, and how many kilometres it is away; None: nobody knows from where."""

    point: PickupPoint
    distance: Decimal | None


class Found(Struct, frozen=True):
    """The nearest points, how many there are in all, and how many do not take the parcel."""

    points: Sequence[Listed]
    total: int
    too_small: int


def searched(words: str) -> str:
    """As words are kept and looked for."""
    return " ".join(words.casefold().replace("ё", "е").split())


def escaped(words: str) -> str:
    """For `like`."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _sides(size: Box | None) -> Mapping[str, Decimal | None]:
    sides = (size.length, size.width, size.height) if size else (None,) * 3
    return dict(zip(("length", "width", "height"), sides, strict=True))


def _degrees(spot: Spot) -> Mapping[str, float | None]:
    known = spot.lat is not None and spot.lon is not None
    pairs = (("lat", spot.lat), ("lon", spot.lon))
    return {name: float(value) if known and value is not None else None for name, value in pairs}


async def ends_of(
    ask: AskContext, asked: Sequence[tuple[Parcel, str]]
) -> frozenset[tuple[int, str, PointKind]]:
    """The kinds of points at which carriers can hand out parcels, for (parcel, carrier): (key,
    carrier, kind) of those that have a point for it in the town it goes to. One statement."""
    said = [
        {
            "parcel": parcel.key,
            "carrier": carrier,
            "towns": sorted(towns_of(parcel.destination)),
            "kg": parcel.weight_kg,
            **_sides(parcel.box),
            "region": region_of(parcel.destination),
            **_degrees(parcel.destination),
        }
        for parcel, carrier in asked
    ]
    values = {"parcels": msgspec.json.encode(said).decode(), "kinds": [k.value for k in PointKind]}
    rows = await ask.fetch(_ENDS, values)
    return frozenset((parcel, carrier, PointKind(kind)) for parcel, carrier, kind in rows)


async def point_of(ask: AskContext, carrier: str, code: str) -> PickupPoint | None:
    """One point. One statement."""
    rows = await ask.fetch(_ONE, {"carrier": carrier, "code": code})
    return _point(rows[0]) if rows else None


async def middle_of(ask: AskContext, carrier: str, spot: Spot) -> Middle:
    """Where a carrier's points in the towns of an address are on average. One statement."""
    values = {"carrier": carrier, "towns": sorted(towns_of(spot)), "region": region_of(spot)}
    lat, lon = (await ask.fetch(_MIDDLE, values))[0]
    return lat, lon


async def points_near(ask: AskContext, wanted: Parameters) -> Found:
    """The nearest points. Two statements."""
    values = wanted.values()
    rows = await ask.fetch(_LIST, {**values, "most": MOST_LISTED})
    fitting, total = (await ask.fetch(_COUNT, values))[0]
    return Found(
        [Listed(_point(row), _tenths(row.distance)) for row in rows], fitting, total - fitting
    )


async def points_on_map(
    ask: AskContext, wanted: Parameters, sides: tuple[float, float, float, float], zoom: int
) -> Mapping[str, Any]:
    """What a map shows between (south, west, north, east): `points` as [code, lat, lon, kind], or
    `clusters` as [how many, lat, lon] where it shows too much for single ones. At most two
    statements.
    """
    south, west, north, east = sides
    box = {"south": south, "west": west, "north": north, "east": east}
    values = {**wanted.values(), **box}
    if zoom >= CLUSTERED_BELOW:
        rows = await ask.fetch(_MAP, {**values, "most": MOST_ON_MAP + 1})
        if len(rows) <= MOST_ON_MAP:
            return {"points": [list(row) for row in rows], "clusters": []}
    cell = {"high": max((north - south) / 8, 1e-6), "wide": max((east - west) / 12, 1e-6)}
    rows = await ask.fetch(_CLUSTERS, {**values, **cell, "most": MOST_ON_MAP})
    return {"points": [], "clusters": [list(row) for row in rows]}


def _tenths(kilometres: float | None) -> Decimal | None:
    return None if kilometres is None else Decimal(str(round(kilometres, 1)))


def _point(row: Any) -> PickupPoint:
    values = {name: getattr(row, name) for name in _COLUMNS}
    cells = tuple(Box(*(Decimal(str(side)) for side in cell)) for cell in row.cells)
    return PickupPoint(**{**values, "kind": PointKind(row.kind), "cells": cells})
