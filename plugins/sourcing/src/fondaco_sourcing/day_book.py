"""Days on which a place differs: closed for stocktaking, a working Saturday, a short day."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import Select, insert, select, update

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.ids import PlaceId
from fondaco_sdk.types.reason import Reason
from fondaco_sourcing.stored import StoredPlace
from fondaco_sourcing.tables import special_day

MOST_LISTED = 200


class SpecialDay(Struct, frozen=True):
    """A day of a place: open `until` then, or closed."""

    uuid: UUID
    place_id: PlaceId
    day: date
    until: time | None
    note_ru: str
    note_en: str

    def note(self, locale: str) -> str:
        """Why, in a language."""
        return self.note_ru if locale == "ru" else self.note_en


_DAYS: Select[Any] = select(*(special_day.c[name] for name in SpecialDay.__struct_fields__))


async def days_of(ask: Ask, place: StoredPlace) -> Sequence[SpecialDay]:
    """The days of a place from today on."""
    today = ask.now.astimezone(ask.zone).date()
    rows = await ask.fetch(
        _DAYS.where(
            special_day.c.place_id == place.id,
            special_day.c.removed_at.is_(None),
            special_day.c.day >= today,
        )
        .order_by(special_day.c.day)
        .limit(MOST_LISTED)
    )
    return [SpecialDay(*row) for row in rows]


async def removed_day(ask: Ask, uuid: UUID) -> SpecialDay | None:
    """A day that was taken out and can be put back."""
    rows = await ask.fetch(
        _DAYS.where(special_day.c.uuid == uuid, special_day.c.removed_at.is_not(None))
    )
    return SpecialDay(*rows[0]) if rows else None


async def day_of(ask: Ask, uuid: UUID) -> SpecialDay:
    """One day, also a removed one. Raises `NotFound`."""
    rows = await ask.fetch(_DAYS.where(special_day.c.uuid == uuid))
    if not rows:
        raise NotFound(Reason("sourcing.no_day", "Такого дня нет", "There is no such day"))
    return SpecialDay(*rows[0])


async def add_day(act: Act, wanted: SpecialDay) -> None:
    """A new day. Raises `UserError` at its field where the place has something for it already."""
    if await _taken(act, wanted):
        raise UserError(_MISFIT, {"day": _TAKEN})
    await act.execute(insert(special_day).values(structs.asdict(wanted)))
    await act.audit("sourcing.day.add", f"place_day:{wanted.uuid}", None, wanted)


async def remove_day(act: Act, found: SpecialDay) -> None:
    """The place is again as its week says."""
    await _set(act, found, "remove", removed_at=act.now)


async def restore_day(act: Act, found: SpecialDay) -> None:
    """Put one back. Raises `Conflict` where another has taken its day."""
    if await _taken(act, found):
        raise Conflict(_TAKEN)
    await _set(act, found, "restore", removed_at=None)


async def _taken(act: Act, wanted: SpecialDay) -> bool:
    rows = await act.fetch(
        select(special_day.c.id).where(
            special_day.c.place_id == wanted.place_id,
            special_day.c.day == wanted.day,
            special_day.c.removed_at.is_(None),
        )
    )
    return bool(rows)


async def _set(act: Act, found: SpecialDay, what: str, **values: object) -> None:
    await act.execute(update(special_day).where(special_day.c.uuid == found.uuid).values(**values))
    await act.audit(f"sourcing.day.{what}", f"place_day:{found.uuid}", found, None)


_MISFIT = Reason("sourcing.day_misfit", "День не сохранён", "The day is not saved")
_TAKEN = Reason(
    "sourcing.day_taken", "На этот день уже есть исключение", "This day has an exception already"
)
