"""The days of a place that differ: added on its page, removed, put back."""

from uuid import UUID, uuid4

from fondaco_sdk.context import Act
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect
from fondaco_sourcing import day_book as book
from fondaco_sourcing.forms import day as read_day
from fondaco_sourcing.forms import hour, words
from fondaco_sourcing.manifest import PLACES
from fondaco_sourcing.place_book import place_of, place_with
from fondaco_sourcing.place_pages import place_page
from fondaco_sourcing.stored import StoredPlace, stored

_PAST = Reason("sourcing.day_past", "Этот день уже прошёл", "This day has passed already")


async def add_day(act: Act, form: Form, place: UUID) -> Page | Redirect:
    """Another day that differs, or the page again with what is wrong."""
    found = place_of((await stored(act)).places, place)
    try:
        wanted = _read(act, form, found)
        await book.add_day(act, wanted)
    except UserError as mistake:
        return await place_page(act, found, form.values(), mistake)
    return Redirect(f"{PLACES}/{place}", _ADDED)


async def remove_day(act: Act, day: UUID) -> Redirect:
    """As its week says again; the page that follows offers to undo it."""
    found = await book.day_of(act, day)
    await book.remove_day(act, found)
    return Redirect(f"{PLACES}/{await _place(act, found)}?removed={day}")


async def restore_day(act: Act, day: UUID) -> Redirect:
    """As it was."""
    found = await book.day_of(act, day)
    href = f"{PLACES}/{await _place(act, found)}"
    try:
        await book.restore_day(act, found)
    except UserError as refused:
        return Redirect(href, refused.reason)
    return Redirect(href, _RESTORED)


def _read(act: Act, form: Form, place: StoredPlace) -> book.SpecialDay:
    reading = form.reading()
    on = read_day(reading, "day")
    if on and on < act.now.astimezone(act.zone).date():
        reading.refuse("day", _PAST)
    until = hour(reading, "until")
    notes = words(reading, "note_ru"), words(reading, "note_en")
    reading.done()
    assert on is not None
    return book.SpecialDay(uuid4(), place.id, on, until, *notes)


async def _place(act: Act, found: book.SpecialDay) -> UUID:
    return place_with((await stored(act)).places, found.place_id).uuid


_ADDED = Reason("sourcing.day_added", "Исключение добавлено", "The exception is added")
_RESTORED = Reason("sourcing.day_restored", "Исключение возвращено", "The exception is back")
