"""What htmx 4 tells in its requests, and what it listens to in answers (see its upgrade notes)."""

from typing import Any

from litestar.connection import ASGIConnection


def is_htmx(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether htmx asks, not the browser itself."""
    return connection.headers.get("hx-request") == "true"


def is_partial(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether only a part of the page is wanted."""
    return is_htmx(connection) and connection.headers.get("hx-request-type") != "full"
