"""The pages of a forgotten password."""

import asyncio

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.passwords import hash_password, unfit
from fondaco.identity.reset import ask_for_link, owner_of, set_password
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

LONGEST_EMAIL = 254


@route("GET", "/forgot", policy="public")
async def forgot_page() -> Page:
    """The form."""
    return Page("identity/forgot.html", {"email": "", "error": ""})


@route("POST", "/forgot", policy="public")
async def forgot(act: ActContext, form: Form) -> Page:
    """The same answer for every e-mail."""
    try:
        email = form.required("email")[:LONGEST_EMAIL]
    except UserError as mistake:
        error = mistake.fields["email"].text(act.locale)
        return Page("identity/forgot.html", {"email": "", "error": error}, status=422)
    await ask_for_link(act, email)
    return Page("identity/forgot_sent.html")


@route("GET", "/reset", policy="public")
async def reset_page(ask: AskContext, token: str = "") -> Page:
    """The form for a new password, if the link is good."""
    if await owner_of(ask, token) is None:
        return _dead()
    return Page("identity/reset.html", {"token": token, "error": ""})


@route("POST", "/reset", policy="public")
async def reset(ask: AskContext, form: Form) -> Page | Redirect:
    """Set the password; whoever is signed in anywhere has to sign in again."""
    token, password = form.text("token"), form.text("password")
    owner = await owner_of(ask, token)
    if owner is None:
        return _dead()
    if reason := unfit(password, owner.email):
        context = {"token": token, "error": reason.text(ask.locale)}
        return Page("identity/reset.html", context, status=422)
    password_hash = await asyncio.to_thread(hash_password, password)
    async with ask.act() as act:
        done = await set_password(act, token, password_hash)
    if not done:
        return _dead()
    return Redirect(
        "/login",
        Reason(
            "password.reset",
            "Новый пароль сохранён, войдите с ним",
            "The new password is saved; sign in with it",
        ),
    )


def _dead() -> Page:
    return Page("identity/dead_link.html", status=410)
