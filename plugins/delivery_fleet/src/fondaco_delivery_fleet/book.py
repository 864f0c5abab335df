"""Zones and days off: added, changed, removed and put back, each with its line in the audit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import Select, Table, insert, select, update

from fondaco_delivery_fleet.rule import Zone
from fondaco_delivery_fleet.stored import DayOff
from fondaco_delivery_fleet.tables import day_off, zone
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason

_ZONES: Select[Any] = select(*(zone.c[name] for name in Zone.__struct_fields__))
_DAYS: Select[Any] = select(*(day_off.c[name] for name in DayOff.__struct_fields__))


async def zone_named(ask: Ask, uuid: UUID) -> Zone:
    """One zone, also a removed one. Raises `NotFound`."""
    rows = await ask.fetch(_ZONES.where(zone.c.uuid == uuid))
    if not rows:
        raise NotFound(Reason("delivery_fleet.no_zone", "Такой зоны нет", "No such zone"))
    return _zone(rows[0])


async def removed_zone(ask: Ask, uuid: UUID) -> Zone | None:
    """A zone that was taken out and can be put back."""
    rows = await ask.fetch(_ZONES.where(zone.c.uuid == uuid, zone.c.removed_at.is_not(None)))
    return _zone(rows[0]) if rows else None


async def add_zone(act: Act, wanted: Zone) -> None:
    """A new one."""
    await act.execute(insert(zone).values(_values(wanted)))
    await act.audit("delivery_fleet.zone.add", _subject(wanted), None, wanted)


async def change_zone(act: Act, wanted: Zone) -> None:
    """Another shape. Raises `NotFound`."""
    before = await zone_named(act, wanted.uuid)
    await act.execute(update(zone).where(zone.c.uuid == wanted.uuid).values(_values(wanted)))
    await act.audit("delivery_fleet.zone.change", _subject(wanted), before, wanted)


async def remove_zone(act: Act, found: Zone) -> None:
    """No lorry goes there any more; what was promised in orders stays."""
    await _set(act, zone, found.uuid, removed_at=act.now)
    await act.audit("delivery_fleet.zone.remove", _subject(found), found, None)


async def restore_zone(act: Act, found: Zone) -> None:
    """Put one back."""
    await _set(act, zone, found.uuid, removed_at=None)
    await act.audit("delivery_fleet.zone.restore", _subject(found), None, found)


async def day_named(ask: Ask, uuid: UUID) -> DayOff:
    """One day off, also a removed one. Raises `NotFound`."""
    rows = await ask.fetch(_DAYS.where(day_off.c.uuid == uuid))
    if not rows:
        raise NotFound(Reason("delivery_fleet.no_day", "Такого дня нет", "There is no such day"))
    return DayOff(*rows[0])


async def removed_day(ask: Ask, uuid: UUID) -> DayOff | None:
    """A day off that was taken out and can be put back."""
    rows = await ask.fetch(_DAYS.where(day_off.c.uuid == uuid, day_off.c.removed_at.is_not(None)))
    return DayOff(*rows[0]) if rows else None


async def add_day(act: Act, wanted: DayOff) -> None:
    """No lorry on that day. Raises `UserError` at its field where that is so already."""
    if await _taken(act, wanted):
        raise UserError(_TAKEN, {"day": _TAKEN})
    await act.execute(insert(day_off).values(structs.asdict(wanted)))
    await act.audit("delivery_fleet.day.add", f"fleet_day:{wanted.uuid}", None, wanted)


async def remove_day(act: Act, found: DayOff) -> None:
    """Lorries go again."""
    await _set(act, day_off, found.uuid, removed_at=act.now)
    await act.audit("delivery_fleet.day.remove", f"fleet_day:{found.uuid}", found, None)


async def restore_day(act: Act, found: DayOff) -> None:
    """Put one back. Raises `Conflict` where another has taken its day."""
    if await _taken(act, found):
        raise Conflict(_TAKEN)
    await _set(act, day_off, found.uuid, removed_at=None)
    await act.audit("delivery_fleet.day.restore", f"fleet_day:{found.uuid}", None, found)


async def _taken(act: Act, wanted: DayOff) -> bool:
    rows = await act.fetch(
        select(day_off.c.id).where(
            day_off.c.day == wanted.day,
            day_off.c.removed_at.is_(None),
            day_off.c.uuid != wanted.uuid,
        )
    )
    return bool(rows)


async def _set(act: Act, table: Table, uuid: UUID, **values: object) -> None:
    await act.execute(update(table).where(table.c.uuid == uuid).values(**values))


_LISTS = ("cities", "postal", "weekdays")


def _values(wanted: Zone) -> Mapping[str, Any]:
    return {**structs.asdict(wanted), **{name: list(getattr(wanted, name)) for name in _LISTS}}


def _zone(row: Any) -> Zone:
    values = dict(zip(Zone.__struct_fields__, row, strict=True))
    return Zone(**{**values, **{name: tuple(values[name]) for name in _LISTS}})


def _subject(found: Zone) -> str:
    return f"fleet_zone:{found.uuid}"


_TAKEN = Reason(
    "delivery_fleet.day_taken",
    "На этот день машины уже не ходят",
    "No lorries go on that day already",
)
