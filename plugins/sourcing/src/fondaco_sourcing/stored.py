"""The network as it is stored: places of the kernel with our terms, days that differ, transfers."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text

from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import OutletId, PlaceId
from fondaco_sourcing.calendar import Calendar, Special, weekdays
from fondaco_sourcing.network import Network, Site, Transfer
from fondaco_sourcing.settings import SourcingSettings

# Everything in one statement: places are few, and a hook has one.
_ALL: TextClause = text(
    """
    select json_build_object(
        'places', coalesce((select json_agg(row_to_json(p) order by p.name, p.id) from (
            select p.id, p.uuid, p.name, p.kind, p.timezone, p.cut_off, p.pick_days, p.reported_at,
                   (select row_to_json(t) from plugin_sourcing.terms t where t.place_id = p.id)
                       as terms
              from fondaco_api.place_v1 p where p.active) p), '[]'),
        'days', coalesce((select json_agg(row_to_json(d) order by d.day) from (
            select place_id, day, until, note_ru, note_en from plugin_sourcing.special_day
             where removed_at is null and day >= current_date - 2) d), '[]'),
        'transfers', coalesce((select json_agg(row_to_json(t) order by t.id) from (
            select id, uuid, source_id, target_id, weekdays, cut_off, road_days, cost
              from plugin_sourcing.transfer where removed_at is null) t), '[]'),
        'branches', coalesce((select json_agg(json_build_array(b.outlet_id, b.place_id))
              from plugin_sourcing.branch b where b.outlet_id = any(:outlets)), '[]'))::text
    """
).bindparams(bindparam("outlets", type_=ARRAY(BigInteger)))


class Terms(Struct, frozen=True):
    """What the site says of a place beyond what the kernel knows; see `Site` and `Calendar`."""

    week: tuple[time | None, ...]
    country: str = "RU"
    lead_days: int = 0
    receiving_days: int = 0
    ships: bool = True
    carrier_days: int = 0
    cost: Decimal = Decimal(0)
    report_hours: int | None = None


class StoredPlace(Struct, frozen=True):
    """A place of the kernel, with its terms where there are some."""

    id: PlaceId
    uuid: UUID
    name: str
    kind: str
    timezone: str
    cut_off: time
    pick_days: int
    reported_at: datetime | None
    terms: Terms | None


class _Day(Struct, frozen=True):
    place_id: PlaceId
    day: date
    until: time | None
    note_ru: str
    note_en: str


class StoredTransfer(Struct, frozen=True):
    """A transfer with its public name."""

    uuid: UUID
    source_id: PlaceId
    target_id: PlaceId
    weekdays: tuple[int, ...]
    cut_off: time
    road_days: int
    cost: Decimal


class Stored(Struct, frozen=True):
    """Everything that is stored; of `branches`, those of the outlets that were asked for."""

    places: tuple[StoredPlace, ...]
    days: tuple[_Day, ...]
    transfers: tuple[StoredTransfer, ...]
    branches: tuple[tuple[OutletId, PlaceId], ...]

    def network(self, settings: SourcingSettings) -> Network:
        """As the engine takes it."""
        specials: dict[PlaceId, dict[date, Special]] = defaultdict(dict)
        for one in self.days:
            specials[one.place_id][one.day] = Special(one.until, one.note_ru, one.note_en)
        leaving: dict[PlaceId, list[Transfer]] = defaultdict(list)
        for way in self.transfers:
            leaving[way.source_id].append(
                Transfer(
                    way.source_id,
                    way.target_id,
                    way.weekdays,
                    way.cut_off,
                    way.road_days,
                    way.cost,
                )
            )
        sites = {one.id: _site(one, specials[one.id], settings) for one in self.places}
        serving: dict[OutletId, set[PlaceId]] = defaultdict(set)
        for outlet, place in self.branches:
            serving[outlet].add(place)
        branches = {outlet: frozenset(places) for outlet, places in serving.items()}
        return Network(sites, leaving, branches)


async def stored(ask: Ask, outlets: Collection[OutletId] = ()) -> Stored:
    """All of it, and the branches that serve `outlets`. One statement."""
    rows = await ask.fetch(_ALL, {"outlets": sorted(outlets)})
    return msgspec.json.decode(rows[0][0], type=Stored)


def terms_of(place: StoredPlace, settings: SourcingSettings) -> Terms:
    """The terms of a place; by default it works from Monday to Friday until its cut-off."""
    return place.terms or Terms(
        weekdays(place.cut_off), settings.holidays, lead_days=place.pick_days
    )


def _site(place: StoredPlace, days: Mapping[date, Special], settings: SourcingSettings) -> Site:
    terms = terms_of(place, settings)
    return Site(
        id=place.id,
        name=place.name,
        calendar=Calendar(ZoneInfo(place.timezone), terms.week, terms.country, days),
        partner=place.kind == "partner",
        agreed=place.terms is not None or place.kind != "partner",
        lead_days=terms.lead_days,
        receiving_days=terms.receiving_days,
        ships=terms.ships,
        carrier_days=terms.carrier_days,
        cost=terms.cost,
        report_hours=terms.report_hours,
        reported_at=place.reported_at,
    )


def leaving(transfers: Sequence[StoredTransfer]) -> Mapping[PlaceId, Sequence[PlaceId]]:
    """Where lorries go, by where they start."""
    found: dict[PlaceId, list[PlaceId]] = defaultdict(list)
    for one in transfers:
        found[one.source_id].append(one.target_id)
    return found
