"""Resolves who asks, in the way the route declares, and hands the reading context on."""

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from fondaco.hooks.hall import Hall
from fondaco.identity.machines import by_pass, by_password
from fondaco.identity.permissions import MACHINE_SIDE
from fondaco.identity.sessions import COOKIE
from fondaco.identity.who import GUEST, Identity, by_session, by_token, context
from fondaco.web.address import client_address
from fondaco_sdk.manifest import Auth
from fondaco_sdk.web import MACHINE_COOKIE

LOCALE_COOKIE = "locale"
LOCALES = ("ru", "en")


class WhoAsks(ASGIMiddleware):
    """One statement per request at most; none for guests and public routes without a cookie."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the context into the scope and go on."""
        request: Request[Any, Any, Any] = Request(scope)
        options = scope["route_handler"].opt
        auth = options.get("auth", Auth.COOKIE)
        if auth is Auth.TOKEN and options.get("policy") in MACHINE_SIDE and _is_basic(request):
            auth = Auth.BASIC
        identity = await self._identity(request, auth)
        chosen = request.cookies.get(LOCALE_COOKIE)
        scope["fondaco_ask"] = context(  # type: ignore[typeddict-unknown-key]
            self._hall,
            identity,
            locale=chosen if chosen in LOCALES else None,
            request_id=str(scope.get("fondaco_request_id", "")),
        )
        await next_app(scope, receive, send)

    async def _identity(self, request: Request[Any, Any, Any], auth: Auth) -> Identity:
        if auth in (Auth.COOKIE, Auth.PUBLIC):
            key = request.cookies.get(COOKIE)
            return await by_session(self._hall, key) if key else GUEST
        if auth is Auth.TOKEN:
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            return await by_token(self._hall, token) if kind.lower() == "bearer" else GUEST
        if auth is Auth.BASIC:
            return await self._machine(request)
        return GUEST

    async def _machine(self, request: Request[Any, Any, Any]) -> Identity:
        """By its pass; without one that is in force, by its password."""
        key = request.cookies.get(MACHINE_COOKIE)
        found = await by_pass(self._hall, key) if key else GUEST
        header = request.headers.get("authorization", "")
        if found is not GUEST or not header:
            return found
        trusted = self._hall.settings.server.trusted_proxies
        ask = context(self._hall, GUEST, locale=None, request_id="")
        return await by_password(ask, header, client_address(request, trusted))


def _is_basic(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("authorization", "")[:6].lower() == "basic "
