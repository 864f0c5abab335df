"""The staff's form of a campaign: a new one, or another shape for one that is there."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from fondaco_promotions import campaigns as book
from fondaco_promotions.campaign import LONGEST
from fondaco_promotions.campaign_form import FIELDS, HOW, TAKES, filled, read_campaign
from fondaco_promotions.goods import categories, names_of
from fondaco_promotions.manifest import STAFF
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


async def new_campaign(ask: Ask) -> Page:
    """An empty form: an automatic percent off prices, from now on."""
    now = ask.now.astimezone(ask.zone).strftime("%Y-%m-%dT%H:%M")
    return await _page(ask, None, {"takes": TAKES[0], "how": HOW[0], "starts_at": now})


async def add_campaign(act: Act, form: Form) -> Page | Redirect:
    """A new campaign, or the form again with what is wrong."""
    try:
        wanted = await read_campaign(act, form, uuid4())
        await book.add(act, wanted)
    except UserError as mistake:
        return await _page(act, None, form.values(), form.all("categories"), mistake)
    return Redirect(f"{STAFF}/{wanted.uuid}", _SAVED)


async def edit_campaign(ask: Ask, campaign: UUID) -> Page | Redirect:
    """The form of one campaign; a removed one can only be put back."""
    found = await book.stored(ask, campaign)
    if found.removed:
        return Redirect(f"{STAFF}?removed={campaign}")
    typed = filled(found.campaign, await names_of(ask, found.campaign), ask.zone)
    return await _page(ask, found, typed, [str(c) for c in found.campaign.categories])


async def change_campaign(act: Act, form: Form, campaign: UUID) -> Page | Redirect:
    """Another shape, or the form again with what is wrong."""
    found = await book.stored(act, campaign)
    try:
        await book.change(act, await read_campaign(act, form, campaign))
    except UserError as mistake:
        return await _page(act, found, form.values(), form.all("categories"), mistake)
    return Redirect(f"{STAFF}/{campaign}", _SAVED)


async def _page(
    ask: Ask,
    found: book.Stored | None,
    typed: Mapping[str, str],
    chosen: Sequence[str] = (),
    mistake: UserError | None = None,
) -> Page:
    fields = mistake.fields if mistake else {}
    return Page(
        "promotions/form.html",
        {
            "stored": found,
            "typed": {**dict.fromkeys(FIELDS, ""), **typed},
            "chosen": chosen,
            "categories": [(str(id_), name) for id_, name in await categories(ask)],
            "mistakes": {n: fields[n].text(ask.locale) for n in FIELDS if n in fields},
            "takes": TAKES,
            "how": HOW,
            "currency": ask.currency,
            "longest": LONGEST,
            "zone": ask.zone.key,
        },
        status=422 if mistake else 200,
    )


_SAVED = Reason("promotions.saved", "Акция сохранена", "The promotion is saved")
