"""Accesses of machines: login and password of the ERP, made and revoked by an administrator."""

import re
from uuid import UUID

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.machines import LONGEST_LOGIN, machines_of, make_machine, revoke_machine
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/staff/machines"
POLICY = "machine.manage"
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_UNFIT = Reason(
    "machine.login",
    "Латинские буквы, цифры, точка, дефис и подчёркивание, например erp-1c",
    "Latin letters, digits, full stop, hyphen and underscore, for example erp-1c",
)


@route("GET", HOME, policy=POLICY)
async def machines_page(ask: AskContext) -> Page:
    """Who may call, and the form for one more."""
    return await _page(ask)


@route("POST", HOME, policy=POLICY)
async def new_machine(ask: AskContext, form: Form) -> Page:
    """Make an access and show its password this once."""
    login = form.text("login")[:LONGEST_LOGIN]
    if not _LOGIN.fullmatch(login):
        return await _page(ask, form, _UNFIT)
    try:
        async with ask.act() as act:
            password = await make_machine(act, login, form.text("name")[:100])
    except Conflict as taken:
        return await _page(ask, form, taken.reason)
    return await _page(ask, made=(login, password))


@route("POST", f"{HOME}/{{uuid:uuid}}/revoke", policy=POLICY)
async def end_machine(act: ActContext, uuid: UUID) -> Redirect:
    """Revoke an access."""
    await revoke_machine(act, uuid)
    return Redirect(HOME, Reason("machine.revoked", "Доступ отозван", "The access is revoked"))


async def _page(
    ask: AskContext,
    form: Form | None = None,
    wrong: Reason | None = None,
    *,
    made: tuple[str, str] | None = None,
) -> Page:
    context = {
        "machines": await machines_of(ask),
        "made": made,
        "typed": form.values() if form else {},
        "errors": {"login": wrong.text(ask.locale)} if wrong else {},
    }
    return Page("staff/machines.html", context, status=422 if wrong else 200)
