"""The staff's pages of places: what each would promise now, its calendar and its terms."""

from collections.abc import Mapping
from datetime import time
from uuid import UUID, uuid4

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect
from fondaco_sourcing.calendar import weekdays
from fondaco_sourcing.day_book import days_of, removed_day
from fondaco_sourcing.forms import LONGEST
from fondaco_sourcing.manifest import EDIT, PLACES, STAFF
from fondaco_sourcing.official import COUNTRIES
from fondaco_sourcing.place_book import place_of, save_place
from fondaco_sourcing.place_form import (
    FIELDS,
    KINDS,
    NO_COUNTRY,
    REPORT_HOURS,
    WEEK,
    clock,
    filled,
    read_place,
    zones,
)
from fondaco_sourcing.promise import Promise, promise
from fondaco_sourcing.settings import SourcingSettings
from fondaco_sourcing.stored import StoredPlace, stored, terms_of
from fondaco_sourcing.wording import reason_of, refusal_of

DAY_FIELDS = ("day", "until", "note_ru", "note_en")


async def places(ask: Ask) -> Page:
    """Every place and what it promises to whoever orders now."""
    settings = ask.settings(SourcingSettings)
    found = await stored(ask)
    network = found.network(settings)
    rows = []
    for place in found.places:
        answer = promise(network, network.sites[place.id], ask.now)
        ready = answer.ready_on if isinstance(answer, Promise) else None
        words = reason_of(answer) if isinstance(answer, Promise) else refusal_of(answer)
        rows.append((place, ready, words))
    return Page(
        "sourcing/places.html",
        {
            "rows": rows,
            "editor": ask.actor.may(EDIT),
            "strategy": settings.strategy.value,
            "default_country": settings.holidays or NO_COUNTRY,
        },
    )


async def new_place(ask: Ask) -> Page:
    """An empty form, with the hours of most warehouses."""
    hours = weekdays(time(16))
    typed = {
        "kind": "own",
        "timezone": ask.zone.key,
        **{name: clock(until) for name, until in zip(WEEK, hours, strict=True)},
        "country": ask.settings(SourcingSettings).holidays or NO_COUNTRY,
        "ships": "1",
        "report_hours": str(REPORT_HOURS),
    }
    return await _page(ask, None, typed)


async def add_place(act: Act, form: Form) -> Page | Redirect:
    """A new place, or the form again with what is wrong."""
    uuid = uuid4()
    try:
        data, wanted = read_place(form, uuid)
    except UserError as mistake:
        return await _page(act, None, form.values(), mistake)
    await save_place(act, data, wanted, None)
    return Redirect(f"{PLACES}/{uuid}", _SAVED)


async def place(ask: Ask, place: UUID, removed: UUID | None = None) -> Page:
    """The form of one place, and its days that differ; `removed` can be put back."""
    found = place_of((await stored(ask)).places, place)
    typed = filled(found, terms_of(found, ask.settings(SourcingSettings)))
    return await _page(ask, found, typed, removed=removed)


async def change_place(act: Act, form: Form, place: UUID) -> Page | Redirect:
    """Other terms, or the form again with what is wrong."""
    found = place_of((await stored(act)).places, place)
    try:
        data, wanted = read_place(form, place, found.timezone)
    except UserError as mistake:
        return await _page(act, found, form.values(), mistake)
    await save_place(act, data, wanted, found)
    return Redirect(f"{PLACES}/{place}", _SAVED)


async def place_page(
    ask: Ask, found: StoredPlace, day_typed: Mapping[str, str], mistake: UserError
) -> Page:
    """The page of a place with what was wrong in the form of its days."""
    typed = filled(found, terms_of(found, ask.settings(SourcingSettings)))
    return await _page(ask, found, {**typed, **day_typed}, mistake)


async def _page(
    ask: Ask,
    found: StoredPlace | None,
    typed: Mapping[str, str],
    mistake: UserError | None = None,
    removed: UUID | None = None,
) -> Page:
    fields = mistake.fields if mistake else {}
    names = (*FIELDS, *DAY_FIELDS)
    return Page(
        "sourcing/place.html",
        {
            "place": found,
            "typed": {**dict.fromkeys(names, ""), **typed},
            "mistakes": {n: fields[n].text(ask.locale) for n in names if n in fields},
            "week": WEEK,
            "kinds": KINDS,
            "zones": zones(found.timezone if found else ask.zone.key),
            "countries": (*COUNTRIES, NO_COUNTRY),
            "currency": ask.currency,
            "longest": LONGEST,
            "days": await days_of(ask, found) if found else (),
            "gone": await removed_day(ask, removed) if removed else None,
            "editor": ask.actor.may(EDIT),
            "list": STAFF,
        },
        status=422 if mistake else 200,
    )


_SAVED = Reason("sourcing.saved", "Склад сохранён", "The place is saved")
