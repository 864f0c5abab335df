"""Answers to applicants: accepted under an agreement, refused with a reason, let in or not."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fondaco.customers.letters import tell
from fondaco.customers.service import accept, let_in, refuse, turn_away
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.agreement_form import read_agreement, read_choices
from fondaco.staff.customers.fields import REASON, agreement_fields
from fondaco.staff.customers.form_page import CARD, HOME, form_page
from fondaco.staff.customers.forms import read_reason
from fondaco.staff.customers.parts import entities_of
from fondaco.staff.customers.rights import MANAGE, Found, customer_for
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

ROLES = ("buyer", "approver", "accountant", "company_admin")
_ACCEPTED = Reason(
    "customer.accepted",
    "Клиент принят, заявителю отправлено письмо",
    "The customer was accepted, and a letter was sent",
)
_ACCEPTED_UNTOLD = Reason(
    "customer.accepted_untold",
    "Клиент принят. Заявки от него нет, поэтому письмо никому не отправлено",
    "The customer was accepted. There is no application, so no letter was sent",
)
_REFUSED = Reason(
    "customer.refused",
    "Заявка отклонена, заявителю отправлено письмо",
    "The application was refused, and a letter was sent",
)
_REFUSED_UNTOLD = Reason(
    "customer.refused_untold",
    "Клиент отклонён. Заявки от него нет, поэтому письмо никому не отправлено",
    "The customer was refused. There is no application, so no letter was sent",
)
_LET_IN = Reason(
    "customer.let_in",
    "Человек добавлен к компании, ему отправлено письмо",
    "The person belongs to the company now, and a letter was sent",
)
_TURNED_AWAY = Reason(
    "customer.turned_away", "Запрос отклонён", "The request to join was turned down"
)


@route("GET", f"{CARD}/accept", policy=MANAGE)
async def accept_form(ask: AskContext, uuid: UUID) -> Page:
    """The agreement under which an applicant becomes a customer."""
    typed = {"currency": ask.currency, "manager": str(ask.actor.user_id)}
    return await _accept_page(ask, await customer_for(ask, uuid), typed, {})


@route("POST", f"{CARD}/accept", policy=MANAGE)
async def post_accept(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Accept."""
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        entities = await entities_of(act, customer.id)
        details = read_agreement(form, await read_choices(act), entities)
        told = await accept(act, customer.id, details)
        await tell(act, "accepted", told)
        return Redirect(f"{HOME}/{uuid}", notice=_ACCEPTED if told else _ACCEPTED_UNTOLD)

    return await save_form(ask, form, save, partial(_accept_page, ask, customer))


@route("GET", f"{CARD}/refuse", policy=MANAGE)
async def refuse_form(ask: AskContext, uuid: UUID) -> Page:
    """Why an applicant is refused."""
    return await _refuse_page(await customer_for(ask, uuid), {}, {})


@route("POST", f"{CARD}/refuse", policy=MANAGE)
async def post_refuse(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Refuse."""
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        why = read_reason(form)
        told = await refuse(act, customer.id, why)
        await tell(act, "refused", told, why)
        return Redirect(f"{HOME}/{uuid}", notice=_REFUSED if told else _REFUSED_UNTOLD)

    return await save_form(ask, form, save, partial(_refuse_page, customer))


@route("POST", f"{CARD}/requests/{{request_id:uuid}}/accept", policy=MANAGE)
async def post_let_in(act: ActContext, uuid: UUID, request_id: UUID, form: Form) -> Redirect:
    """Let somebody in who asked to belong to the company."""
    customer = await customer_for(act, uuid)
    role = form.text("role", "buyer")
    if role not in ROLES:
        raise UserError(Reason("customer.role", "Выберите роль", "Choose a role"))
    await tell(act, "accepted", [await let_in(act, customer.id, request_id, role)])
    return Redirect(f"{HOME}/{uuid}", notice=_LET_IN)


@route("POST", f"{CARD}/requests/{{request_id:uuid}}/refuse", policy=MANAGE)
async def post_turn_away(act: ActContext, uuid: UUID, request_id: UUID) -> Redirect:
    """Turn somebody away who asked to belong to the company."""
    customer = await customer_for(act, uuid)
    await turn_away(act, customer.id, request_id)
    return Redirect(f"{HOME}/{uuid}", notice=_TURNED_AWAY)


async def _accept_page(
    ask: AskContext, customer: Found, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    entities = await entities_of(ask, customer.id)
    fields = agreement_fields(await read_choices(ask), entities, typed)
    return form_page("accept", fields, typed, mistakes, uuid=customer.uuid, customer=customer.name)


async def _refuse_page(
    customer: Found, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    return form_page("refuse", REASON, typed, mistakes, uuid=customer.uuid, customer=customer.name)
