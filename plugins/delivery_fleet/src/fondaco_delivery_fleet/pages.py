"""The staff's pages of zones: a list with a try-out and a new one, and one to change."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from fondaco_delivery_fleet import book
from fondaco_delivery_fleet.form import FIELDS, filled, mistakes_of, read_zone
from fondaco_delivery_fleet.manifest import EDIT, STAFF
from fondaco_delivery_fleet.rule import Zone
from fondaco_delivery_fleet.settings import FleetSettings
from fondaco_delivery_fleet.stored import stored
from fondaco_delivery_fleet.trying import tried
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

_USUAL = {"cut_off": "16:00", "lead_days": "1", "included_kg": "0", "per_kg": "0"}


async def zones(
    ask: Ask,
    removed: UUID | None = None,
    address: str = "",
    value: str = "",
    weight: str = "",
) -> Page:
    """Every zone, a try-out and a form for a new one; `removed` can be put back."""
    gone = await book.removed_zone(ask, removed) if removed else None
    asked = {"address": address, "value": value, "weight": weight}
    return await _list(ask, gone=gone, asked=asked)


async def add_zone(act: Act, form: Form) -> Page | Redirect:
    """A new zone, or the form again with what is wrong."""
    try:
        await book.add_zone(act, read_zone(form, uuid4()))
    except UserError as mistake:
        return await _list(act, form, mistake)
    return Redirect(STAFF, _SAVED)


async def zone(ask: Ask, zone: UUID) -> Page:
    """The form of one zone."""
    one = await book.zone_named(ask, zone)
    return _one(ask, one, filled(one), [str(day) for day in one.weekdays])


async def change_zone(act: Act, form: Form, zone: UUID) -> Page | Redirect:
    """Another shape, or the form again with what is wrong."""
    one = await book.zone_named(act, zone)
    try:
        await book.change_zone(act, read_zone(form, zone))
    except UserError as mistake:
        return _one(act, one, form.values(), form.all("weekdays"), mistake)
    return Redirect(STAFF, _SAVED)


async def remove_zone(act: Act, zone: UUID) -> Redirect:
    """Away at once; the page that follows offers to put it back."""
    await book.remove_zone(act, await book.zone_named(act, zone))
    return Redirect(f"{STAFF}?removed={zone}")


async def restore_zone(act: Act, zone: UUID) -> Redirect:
    """There again."""
    await book.restore_zone(act, await book.zone_named(act, zone))
    return Redirect(STAFF, _RESTORED)


async def _list(
    ask: Ask,
    form: Form | None = None,
    mistake: UserError | None = None,
    gone: Zone | None = None,
    asked: Mapping[str, str] | None = None,
) -> Page:
    found = await stored(ask)
    asked = asked or {"address": "", "value": "", "weight": ""}
    settings = ask.settings(FleetSettings)
    return Page(
        "delivery_fleet/zones.html",
        {
            **_fields(
                ask,
                form.values() if form else _USUAL,
                form.all("weekdays") if form else (),
                mistake,
            ),
            "rows": found.zones,
            "gone": gone,
            "editor": ask.actor.may(EDIT),
            "asked": asked,
            "tried": tried(ask, found, settings, asked) if asked["address"] else None,
        },
        status=422 if mistake else 200,
    )


def _one(
    ask: Ask,
    one: Zone,
    typed: Mapping[str, str],
    chosen: Sequence[str],
    mistake: UserError | None = None,
) -> Page:
    return Page(
        "delivery_fleet/zone.html",
        {**_fields(ask, typed, chosen, mistake), "zone": one},
        status=422 if mistake else 200,
    )


def _fields(
    ask: Ask, typed: Mapping[str, str], chosen: Sequence[str], mistake: UserError | None
) -> dict[str, object]:
    return {
        "typed": {**dict.fromkeys(FIELDS, ""), **typed},
        "chosen": chosen,
        "mistakes": mistakes_of(mistake.fields if mistake else {}, FIELDS, ask.locale),
        "currency": ask.currency,
    }


_SAVED = Reason("delivery_fleet.saved", "Зона сохранена", "The zone is saved")
_RESTORED = Reason("delivery_fleet.restored", "Зона возвращена", "The zone is back")
