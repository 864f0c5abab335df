"""Monthly limits of a customer, for staff: the company's own page under another address."""

from uuid import UUID

from fondaco.customers import limits
from fondaco.customers.limit_pages import (
    RESTORED,
    form_page,
    list_page,
    save_changed,
    save_new,
)
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.form_page import CARD, HOME
from fondaco.staff.customers.rights import MANAGE, VIEW, customer_for, find_customer
from fondaco.web.routing import route
from fondaco_sdk.web import Form, Page, Redirect

LIMITS = f"{CARD}/limits"


@route("GET", LIMITS, policy=VIEW)
async def limits_page(ask: AskContext, uuid: UUID, ended: UUID | None = None) -> Page:
    """The limits of a customer with what is left of them."""
    customer = await find_customer(ask, uuid)
    mine = customer.open_to(ask) and ask.actor.may(MANAGE)
    back = ((HOME, "staff.customers"), (f"{HOME}/{uuid}", customer.name))
    return await list_page(ask, customer.id, _home(uuid), ended, may_manage=mine, back=back)


@route("GET", f"{LIMITS}/new", policy=MANAGE)
async def new_limit_page(ask: AskContext, uuid: UUID) -> Page:
    """The form of another limit."""
    return await form_page(ask, (await customer_for(ask, uuid)).id, _home(uuid), {}, {})


@route("POST", f"{LIMITS}/new", policy=MANAGE)
async def post_new_limit(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Set a limit."""
    return await save_new(ask, (await customer_for(ask, uuid)).id, _home(uuid), form)


@route("GET", f"{LIMITS}/{{limit:uuid}}", policy=MANAGE)
async def limit_page(ask: AskContext, uuid: UUID, limit: UUID) -> Page:
    """The amount of a limit."""
    return await form_page(ask, (await customer_for(ask, uuid)).id, _home(uuid), {}, {}, limit)


@route("POST", f"{LIMITS}/{{limit:uuid}}", policy=MANAGE)
async def post_limit(ask: AskContext, uuid: UUID, limit: UUID, form: Form) -> Page | Redirect:
    """Change it."""
    company = (await customer_for(ask, uuid)).id
    return await save_changed(ask, company, _home(uuid), limit, form)


@route("POST", f"{LIMITS}/{{limit:uuid}}/end", policy=MANAGE)
async def post_end(act: ActContext, uuid: UUID, limit: UUID) -> Redirect:
    """Take a limit away; the page offers to bring it back."""
    await limits.end_limit(act, (await customer_for(act, uuid)).id, limit)
    return Redirect(f"{_home(uuid)}?ended={limit}")


@route("POST", f"{LIMITS}/{{limit:uuid}}/restore", policy=MANAGE)
async def post_restore(act: ActContext, uuid: UUID, limit: UUID) -> Redirect:
    """Bring it back."""
    await limits.restore_limit(act, (await customer_for(act, uuid)).id, limit)
    return Redirect(_home(uuid), RESTORED)


def _home(uuid: UUID) -> str:
    return f"{HOME}/{uuid}/limits"
