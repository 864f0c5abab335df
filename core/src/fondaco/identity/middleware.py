"""Resolves who asks, in the way the route declares, and hands the reading context on."""

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from fondaco.hooks.hall import Hall
from fondaco.identity.sessions import COOKIE
from fondaco.identity.who import GUEST, Identity, by_session, by_token, context
from fondaco_sdk.manifest import Auth

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
        auth = scope["route_handler"].opt.get("auth", Auth.COOKIE)
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
        return GUEST
