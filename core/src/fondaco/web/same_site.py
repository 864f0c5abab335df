"""Pages of other sites cannot post here: what the browser says of where a request comes from.

Beside the token in every form: a token can leak, the browser's own word cannot be made up by a
page. Programs that are no browser say nothing and are known by their own means.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from fondaco_sdk.manifest import Auth

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_OURS = frozenset(("same-origin", "none"))


def refuse_other_sites(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """A guard of routes that know people by their cookie. Raises `PermissionDeniedException`."""
    if connection.scope.get("method") in SAFE or handler.opt.get("auth", Auth.COOKIE) not in (
        Auth.COOKIE,
        Auth.PUBLIC,
    ):
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        ours = site in _OURS
    else:
        origin = connection.headers.get("origin")
        ours = origin is None or _host(origin) in _hosts(connection)
    if not ours:
        raise PermissionDeniedException("the request comes from a page of another site")


def _hosts(connection: ASGIConnection[Any, Any, Any, Any]) -> frozenset[str]:
    """What this site is called: by the request, and by the settings where a proxy renames it."""
    return frozenset(
        (
            connection.headers.get("host", ""),
            _host(connection.app.state.hall.settings.site.url),
        )
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc
