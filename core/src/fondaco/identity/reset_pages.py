"""The pages of a forgotten password."""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from fondaco.hooks.context import AskContext
from fondaco.identity.arrival import known_device
from fondaco.identity.door import FORGOTTEN, typed_email
from fondaco.identity.passwords import hash_password, unfit
from fondaco.identity.reset import ask_for_link, owner_of, set_password
from fondaco.web.address import client_address, neighbourhood
from fondaco.web.limits import count_try
from fondaco.web.respond import redirect_to
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

_SAVED = Reason(
    "password.reset",
    "Новый пароль сохранён, войдите с ним",
    "The new password is saved; sign in with it",
)


@route("GET", "/forgot", policy="public")
async def forgot_page() -> Page:
    """The form."""
    return _forgot("")


@route("POST", "/forgot", policy="public")
async def forgot(request: Request[Any, Any, Any], ask: AskContext, form: Form) -> Page:
    """The same answer for every e-mail; an address may ask ten times in a quarter of an hour."""
    try:
        email = typed_email(form.required("email"))
    except UserError as mistake:
        return _forgot("", error=mistake.fields["email"].text(ask.locale), status=422)
    address = client_address(request, ask.hall.settings.server.trusted_proxies)
    if over := await count_try(ask, FORGOTTEN.of(neighbourhood(address))):
        return _forgot(email, wait=over.minutes, status=429, headers=over.headers)
    async with ask.act() as act:
        await ask_for_link(act, email)
    return Page("identity/forgot_sent.html")


@route("GET", "/reset", policy="public")
async def reset_page(ask: AskContext, token: str = "") -> Page:
    """The form for a new password, if the link is good."""
    if await owner_of(ask, token) is None:
        return _dead()
    return Page("identity/reset.html", {"token": token, "error": ""})


@route("POST", "/reset", policy="public")
async def reset(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Response[Any]:
    """Set the password; whoever is signed in anywhere has to sign in again.

    This browser is known from now on: strangers who try on at the same time lock nobody out.
    """
    token, password = form.text("token"), form.text("password")
    owner = await owner_of(ask, token)
    if owner is None:
        return _dead()
    if reason := unfit(password, owner.email):
        context = {"token": token, "error": reason.text(ask.locale)}
        return Page("identity/reset.html", context, status=422)
    password_hash = await asyncio.to_thread(hash_password, password)
    async with ask.act() as act:
        user_id = await set_password(act, token, password_hash)
        if user_id is None:
            return _dead()
        device = await known_device(request, act, user_id)
    return redirect_to(request, ask, Redirect("/login", _SAVED), [device])


def _forgot(
    email: str,
    *,
    error: str = "",
    wait: int = 0,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Page:
    context = {"email": email, "error": error, "wait": wait}
    return Page("identity/forgot.html", context, status=status, headers=headers or {})


def _dead() -> Page:
    return Page("identity/dead_link.html", status=410)
