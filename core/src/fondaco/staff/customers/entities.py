"""The legal entities of a customer, kept by staff."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fondaco.customers.service import put_entity
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.fields import ENTITY
from fondaco.staff.customers.filling import fillable, filled_entity
from fondaco.staff.customers.form_page import CARD, form_page, saved
from fondaco.staff.customers.forms import read_entity, typed_entity
from fondaco.staff.customers.parts import entities_of, one_of
from fondaco.staff.customers.rights import MANAGE, Found, customer_for
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", f"{CARD}/entities/new", policy=MANAGE)
async def new_entity_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of another legal entity."""
    return await _entity_page(ask, await customer_for(ask, uuid), {"country": "RU"}, {})


@route("POST", f"{CARD}/entities/new", policy=MANAGE)
async def post_new_entity(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a legal entity."""
    return await _save_entity(ask, uuid, form)


@route("GET", f"{CARD}/entities/{{entity:uuid}}", policy=MANAGE)
async def entity_form(ask: AskContext, uuid: UUID, entity: UUID) -> Page:
    """The form of a legal entity."""
    customer = await customer_for(ask, uuid)
    row = one_of(await entities_of(ask, customer.id), entity)
    return await _entity_page(ask, customer, typed_entity(row), {}, entity)


@route("POST", f"{CARD}/entities/{{entity:uuid}}", policy=MANAGE)
async def post_entity(ask: AskContext, uuid: UUID, entity: UUID, form: Form) -> Page | Redirect:
    """Change a legal entity."""
    return await _save_entity(ask, uuid, form, entity)


async def _save_entity(
    ask: AskContext, uuid: UUID, form: Form, entity: UUID | None = None
) -> Page | Redirect:
    customer = await customer_for(ask, uuid)
    if form.has("fill"):
        typed, said, mistakes = await filled_entity(ask, form)
        return await _entity_page(ask, customer, typed, mistakes, entity, said)

    async def save(act: ActContext) -> Redirect:
        await put_entity(act, customer.id, read_entity(form), entity)
        return saved(customer)

    return await save_form(ask, form, save, partial(_entity_page, ask, customer, entity=entity))


async def _entity_page(
    ask: AskContext,
    customer: Found,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    entity: UUID | None = None,
    said: str = "",
) -> Page:
    title = "entity" if entity else "new_entity"
    return form_page(
        title,
        ENTITY,
        typed,
        mistakes,
        uuid=customer.uuid,
        customer=customer.name,
        said=said,
        fill=fillable(ask, "company"),
    )
