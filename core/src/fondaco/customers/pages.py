"""Becoming a customer: the public form, and what a person reads until the answer."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.customers.application import APPLICATIONS, apply, read_application
from fondaco.customers.details import tidy_number
from fondaco.customers.identifiers import check_inn
from fondaco.hooks.context import AskContext
from fondaco.lookup.asking import service_of
from fondaco.lookup.companies import filled_by_tax_id
from fondaco.web.address import client_address, neighbourhood
from fondaco.web.limits import Limit, Over, count_try
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

LOOK_UPS = Limit("company look-up", 30, 60)
_OWN: TextClause = text(
    """
    select coalesce(c.name, ''), coalesce(c.state, 'applied'), coalesce(c.state_reason, '')
      from fondaco.user_account u left join fondaco.company c on c.id = u.company_id
     where u.id = :user
    """
)


class Waiting(Struct, frozen=True, array_like=True):
    """How it stands with the company of a person who cannot order yet."""

    company: str
    state: str
    reason: str


@route("GET", "/register", policy="public")
async def register_page(ask: AskContext) -> Page:
    """The form."""
    return _form(ask, {"country": "RU"})


@route("POST", "/register", policy="public")
async def register(request: Request[Any, Any, Any], ask: AskContext, form: Form) -> Page:
    """The same answer for a new company and for a known one; or the form filled in by tax id."""
    if form.has("fill"):
        return await _filled(request, ask, form)
    try:
        application = read_application(form)
    except UserError as mistake:
        mistakes = {name: why.text(ask.locale) for name, why in mistake.fields.items()}
        return _form(ask, form.values(), mistakes)
    client = APPLICATIONS.of(_client(request, ask))
    if over := await count_try(ask, client):
        return _form(ask, form.values(), over=over)
    async with ask.act() as act:
        await apply(act, application, client.subject)
    return Page("customers/applied.html", {"email": application.email})


@route("GET", "/waiting", policy="signed-in")
async def waiting_page(ask: AskContext) -> Page | Redirect:
    """Being checked, refused, or still without an agreement."""
    if ask.customer is not None or ask.scope.everything:
        return Redirect("/")
    own = (await ask.fetch(_OWN, {"user": ask.actor.user_id}))[0]
    return Page("customers/waiting.html", {"waiting": Waiting(*own)})


async def _filled(request: Request[Any, Any, Any], ask: AskContext, form: Form) -> Page:
    """The form again, with the company's details. Only Russian companies are looked up."""
    typed = dict(form.values())
    tax_id = tidy_number(form.text("tax_id"))
    if form.text("country") != "RU":
        return _form(ask, typed)
    if wrong := check_inn(tax_id):
        return _form(ask, typed, {"tax_id": wrong.text(ask.locale)})
    if over := await count_try(ask, LOOK_UPS.of(_client(request, ask))):
        return replace(
            _form(ask, typed, said=_OFTEN.text(ask.locale)), status=429, headers=over.headers
        )
    filled = await filled_by_tax_id(ask, tax_id)
    said = filled.said.text(ask.locale) if filled.said else ""
    return _form(ask, {**typed, **filled.values}, said=said, warning=filled.warning)


def _client(request: Request[Any, Any, Any], ask: AskContext) -> str:
    return neighbourhood(client_address(request, ask.hall.settings.server.trusted_proxies))


def _form(
    ask: AskContext,
    typed: Any,
    mistakes: Mapping[str, str] | None = None,
    over: Over | None = None,
    said: str = "",
    *,
    warning: bool = False,
) -> Page:
    context = {
        "typed": typed,
        "mistakes": mistakes or {},
        "many": over is not None,
        "said": said,
        "warning": warning,
        "may_fill": service_of(ask.hall) is not None,
    }
    if over:
        return Page("customers/register.html", context, status=429, headers=over.headers)
    return Page("customers/register.html", context, status=422 if mistakes else 200)


_OFTEN = Reason(
    "lookup.often",
    "Слишком много запросов к справочнику. Заполните поля сами или попробуйте через час",
    "Too many look-ups. Fill in the fields yourself, or try again in an hour",
)
