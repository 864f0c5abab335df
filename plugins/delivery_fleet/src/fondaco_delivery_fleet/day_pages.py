"""The staff's page of days on which no lorry goes."""

from uuid import UUID, uuid4

from fondaco_delivery_fleet import book
from fondaco_delivery_fleet.form import LONGEST, mistakes_of
from fondaco_delivery_fleet.manifest import DAYS, EDIT
from fondaco_delivery_fleet.stored import DayOff, stored
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import NO_DAY, Form, Page, Redirect

FIELDS = ("day", "note")


async def days(ask: Ask, removed: UUID | None = None) -> Page:
    """The days to come; `removed` can be put back."""
    gone = await book.removed_day(ask, removed) if removed else None
    return await _list(ask, gone=gone)


async def add_day(act: Act, form: Form) -> Page | Redirect:
    """Another day off, or the page again with what is wrong."""
    try:
        await book.add_day(act, _read(act, form))
    except UserError as mistake:
        return await _list(act, form, mistake)
    return Redirect(DAYS, _ADDED)


async def remove_day(act: Act, day: UUID) -> Redirect:
    """Away at once; the page that follows offers to put it back."""
    await book.remove_day(act, await book.day_named(act, day))
    return Redirect(f"{DAYS}?removed={day}")


async def restore_day(act: Act, day: UUID) -> Redirect:
    """There again, unless the day has another one by now."""
    try:
        await book.restore_day(act, await book.day_named(act, day))
    except UserError as refused:
        return Redirect(DAYS, refused.reason)
    return Redirect(DAYS, _RESTORED)


def _read(act: Act, form: Form) -> DayOff:
    reading = form.reading()
    day = reading.day("day", required=True)
    today = act.now.astimezone(act.zone).date()
    if day and not today <= day <= today.replace(year=today.year + 3, day=1):
        reading.refuse("day", NO_DAY)
    note = reading.text("note")
    if len(note) > LONGEST:
        reading.refuse("note", _LONG)
    reading.done()
    assert day is not None
    return DayOff(uuid4(), day, note)


async def _list(
    ask: Ask,
    form: Form | None = None,
    mistake: UserError | None = None,
    gone: DayOff | None = None,
) -> Page:
    found = await stored(ask)
    return Page(
        "delivery_fleet/days.html",
        {
            "rows": found.days,
            "gone": gone,
            "editor": ask.actor.may(EDIT),
            "typed": {**dict.fromkeys(FIELDS, ""), **(form.values() if form else {})},
            "mistakes": mistakes_of(mistake.fields if mistake else {}, FIELDS, ask.locale),
        },
        status=422 if mistake else 200,
    )


_LONG = Reason("delivery_fleet.long", f"До {LONGEST} знаков", f"Up to {LONGEST} characters")
_ADDED = Reason("delivery_fleet.day_added", "День добавлен", "The day is added")
_RESTORED = Reason("delivery_fleet.day_restored", "День возвращён", "The day is back")
