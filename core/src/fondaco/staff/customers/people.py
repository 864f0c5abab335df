"""The people of a customer for staff: the pages of the company's administrator, on its card."""

from uuid import UUID

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity import people
from fondaco.identity.people_pages import (
    BACK,
    INVITED,
    OUT,
    WITHDRAWN,
    form_page,
    list_page,
    save_invitation,
    save_person,
)
from fondaco.staff.customers.form_page import CARD, HOME
from fondaco.staff.customers.rights import MANAGE, Found, customer_for
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

PEOPLE = f"{CARD}/people"
_NOT_ACTIVE = Reason(
    "customer.not_active",
    "Приглашать можно людей принятых клиентов. Сначала примите клиента",
    "Only people of accepted customers are invited. Accept the customer first",
)


@route("GET", PEOPLE, policy=MANAGE)
async def people_page(ask: AskContext, uuid: UUID) -> Page:
    """Everybody, whom the ERP named, and the invitations that wait."""
    customer = await customer_for(ask, uuid)
    card = f"{HOME}/{uuid}"
    return await list_page(ask, customer.id, _home(uuid), [(card, customer.name)])


@route("GET", f"{PEOPLE}/invite", policy=MANAGE)
async def invite_page(ask: AskContext, uuid: UUID) -> Page:
    """The form of an invitation: the first person of a customer administers it."""
    customer = await customer_for(ask, uuid)
    roles = {"roles": ("company_admin", "buyer")}
    return await form_page(ask, customer.id, _home(uuid), roles, {})


@route("POST", f"{PEOPLE}/invite", policy=MANAGE)
async def post_invite(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Invite somebody."""
    customer = await _accepted(ask, uuid)
    return await save_invitation(ask, customer.id, _home(uuid), form)


@route("POST", f"{PEOPLE}/invitations/{{invitation:uuid}}/send", policy=MANAGE)
async def post_send(act: ActContext, uuid: UUID, invitation: UUID) -> Redirect:
    """A letter, the first one or another."""
    customer = await _accepted(act, uuid)
    await people.send_again(act, customer.id, invitation)
    return Redirect(_home(uuid), INVITED)


@route("POST", f"{PEOPLE}/invitations/{{invitation:uuid}}/withdraw", policy=MANAGE)
async def post_withdraw(act: ActContext, uuid: UUID, invitation: UUID) -> Redirect:
    """Take an invitation back."""
    customer = await customer_for(act, uuid)
    await people.withdraw(act, customer.id, invitation)
    return Redirect(_home(uuid), WITHDRAWN)


@route("GET", f"{PEOPLE}/{{person:uuid}}", policy=MANAGE)
async def person_page(ask: AskContext, uuid: UUID, person: UUID) -> Page:
    """Roles and outlets of somebody."""
    customer = await customer_for(ask, uuid)
    return await form_page(ask, customer.id, _home(uuid), {}, {}, person)


@route("POST", f"{PEOPLE}/{{person:uuid}}", policy=MANAGE)
async def post_person(ask: AskContext, uuid: UUID, person: UUID, form: Form) -> Page | Redirect:
    """Change them."""
    customer = await customer_for(ask, uuid)
    return await save_person(ask, customer.id, _home(uuid), person, form)


@route("POST", f"{PEOPLE}/{{person:uuid}}/deactivate", policy=MANAGE)
async def post_deactivate(act: ActContext, uuid: UUID, person: UUID) -> Redirect:
    """Let somebody in no more."""
    customer = await customer_for(act, uuid)
    await people.deactivate(act, customer.id, person)
    return Redirect(_home(uuid), OUT)


@route("POST", f"{PEOPLE}/{{person:uuid}}/activate", policy=MANAGE)
async def post_activate(act: ActContext, uuid: UUID, person: UUID) -> Redirect:
    """Let somebody in again."""
    customer = await customer_for(act, uuid)
    await people.activate(act, customer.id, person)
    return Redirect(_home(uuid), BACK)


def _home(uuid: UUID) -> str:
    return f"{HOME}/{uuid}/people"


async def _accepted(ask: AskContext, uuid: UUID) -> Found:
    customer = await customer_for(ask, uuid)
    if customer.state != "active":
        raise Conflict(_NOT_ACTIVE)
    return customer
