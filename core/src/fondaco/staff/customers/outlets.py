"""The outlets of a customer, kept by staff; two of them may turn out to be one."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fondaco.customers.joined_outlets import match_outlets, part_outlets
from fondaco.customers.new_outlet import without_house
from fondaco.customers.service import put_outlet
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.fields import OUTLET
from fondaco.staff.customers.form_page import CARD, HOME, form_page, saved
from fondaco.staff.customers.forms import read_outlet
from fondaco.staff.customers.parts import one_of, outlets_of
from fondaco.staff.customers.rights import MANAGE, Found, customer_for
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", f"{CARD}/outlets/new", policy=MANAGE)
async def new_outlet_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of another outlet."""
    return await _outlet_page(await customer_for(ask, uuid), {}, {})


@route("POST", f"{CARD}/outlets/new", policy=MANAGE)
async def post_new_outlet(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add an outlet."""
    return await _save_outlet(ask, uuid, form)


@route("GET", f"{CARD}/outlets/{{outlet:uuid}}", policy=MANAGE)
async def outlet_form(ask: AskContext, uuid: UUID, outlet: UUID) -> Page:
    """The form of an outlet."""
    customer = await customer_for(ask, uuid)
    row = one_of(await outlets_of(ask, customer.id), outlet)
    return await _outlet_page(customer, {"name": row.name, "address": row.address}, {}, outlet)


@route("POST", f"{CARD}/outlets/{{outlet:uuid}}", policy=MANAGE)
async def post_outlet(ask: AskContext, uuid: UUID, outlet: UUID, form: Form) -> Page | Redirect:
    """Change an outlet."""
    return await _save_outlet(ask, uuid, form, outlet)


async def _save_outlet(
    ask: AskContext, uuid: UUID, form: Form, outlet: UUID | None = None
) -> Page | Redirect:
    customer = await customer_for(ask, uuid)
    if outlet is not None:
        one_of(await outlets_of(ask, customer.id), outlet)

    async def save(act: ActContext) -> Redirect:
        await put_outlet(act, customer.id, read_outlet(form), outlet)
        return saved(customer)

    asked = without_house(form)
    return await save_form(
        ask, form, save, partial(_outlet_page, customer, outlet=outlet, asked=asked)
    )


async def _outlet_page(
    customer: Found,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    outlet: UUID | None = None,
    asked: str = "",
) -> Page:
    title = "outlet" if outlet else "new_outlet"
    return form_page(
        title,
        OUTLET,
        typed,
        mistakes,
        uuid=customer.uuid,
        customer=customer.name,
        no_house=asked,
    )


@route("POST", f"{CARD}/outlets/match", policy=MANAGE)
async def post_outlet_match(ask: AskContext, uuid: UUID, form: Form) -> Redirect:
    """An outlet is the one that the ERP sent; the card then offers to undo it, or says why not."""
    customer = await customer_for(ask, uuid)
    typed, known = (_uuid(form.text(name)) for name in ("typed", "known"))
    try:
        async with ask.act() as act:
            await match_outlets(act, customer.id, typed, known)
    except Conflict as refused:
        return Redirect(f"{HOME}/{uuid}", refused=refused.reason)
    return Redirect(f"{HOME}/{uuid}?joined={typed}")


@route("POST", f"{CARD}/outlets/{{outlet:uuid}}/part", policy=MANAGE)
async def post_outlet_part(ask: AskContext, uuid: UUID, outlet: UUID) -> Redirect:
    """They are two after all; back at the card, be it with why it is too late."""
    customer = await customer_for(ask, uuid)
    try:
        async with ask.act() as act:
            await part_outlets(act, customer.id, outlet)
    except Conflict as refused:
        return Redirect(f"{HOME}/{uuid}", refused=refused.reason)
    return Redirect(f"{HOME}/{uuid}", notice=_PARTED)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


_PARTED = Reason(
    "customer.outlets_parted",
    "Точки снова разные, как были",
    "The outlets are two again, as they were",
)
