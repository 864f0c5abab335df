"""Merging customers: choose into which, read what will move, confirm."""

from uuid import UUID

from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.form_page import CARD, HOME
from fondaco.staff.customers.listing import list_customers
from fondaco.staff.customers.rights import MANAGE, customer_for
from fondaco.staff.merging import merge, what_moves
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

_DONE = Reason("merge.done", "Клиенты объединены", "The customers were merged")


@route("GET", f"{CARD}/merge", policy=MANAGE)
async def choose_page(ask: AskContext, uuid: UUID, q: str = "") -> Page:
    """Find the customer that stays."""
    customer = await customer_for(ask, uuid)
    wanted = q.strip()
    found = (await list_customers(ask, wanted, "active", 1)).rows if wanted else ()
    context = {
        "customer": customer,
        "wanted": wanted,
        "found": [row for row in found if row.uuid != uuid],
    }
    return Page("staff/merge.html", context)


@route("GET", f"{CARD}/merge/{{into:uuid}}", policy=MANAGE)
async def confirm_page(ask: AskContext, uuid: UUID, into: UUID) -> Page:
    """What will move, since there is no way back."""
    customer, other = await customer_for(ask, uuid), await customer_for(ask, into)
    moving, refusal = None, ""
    try:
        moving = await what_moves(ask, customer.id, other.id)
    except Conflict as refused:
        refusal = refused.reason.text(ask.locale)
    context = {"customer": customer, "into": other, "moving": moving, "refusal": refusal}
    return Page("staff/merge_confirm.html", context, 409 if refusal else 200)


@route("POST", f"{CARD}/merge/{{into:uuid}}", policy=MANAGE)
async def post_merge(act: ActContext, uuid: UUID, into: UUID) -> Redirect:
    """Merge."""
    customer, other = await customer_for(act, uuid), await customer_for(act, into)
    await merge(act, customer.id, other.id)
    return Redirect(f"{HOME}/{into}", notice=_DONE)
