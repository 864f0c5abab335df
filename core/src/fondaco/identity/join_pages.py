"""The page an invitation leads to: a name, a password, and one is in."""

import asyncio
from typing import Any

from litestar import Request, Response

from fondaco.hooks.context import AskContext
from fondaco.identity.arrival import arrive
from fondaco.identity.joining import invitation_of, join
from fondaco.identity.passwords import hash_password, unfit
from fondaco.identity.person_rules import unfit_name
from fondaco.web.routing import route
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

_WELCOME = Reason(
    "person.welcome", "Добро пожаловать, доступ открыт", "Welcome, your access is open"
)


@route("GET", "/invitation", policy="public")
async def invitation_page(ask: AskContext, token: str = "") -> Page:
    """The form, if the link is good."""
    invited = await invitation_of(ask, token)
    return _form(invited, token, invited.name, {}) if invited else _dead()


@route("POST", "/invitation", policy="public")
async def accept(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Response[Any]:
    """Make the account and sign in with it."""
    token, name, password = form.text("token"), form.text("name"), form.text("password")
    invited = await invitation_of(ask, token)
    if invited is None:
        return _dead()
    reasons = {"name": unfit_name(name), "password": unfit(password, invited.email)}
    mistakes = {field: r.text(ask.locale) for field, r in reasons.items() if r}
    if mistakes:
        return _form(invited, token, name, mistakes)
    password_hash = await asyncio.to_thread(hash_password, password)
    async with ask.act() as act:
        joined = await join(act, token, name, password_hash)
        if joined is not None and joined.user_id is not None:
            return await arrive(request, act, joined.user_id, Redirect("/", _WELCOME))
    return _dead() if joined is None else Page("identity/taken.html", status=409)


def _form(invited: Any, token: str, name: str, mistakes: dict[str, str]) -> Page:
    context = {"invited": invited, "token": token, "name": name, "mistakes": mistakes}
    return Page("identity/invitation.html", context, status=422 if mistakes else 200)


def _dead() -> Page:
    return Page("identity/dead_invitation.html", status=410)
