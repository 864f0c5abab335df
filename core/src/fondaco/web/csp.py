"""What a browser may do with our pages: nothing inline, nothing from elsewhere but a map's tiles.

Litestar's middleware does not run for a path without a route, so the headers are set outside it.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def headers_of(tiles: str = "") -> Mapping[str, str]:
    """The headers of every answer; `tiles` is where the site takes its maps from, if anywhere."""
    host = urlsplit(tiles.replace("{s}.", "*."))
    images = f" {host.scheme}://{host.netloc}" if host.netloc else ""
    return {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self';"
            f" img-src 'self' data:{images}; font-src 'self'; connect-src 'self';"
            " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }


HEADERS = headers_of()


def secured(app: ASGIApp, tiles: str = "") -> ASGIApp:
    """The application with the headers on every answer, 404 and 405 included."""
    raw = tuple((name.encode(), value.encode()) for name, value in headers_of(tiles).items())

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *raw]
            await send(message)

        await app(scope, receive, send_secured if scope["type"] == ScopeType.HTTP else send)

    return asgi
