"""Zones and days off as they are stored, with the clocks of the places that goods leave from."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from holidays import country_holidays
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_delivery_fleet.rule import Zone
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import PlaceId

# Everything in one statement: zones are few, and a hook has one.
_ALL: TextClause = text(
    """
    select json_build_object(
        'zones', coalesce((select json_agg(row_to_json(z) order by z.name, z.uuid) from (
            select uuid, name, cities, postal, weekdays, cut_off, lead_days, price, free_from,
                   included_kg, per_kg, heaviest_kg
              from plugin_delivery_fleet.zone where removed_at is null) z), '[]'),
        'days', coalesce((select json_agg(row_to_json(d) order by d.day) from (
            select uuid, day, note from plugin_delivery_fleet.day_off
             where removed_at is null and day >= current_date - 1) d), '[]'),
        'places', coalesce((select json_object_agg(id, timezone)
              from fondaco_api.place_v1 where active), '{}'))::text
    """
)


class DayOff(Struct, frozen=True):
    """A day on which no lorry goes, and why."""

    uuid: UUID
    day: date
    note: str


class Stored(Struct, frozen=True):
    """All zones and the days off to come. `places`: the time zone of each."""

    zones: tuple[Zone, ...]
    days: tuple[DayOff, ...]
    places: dict[str, str]

    def clock(self, place: PlaceId | None, site: ZoneInfo) -> ZoneInfo:
        """The time zone of a place; the site's, where it is not known."""
        known = self.places.get(str(place))
        return ZoneInfo(known) if known else site

    def works(self, day: date, country: str) -> bool:
        """Whether lorries go on a day."""
        off = any(one.day == day for one in self.days)
        return not off and day not in _holidays(country)


async def stored(ask: Ask) -> Stored:
    """All of it. One statement."""
    rows = await ask.fetch(_ALL)
    return msgspec.json.decode(rows[0][0], type=Stored)


# The library works out a year at its first question.
_KNOWN: dict[str, Any] = {country: country_holidays(country) for country in ("RU", "BY")}


def _holidays(country: str) -> Any:
    return _KNOWN.get(country, ())
