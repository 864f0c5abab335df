"""What a customer is made of, kept by staff: legal entities, outlets, agreements, accounts."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from fondaco.customers.joined_outlets import match_outlets, part_outlets
from fondaco.customers.service import (
    add_account,
    drop_account,
    put_agreement,
    put_entity,
    put_outlet,
)
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customer_fields import (
    ENTITY,
    HOME,
    OUTLET,
    account_fields,
    agreement_fields,
    form_page,
)
from fondaco.staff.customer_forms import (
    read_account,
    read_agreement,
    read_choices,
    read_entity,
    read_outlet,
    typed_agreement,
    typed_entity,
)
from fondaco.staff.customer_model import AgreementRow, agreements_of, entities_of, outlets_of
from fondaco.staff.customer_rights import Found, customer_for
from fondaco.staff.customers import MANAGE, SAVED
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

CARD = f"{HOME}/{{uuid:uuid}}"
T = TypeVar("T", bound=Struct)


@route("GET", f"{CARD}/entities/new", policy=MANAGE)
async def new_entity_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of another legal entity."""
    return await _entity_page(await customer_for(ask, uuid), {"country": "RU"}, {})


@route("POST", f"{CARD}/entities/new", policy=MANAGE)
async def post_new_entity(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a legal entity."""
    return await _save_entity(ask, uuid, form)


@route("GET", f"{CARD}/entities/{{entity:uuid}}", policy=MANAGE)
async def entity_form(ask: AskContext, uuid: UUID, entity: UUID) -> Page:
    """The form of a legal entity."""
    customer = await customer_for(ask, uuid)
    row = _one(await entities_of(ask, customer.id), entity)
    return await _entity_page(customer, typed_entity(row), {}, entity)


@route("POST", f"{CARD}/entities/{{entity:uuid}}", policy=MANAGE)
async def post_entity(ask: AskContext, uuid: UUID, entity: UUID, form: Form) -> Page | Redirect:
    """Change a legal entity."""
    return await _save_entity(ask, uuid, form, entity)


async def _save_entity(
    ask: AskContext, uuid: UUID, form: Form, entity: UUID | None = None
) -> Page | Redirect:
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        await put_entity(act, customer.id, read_entity(form), entity)
        return _saved(customer)

    return await save_form(ask, form, save, partial(_entity_page, customer, entity=entity))


async def _entity_page(
    customer: Found,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    entity: UUID | None = None,
) -> Page:
    title = "entity" if entity else "new_entity"
    return form_page(title, ENTITY, typed, mistakes, uuid=customer.uuid, customer=customer.name)


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
    row = _one(await outlets_of(ask, customer.id), outlet)
    return await _outlet_page(customer, {"name": row.name, "address": row.address}, {}, outlet)


@route("POST", f"{CARD}/outlets/{{outlet:uuid}}", policy=MANAGE)
async def post_outlet(ask: AskContext, uuid: UUID, outlet: UUID, form: Form) -> Page | Redirect:
    """Change an outlet."""
    return await _save_outlet(ask, uuid, form, outlet)


async def _save_outlet(
    ask: AskContext, uuid: UUID, form: Form, outlet: UUID | None = None
) -> Page | Redirect:
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        await put_outlet(act, customer.id, read_outlet(form), outlet)
        return _saved(customer)

    return await save_form(ask, form, save, partial(_outlet_page, customer, outlet=outlet))


async def _outlet_page(
    customer: Found,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    outlet: UUID | None = None,
) -> Page:
    title = "outlet" if outlet else "new_outlet"
    return form_page(title, OUTLET, typed, mistakes, uuid=customer.uuid, customer=customer.name)


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


@route("GET", f"{CARD}/agreements/new", policy=MANAGE)
async def new_agreement_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of another agreement."""
    customer = await customer_for(ask, uuid)
    return await _agreement_page(ask, customer, None, {"currency": ask.currency}, {})


@route("POST", f"{CARD}/agreements/new", policy=MANAGE)
async def post_new_agreement(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add an agreement."""
    return await _save_agreement(ask, await customer_for(ask, uuid), form, None)


@route("GET", f"{CARD}/agreements/{{agreement:uuid}}", policy=MANAGE)
async def agreement_form(ask: AskContext, uuid: UUID, agreement: UUID) -> Page:
    """The form of an agreement."""
    customer = await customer_for(ask, uuid)
    row = _one(await agreements_of(ask, customer.id), agreement)
    return await _agreement_page(ask, customer, row, typed_agreement(row), {})


@route("POST", f"{CARD}/agreements/{{agreement:uuid}}", policy=MANAGE)
async def post_agreement(
    ask: AskContext, uuid: UUID, agreement: UUID, form: Form
) -> Page | Redirect:
    """Change an agreement."""
    customer = await customer_for(ask, uuid)
    row = _one(await agreements_of(ask, customer.id), agreement)
    return await _save_agreement(ask, customer, form, row)


async def _save_agreement(
    ask: AskContext, customer: Found, form: Form, known: AgreementRow | None
) -> Page | Redirect:
    async def save(act: ActContext) -> Redirect:
        entities = await entities_of(act, customer.id)
        details = read_agreement(form, await read_choices(act, known), entities, known)
        if known is None and customer.state != "active":
            raise Conflict(_ACCEPT_FIRST)
        await put_agreement(act, customer.id, details, known.uuid if known else None)
        return _saved(customer)

    return await save_form(ask, form, save, partial(_agreement_page, ask, customer, known))


async def _agreement_page(
    ask: AskContext,
    customer: Found,
    known: AgreementRow | None,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> Page:
    entities = await entities_of(ask, customer.id)
    choices = await read_choices(ask, known)
    fields = agreement_fields(choices, entities, typed, known=known is not None)
    title = "agreement" if known else "new_agreement"
    said = f"{known.entity} — {known.seller}" if known else ""
    return form_page(
        title, fields, typed, mistakes, uuid=customer.uuid, customer=customer.name, said=said
    )


@route("GET", f"{CARD}/accounts/new", policy=MANAGE)
async def account_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of a bank account."""
    return await _account_page(ask, await customer_for(ask, uuid), {}, {})


@route("POST", f"{CARD}/accounts/new", policy=MANAGE)
async def post_account(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a bank account."""
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        details = read_account(form, await entities_of(act, customer.id))
        await add_account(act, customer.id, details)
        return _saved(customer)

    return await save_form(ask, form, save, partial(_account_page, ask, customer))


@route("POST", f"{CARD}/accounts/{{account:uuid}}/drop", policy=MANAGE)
async def post_account_drop(act: ActContext, uuid: UUID, account: UUID) -> Redirect:
    """Remove a bank account."""
    customer = await customer_for(act, uuid)
    await drop_account(act, customer.id, account)
    return _saved(customer)


async def _account_page(
    ask: AskContext, customer: Found, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    fields = account_fields(await entities_of(ask, customer.id))
    return form_page("account", fields, typed, mistakes, uuid=customer.uuid, customer=customer.name)


def _saved(customer: Found) -> Redirect:
    return Redirect(f"{HOME}/{customer.uuid}", notice=SAVED)


def _one(rows: tuple[T, ...], uuid: UUID) -> T:
    """The row of the customer; another customer's is as good as absent."""
    found = next((row for row in rows if getattr(row, "uuid", None) == uuid), None)
    if found is None:
        raise NotFound(Reason("customer.absent", "Такой записи нет", "There is no such record"))
    return found


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
_ACCEPT_FIRST = Reason(
    "customer.accept_first",
    "Сначала примите заявку этой компании: соглашение заключают при этом",
    "Accept the application first: the agreement is made with it",
)
