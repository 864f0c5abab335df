"""The agreements of a customer, kept by staff."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fondaco.customers.service import put_agreement
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.agreement_form import read_agreement, read_choices, typed_agreement
from fondaco.staff.customers.fields import agreement_fields
from fondaco.staff.customers.form_page import CARD, form_page, saved
from fondaco.staff.customers.parts import AgreementRow, agreements_of, entities_of, one_of
from fondaco.staff.customers.rights import MANAGE, Found, customer_for
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


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
    row = one_of(await agreements_of(ask, customer.id), agreement)
    return await _agreement_page(ask, customer, row, typed_agreement(row), {})


@route("POST", f"{CARD}/agreements/{{agreement:uuid}}", policy=MANAGE)
async def post_agreement(
    ask: AskContext, uuid: UUID, agreement: UUID, form: Form
) -> Page | Redirect:
    """Change an agreement."""
    customer = await customer_for(ask, uuid)
    row = one_of(await agreements_of(ask, customer.id), agreement)
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
        return saved(customer)

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


_ACCEPT_FIRST = Reason(
    "customer.accept_first",
    "Сначала примите заявку этой компании: соглашение заключают при этом",
    "Accept the application first: the agreement is made with it",
)
