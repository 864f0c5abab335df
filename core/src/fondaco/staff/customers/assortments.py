"""What counts for one customer: assortments of the company and its outlets, grants, requests."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from fondaco.assortments.requests import Answered, accept_request, refuse_request
from fondaco.assortments.service import bind, drop_grant, restore_grant, unbind
from fondaco.hooks.context import ActContext, AskContext
from fondaco.notifications.letters import Letter, send_later
from fondaco.staff.assortment_forms import chosen_outlet, read_effect
from fondaco.staff.assortment_model import assortments_of, grants_of, list_assortments
from fondaco.staff.assortments import VIEW
from fondaco.staff.customers.form_page import CARD, HOME, SAVED
from fondaco.staff.customers.forms import read_reason
from fondaco.staff.customers.parts import outlets_of
from fondaco.staff.customers.rights import MANAGE, Found, customer_for, find_customer
from fondaco.web.catalogues import translators
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

PAGE = f"{CARD}/assortments"
ANSWER = f"{PAGE}/requests/{{request_id:uuid}}"
LIST = "/staff/assortments"
DROPPED = ("assortment", "outlet", "effect")
_ACCEPTED = Reason(
    "assortment.accepted",
    "Товар открыт клиенту, ему отправлено письмо",
    "The customer may order it now, and a letter was sent",
)
_REFUSED = Reason(
    "assortment.refused",
    "Клиент прочтёт отказ на странице товара и в письме",
    "The customer reads the refusal on the product's page and in a letter",
)
_GIVEN_AGAIN = Reason(
    "assortment.given_again",
    "Доступ к товару снова открыт",
    "The customer may order it again",
)


@route("GET", PAGE, policy=VIEW)
async def assortments_page(
    ask: AskContext,
    uuid: UUID,
    assortment: str = "",
    outlet: str = "",
    effect: str = "",
    revoked: UUID | None = None,
) -> Page:
    """What counts for a customer; the other words name what was just taken off, or taken back."""
    words = (assortment, outlet, effect)
    dropped = dict(zip(DROPPED, words, strict=True)) if assortment else {}
    return await _page(ask, await find_customer(ask, uuid), {}, {}, dropped, revoked)


@route("POST", PAGE, policy=MANAGE)
async def post_binding(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Let an assortment count for the company or one of its outlets."""
    customer = await customer_for(ask, uuid)
    known = {str(one.uuid): one.uuid for one in await list_assortments(ask)}
    outlets = await outlets_of(ask, customer.id)

    async def save(act: ActContext) -> Redirect:
        chosen = known[form.choice("assortment", known)]
        outlet, effect = chosen_outlet(form, outlets), read_effect(form)
        await bind(act, chosen, effect, customer.id, outlet.uuid if outlet else None)
        return Redirect(f"{HOME}/{uuid}/assortments", notice=SAVED)

    return await save_form(ask, form, save, partial(_page, ask, customer))


@route("POST", f"{PAGE}/{{binding:uuid}}/drop", policy=MANAGE)
async def post_drop(act: ActContext, uuid: UUID, binding: UUID) -> Redirect:
    """Take an assortment off; the page then offers to bring it back."""
    customer = await customer_for(act, uuid)
    known = {one.uuid: one for one in await assortments_of(act, customer.id)}
    await unbind(act, binding, customer.id)
    gone = known[binding]
    words = zip(DROPPED, (str(gone.assortment), gone.outlet_uuid, gone.effect), strict=True)
    query = urlencode({name: value for name, value in words if value})
    return Redirect(f"{HOME}/{uuid}/assortments?{query}")


@route("POST", f"{PAGE}/products/{{product:uuid}}/drop", policy=MANAGE)
async def post_drop_grant(act: ActContext, uuid: UUID, product: UUID) -> Redirect:
    """Take back a single product that was granted; the page then offers to grant it again."""
    customer = await customer_for(act, uuid)
    await drop_grant(act, customer.id, product)
    return Redirect(f"{HOME}/{uuid}/assortments?revoked={product}")


@route("POST", f"{PAGE}/products/{{product:uuid}}/restore", policy=MANAGE)
async def post_restore_grant(act: ActContext, uuid: UUID, product: UUID) -> Redirect:
    """Grant it again."""
    customer = await customer_for(act, uuid)
    await restore_grant(act, customer.id, product)
    return Redirect(f"{HOME}/{uuid}/assortments", notice=_GIVEN_AGAIN)


@route("POST", f"{ANSWER}/accept", policy=MANAGE)
async def post_accept(act: ActContext, uuid: UUID, request_id: UUID) -> Redirect:
    """Let the customer order what was asked for."""
    customer = await customer_for(act, uuid)
    answered = await accept_request(act, customer.id, request_id)
    await _tell(act, "accepted", answered)
    return Redirect(LIST, notice=_ACCEPTED)


@route("GET", f"{ANSWER}/refuse", policy=MANAGE)
async def refuse_form(ask: AskContext, uuid: UUID, request_id: UUID) -> Page:
    """Why not."""
    return _refusal(await customer_for(ask, uuid), {}, {})


@route("POST", f"{ANSWER}/refuse", policy=MANAGE)
async def post_refuse(ask: AskContext, uuid: UUID, request_id: UUID, form: Form) -> Page | Redirect:
    """Refuse, with a reason that the customer reads."""
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        why = read_reason(form)
        answered = await refuse_request(act, customer.id, request_id, why)
        await _tell(act, "refused", answered, why)
        return Redirect(LIST, notice=_REFUSED)

    async def again(typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Page:
        return _refusal(customer, typed, mistakes)

    return await save_form(ask, form, save, again)


async def _tell(act: ActContext, kind: str, answered: Answered, why: str = "") -> None:
    site = act.hall.settings.site
    locale = answered.locale or site.locale
    tr = translators(act.hall.registry)[locale]
    words = tr(
        f"staff.assortment.mail.{kind}_text",
        name=answered.person,
        product=answered.name,
        sku=answered.sku,
        reason=why,
        link=f"{site.url.rstrip('/')}/products/{answered.product}",
    )
    subject = tr(f"staff.assortment.mail.{kind}_subject", sku=answered.sku)
    await send_later(act, Letter(answered.email, subject, words, locale))


async def _page(
    ask: AskContext,
    customer: Found,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    dropped: Mapping[str, str] | None = None,
    revoked: UUID | None = None,
) -> Page:
    context = {
        "customer": customer,
        "choices": [(str(one.uuid), one.name) for one in await list_assortments(ask)],
        "bound": await assortments_of(ask, customer.id),
        "grants": await grants_of(ask, customer.id),
        "outlets": [(str(one.uuid), one.name) for one in await outlets_of(ask, customer.id)],
        "typed": typed,
        "mistakes": mistakes,
        "dropped": dropped or {},
        "revoked": revoked,
        "may_manage": ask.actor.may(MANAGE) and customer.open_to(ask),
    }
    return Page("staff/customer_assortments.html", context, status=422 if mistakes else 200)


def _refusal(customer: Found, typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Page:
    context = {"customer": customer, "typed": typed, "mistakes": mistakes}
    return Page("staff/assortment_refuse.html", context, status=422 if mistakes else 200)
