"""Signing in and out, language, theme, and for which legal entity one works."""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect as LitestarRedirect

from fondaco.customers.acting import own_entity, own_outlet
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.arrival import CSRF_COOKIE, arrive
from fondaco.identity.devices import COOKIE as DEVICE_COOKIE
from fondaco.identity.door import Knock, knock, settle, typed_email
from fondaco.identity.middleware import LOCALE_COOKIE, LOCALES
from fondaco.identity.sessions import COOKIE, close_session, remember
from fondaco.web.address import client_address
from fondaco.web.limits import Over
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

YEAR = 365 * 24 * 3600


@route("GET", "/login", policy="public")
async def sign_in_page(next: str = "/") -> Page:
    """The form."""
    return _form("", local_path(next))


@route("POST", "/login", policy="public")
async def sign_in(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Response[Any]:
    """A new session under a new key; the same answers for an unknown person as for a known."""
    email, target = typed_email(form.text("email")), local_path(form.text("next", "/"))
    tried = Knock(
        email,
        form.text("password"),
        client_address(request, ask.hall.settings.server.trusted_proxies),
        request.cookies.get(DEVICE_COOKIE, ""),
    )
    answer = await knock(ask, tried)
    if isinstance(answer, Over):
        return _form(email, target, over=answer)
    if answer is None:
        return _form(email, target, wrong=True)
    async with ask.act() as act:
        await settle(act, answer)
        return await arrive(request, act, answer.user_id, Redirect(target))


@route("POST", "/logout", policy="public")
async def sign_out(request: Request[Any, Any, Any], act: ActContext) -> Response[Any]:
    """The session dies in the database, so on every process."""
    key = request.cookies.get(COOKIE)
    if key:
        await close_session(act.connection, key)
    answer: Response[Any] = LitestarRedirect("/login", status_code=303)
    answer.delete_cookie(COOKIE)
    answer.delete_cookie(CSRF_COOKIE)
    return answer


@route("GET", "/locale/{code:str}", policy="public")
async def choose_locale(code: str, next: str = "/") -> Response[Any]:
    """The language of the pages, for this browser."""
    if code not in LOCALES:
        raise _absent()
    return _with_cookie(next, LOCALE_COOKIE, code)


@route("GET", "/theme/{name:str}", policy="public")
async def choose_theme(name: str, next: str = "/") -> Response[Any]:
    """Light or dark, for this browser."""
    if name not in ("light", "dark"):
        raise _absent()
    return _with_cookie(next, "theme", name)


@route("POST", "/acting", policy="signed-in")
async def choose_legal_entity(
    request: Request[Any, Any, Any], act: ActContext, form: Form
) -> Response[Any]:
    """Work for another legal entity or outlet of the acting company; "" is no certain outlet."""
    chosen: dict[str, int | None] = {}
    if entity := form.text("option"):
        chosen["legal_entity"] = await own_entity(act, entity)
    if form.has("outlet"):
        outlet = form.text("outlet")
        chosen["outlet"] = await own_outlet(act, outlet) if outlet else None
    if not chosen:
        raise _absent()
    await remember(act.connection, request.cookies.get(COOKIE, ""), chosen)
    return LitestarRedirect(local_path(form.text("next", "/")), status_code=303)


def local_path(target: str) -> str:
    """A path of this site, or the front page: never another host."""
    fine = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if fine else "/"


def _form(email: str, target: str, *, wrong: bool = False, over: Over | None = None) -> Page:
    context = {
        "next": target,
        "email": email,
        "wrong": wrong,
        "wait": over.minutes if over else 0,
    }
    if over:
        return Page("identity/sign_in.html", context, status=429, headers=over.headers)
    return Page("identity/sign_in.html", context, status=422 if wrong else 200)


def _with_cookie(target: str, name: str, value: str) -> Response[Any]:
    answer: Response[Any] = LitestarRedirect(local_path(target), status_code=303)
    answer.set_cookie(Cookie(key=name, value=value, max_age=YEAR, samesite="lax", httponly=False))
    return answer


def _absent() -> NotFound:
    return NotFound(Reason("not_found", "Такой страницы нет", "There is no such page"))
