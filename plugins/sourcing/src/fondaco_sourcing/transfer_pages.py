"""The staff's pages of transfers: a list with a form for a new one, and one to change."""

from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID, uuid4

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import PlaceId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading, Page, Redirect
from fondaco_sourcing import transfer_book as book
from fondaco_sourcing.forms import hour, whole
from fondaco_sourcing.manifest import EDIT, TRANSFERS
from fondaco_sourcing.place_form import clock, read_cost
from fondaco_sourcing.stored import Stored, StoredPlace, StoredTransfer, stored

FIELDS = ("source", "target", "weekdays", "cut_off", "road_days", "cost")
MOST_ROAD = 60
_WEEKDAYS = tuple(str(day) for day in range(7))


async def transfers(ask: Ask, removed: UUID | None = None) -> Page:
    """Every transfer and a form for a new one; `removed` can be put back."""
    gone = await book.removed_transfer(ask, removed) if removed else None
    return _list(ask, await stored(ask), gone=gone)


async def add_transfer(act: Act, form: Form) -> Page | Redirect:
    """A new transfer, or the form again with what is wrong."""
    found = await stored(act)
    try:
        await book.add_transfer(act, _read(form, uuid4(), found.places))
    except UserError as mistake:
        return _list(act, found, form, mistake)
    return Redirect(TRANSFERS, _SAVED)


async def transfer(ask: Ask, transfer: UUID) -> Page:
    """The form of one transfer."""
    one = await book.transfer_of(ask, transfer)
    found = await stored(ask)
    uuids = {place.id: str(place.uuid) for place in found.places}
    typed = {
        "source": uuids.get(one.source_id, ""),
        "target": uuids.get(one.target_id, ""),
        "cut_off": clock(one.cut_off),
        "road_days": str(one.road_days),
        "cost": f"{one.cost.normalize():f}",
    }
    return _one(ask, found, one, typed, [str(day) for day in one.weekdays])


async def change_transfer(act: Act, form: Form, transfer: UUID) -> Page | Redirect:
    """Another shape, or the form again with what is wrong."""
    one = await book.transfer_of(act, transfer)
    found = await stored(act)
    try:
        await book.change_transfer(act, _read(form, transfer, found.places))
    except UserError as mistake:
        return _one(act, found, one, form.values(), form.all("weekdays"), mistake)
    return Redirect(TRANSFERS, _SAVED)


async def remove_transfer(act: Act, transfer: UUID) -> Redirect:
    """Away at once; the page that follows offers to put it back."""
    await book.remove_transfer(act, await book.transfer_of(act, transfer))
    return Redirect(f"{TRANSFERS}?removed={transfer}")


async def restore_transfer(act: Act, transfer: UUID) -> Redirect:
    """There again, unless it would close a circle by now."""
    try:
        await book.restore_transfer(act, await book.transfer_of(act, transfer))
    except UserError as refused:
        return Redirect(TRANSFERS, refused.reason)
    return Redirect(TRANSFERS, _RESTORED)


def _read(form: Form, uuid: UUID, places: Sequence[StoredPlace]) -> StoredTransfer:
    reading = form.reading()
    source, target = (_place(reading, name, places) for name in ("source", "target"))
    if source and source == target:
        reading.refuse("target", _SAME)
    days = [day for day in reading.all("weekdays") if day in _WEEKDAYS]
    if not days:
        reading.refuse("weekdays", _NO_WEEKDAY)
    cut_off = hour(reading, "cut_off")
    if cut_off is None:
        reading.required("cut_off")
    wanted = StoredTransfer(
        uuid,
        source,
        target,
        tuple(sorted({int(day) for day in days})),
        cut_off or time(0),
        whole(reading, "road_days", MOST_ROAD),
        read_cost(reading),
    )
    reading.done()
    return wanted


def _place(reading: FormReading, name: str, places: Sequence[StoredPlace]) -> PlaceId:
    known = {str(place.uuid): place.id for place in places}
    return known.get(reading.choice(name, known), PlaceId(0))


def _list(
    ask: Ask,
    found: Stored,
    form: Form | None = None,
    mistake: UserError | None = None,
    gone: StoredTransfer | None = None,
) -> Page:
    names = {place.id: place.name for place in found.places}
    elsewhere = next((str(place.uuid) for place in found.places[1:]), "")
    usual = {"target": elsewhere, "cut_off": "12:00", "road_days": "1"}
    typed = form.values() if form else usual
    chosen = form.all("weekdays") if form else ()
    return Page(
        "sourcing/transfers.html",
        {
            **_fields(ask, found, typed, chosen, mistake),
            "rows": [
                (one, names[one.source_id], names[one.target_id])
                for one in found.transfers
                if one.source_id in names and one.target_id in names
            ],
            "gone": gone,
            "gone_names": (names.get(gone.source_id, "?"), names.get(gone.target_id, "?"))
            if gone
            else None,
            "editor": ask.actor.may(EDIT),
        },
        status=422 if mistake else 200,
    )


def _one(
    ask: Ask,
    found: Stored,
    one: StoredTransfer,
    typed: Mapping[str, str],
    chosen: Sequence[str],
    mistake: UserError | None = None,
) -> Page:
    return Page(
        "sourcing/transfer.html",
        {**_fields(ask, found, typed, chosen, mistake), "transfer": one},
        status=422 if mistake else 200,
    )


def _fields(
    ask: Ask,
    found: Stored,
    typed: Mapping[str, str],
    chosen: Sequence[str],
    mistake: UserError | None,
) -> dict[str, object]:
    fields = mistake.fields if mistake else {}
    return {
        "typed": {**dict.fromkeys(FIELDS, ""), **typed},
        "chosen": chosen,
        "mistakes": {n: fields[n].text(ask.locale) for n in FIELDS if n in fields},
        "places": [(str(place.uuid), place.name) for place in found.places],
        "currency": ask.currency,
    }


_SAME = Reason(
    "sourcing.same_place",
    "Рейс идёт на другой склад",
    "A transfer goes to another place",
)
_NO_WEEKDAY = Reason("sourcing.no_weekday", "Отметьте хотя бы один день", "Choose at least one day")
_SAVED = Reason("sourcing.transfer_saved", "Рейс сохранён", "The transfer is saved")
_RESTORED = Reason("sourcing.transfer_restored", "Рейс возвращён", "The transfer is back")
