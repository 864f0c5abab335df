"""Becoming a customer: the public form, and what a person reads until the answer."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.application import APPLICATIONS, apply, read_application
from fondaco.hooks.context import AskContext
from fondaco.identity.limits import Over, count_try
from fondaco.web.address import client_address, neighbourhood
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.web import Form, Page, Redirect

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
async def register_page() -> Page:
    """The form."""
    return _form({"country": "RU"})


@route("POST", "/register", policy="public")
async def register(request: Request[Any, Any, Any], ask: AskContext, form: Form) -> Page:
    """The same answer for a new company and for a known one."""
    try:
        application = read_application(form)
    except UserError as mistake:
        mistakes = {name: why.text(ask.locale) for name, why in mistake.fields.items()}
        return _form(form.values(), mistakes)
    address = client_address(request, ask.hall.settings.server.trusted_proxies)
    client = APPLICATIONS.of(neighbourhood(address))
    if over := await count_try(ask, client):
        return _form(form.values(), over=over)
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


def _form(typed: Any, mistakes: Mapping[str, str] | None = None, over: Over | None = None) -> Page:
    context = {"typed": typed, "mistakes": mistakes or {}, "many": over is not None}
    if over:
        return Page("customers/register.html", context, status=429, headers=over.headers)
    return Page("customers/register.html", context, status=422 if mistakes else 200)
