"""The staff's pages of branches: outlets that are looked for, and by which places one is served."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.types.ids import PlaceId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect
from fondaco_sourcing import branch_book as book
from fondaco_sourcing.manifest import EDIT, OUTLETS
from fondaco_sourcing.stored import stored


async def outlets(ask: Ask, q: str = "", changed: UUID | None = None, were: str = "") -> Page:
    """Outlets with branches, or those that are looked for; one that was `changed` can go back.

    `were` are the places that served it, by their uuids.
    """
    wanted = q.strip()[:100]
    found = await book.outlets_found(ask, wanted)
    gone = await book.outlet_of(ask, changed) if changed else None
    return Page(
        "sourcing/outlets.html",
        {
            "rows": found[: book.MOST_LISTED],
            "more": len(found) > book.MOST_LISTED,
            "wanted": wanted,
            "gone": gone,
            "undo": f"{OUTLETS}/{changed}/restore?{urlencode({'places': were})}",
            "editor": ask.actor.may(EDIT),
        },
    )


async def outlet(ask: Ask, outlet: UUID) -> Page:
    """The places that serve one outlet."""
    found = await book.outlet_of(ask, outlet)
    places = [(str(one.uuid), one.name) for one in (await stored(ask)).places]
    chosen = [str(one) for one in found.places]
    return Page("sourcing/outlet.html", {"outlet": found, "places": places, "chosen": chosen})


async def change_outlet(act: Act, form: Form, outlet: UUID) -> Redirect:
    """At once; the page that follows offers to undo it."""
    found = await book.outlet_of(act, outlet)
    await book.serve(act, found, await _places(act, form.all("places")))
    were = ",".join(str(one) for one in found.places)
    return Redirect(f"{OUTLETS}?{urlencode({'changed': outlet, 'were': were})}", _SAVED)


async def restore_outlet(act: Act, outlet: UUID, places: str = "") -> Redirect:
    """As it was."""
    found = await book.outlet_of(act, outlet)
    await book.serve(act, found, await _places(act, places.split(",")))
    return Redirect(OUTLETS, _RESTORED)


async def _places(act: Act, named: Sequence[str]) -> Mapping[UUID, PlaceId]:
    """What is none of ours is left out."""
    return {one.uuid: one.id for one in (await stored(act)).places if str(one.uuid) in named}


_SAVED = Reason("sourcing.outlet_saved", "Обслуживание сохранено", "It is saved who serves it")
_RESTORED = Reason("sourcing.outlet_restored", "Обслуживание возвращено", "It is as it was")
