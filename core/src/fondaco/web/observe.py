"""Every request: an id, its trace, one log line; and private pages that no cache may keep."""

import logging
from time import perf_counter

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from fondaco.db.counting import counting
from fondaco.hooks.trace import Traces
from fondaco_sdk.manifest import Auth

log = logging.getLogger("fondaco.web")
_CACHEABLE = ("/static/", "/brand/")


def observed(app: ASGIApp, traces: Traces) -> ASGIApp:
    """The application with a request id, a trace and `no-store` on everything private."""

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        path = scope["path"]
        request_id = uuid7().hex
        scope["fondaco_request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        started = perf_counter()
        status = 500

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", request_id.encode())]
                has_cache = any(name.lower() == b"cache-control" for name, _ in headers)
                if not has_cache and not path.startswith(_CACHEABLE):
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        with traces.request(request_id, scope["method"], path) as trace, counting() as count:
            try:
                await app(scope, receive, send_observed)
            finally:
                trace.status = status
                trace.seconds = perf_counter() - started
                trace.statements = count.number
                log.log(
                    logging.DEBUG if _is_poll(scope, status) else logging.INFO,
                    "%s %s %d %.1f ms %d statements %s",
                    scope["method"],
                    path,
                    status,
                    trace.seconds * 1000,
                    count.number,
                    request_id,
                )

    return asgi


def _is_poll(scope: Scope, status: int) -> bool:
    """A machine asks every few seconds and mostly hears of nothing; it has a log of its own."""
    if scope["type"] != ScopeType.HTTP or scope["method"] != "GET" or status >= 400:
        return False
    handler = scope.get("route_handler")
    return handler is not None and handler.opt.get("auth") is Auth.BASIC
