"""Every route of the application, with the ids that stand in its address by their kinds.

A route that takes an id nobody has classified stops the tests that use the table.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import uuid4

import httpx
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct
from two_companies import Key

from fondaco.app import route_requests
from fondaco.hooks.hall import Hall
from fondaco.testing.client import token_in
from fondaco_sdk.manifest import Auth

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_PARAMETER = re.compile(r"\{(\w+):\w+\}")

SHARED, STAFF, PLAIN = "shared", "staff", "plain"
"""Whose an id is that is no company's: everybody's, the wholesaler's, or no id at all."""

_KINDS: Mapping[str, str] = {
    "/cart/deliveries/{delivery:uuid}": "delivery",
    "/cart/lines/{line:uuid}": "cart_line",
    "/cart/undo/{removed:uuid}": "removed",
    "/checkout/lines/{line:uuid}": "cart_line",
    "/company/limits/{uuid:uuid}": "limit",
    "/company/people/invitations/{uuid:uuid}": "invitation",
    "/company/people/{uuid:uuid}": "user",
    "/documents/{uuid:uuid}": "document",
    "/files/{uuid:uuid}": SHARED,
    "/lists/{uuid:uuid}": "product_list",
    "/locale/{code:str}": PLAIN,
    "/orders/earlier/{uuid:uuid}": "earlier_order",
    "/orders/{uuid:uuid}": "order",
    "/payments/{provider:str}": PLAIN,
    "/products/{uuid:uuid}": SHARED,
    "/profile/tokens/{uuid:uuid}": "token",
    "/quick-order/{uuid:uuid}": "list",
    "/theme/{name:str}": PLAIN,
}
_STAFF_AREAS = ("/staff", "/-/", "/p/", "/api/v1/inbound")
_FURTHER: Mapping[str, str] = {
    "line": "order_line",
    "price": "manual_price",
    "number": PLAIN,
    "payment": "payment",
    "change": "change",
    "refund": "refund",
    "secret": PLAIN,
}
_PLAIN: Mapping[str, str] = {
    "code": "ru",
    "name": "dark",
    "number": "1",
    "provider": "nobody",
    "secret": "no-secret",
}


class Listed(Struct, frozen=True):
    """A route. `kind` is that of the first id in its address, "" without one."""

    method: str
    path: str
    policy: str
    auth: Auth
    kind: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def of_staff(self) -> bool:
        """Whether it belongs to the wholesaler's side by its address."""
        return self.path.startswith(_STAFF_AREAS)

    @property
    def of_customers(self) -> bool:
        """Whether its address names something that belongs to one company."""
        return self.kind not in ("", SHARED, STAFF, PLAIN)

    def address(self, ids: Mapping[str, str], other: str = "") -> str:
        """With ids by their kinds filled in; `other` for whatever has no kind."""

        def one(found: re.Match[str]) -> str:
            name = found[1]
            first = self.path[: found.end()].count("{") == 1
            kind = self.kind if first or self.of_staff else _FURTHER[name]
            return _PLAIN.get(name) or ids.get(kind) or other

        return _PARAMETER.sub(one, self.path)


def route_table(hall: Hall) -> Sequence[Listed]:
    """All routes but static files and the description of the API."""
    found: list[Listed] = []
    for route in route_requests(hall).routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and not _is_aside(route.path):
                found += [
                    Listed(
                        method,
                        route.path,
                        str(handler.opt["policy"]),
                        handler.opt.get("auth", Auth.COOKIE),
                        _kind(route.path),
                    )
                    for method in sorted(map(str, handler.http_methods))
                    if method not in ("OPTIONS", "HEAD")
                ]
    assert len(found) > 90
    return sorted(found, key=lambda listed: (listed.path, listed.method))


def _is_aside(path: str) -> bool:
    return path.startswith(("/static", "/api/schema"))


def _kind(path: str) -> str:
    if "{" not in path:
        return ""
    if path.startswith(_STAFF_AREAS):
        return STAFF
    inner = path.removeprefix("/api/v1")
    kinds = [kind for start, kind in _KINDS.items() if inner.startswith(start)]
    known = kinds and set(_PARAMETER.findall(inner)[1:]) <= set(_FURTHER)
    assert known, f"{path}: say in route_table.py whose id stands in this address"
    return kinds[0]


class Visitor:
    """A person at one address, who has a page of the site open."""

    def __init__(self, client: httpx.AsyncClient, key: Key | None) -> None:
        self.key = key
        self._client = client
        self._session = f"sid={key.session}" if key else ""
        self.csrf = ""

    async def open(self) -> Self:
        """Take the token that the pages carry."""
        page = await self._client.get("/login", headers={"cookie": self._session})
        self.csrf = token_in(page.text)
        self._client.cookies.clear()
        return self

    def headers(self, listed: Listed) -> dict[str, str]:
        """By what the person is known on this route, and the token where there is a cookie."""
        if listed.auth is Auth.TOKEN:
            token = self.key.token if self.key else "nobody"
            return {"authorization": f"Bearer {token}", "idempotency-key": uuid4().hex}
        cookies = f"{self._session}; csrftoken={self.csrf}".removeprefix("; ")
        return {"cookie": cookies, "x-csrftoken": self.csrf}

    async def send(
        self,
        listed: Listed,
        address: str,
        fields: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Call the route as a page or a program would, with fields where it takes some."""
        sent = {**self.headers(listed), **(headers or {})}
        more: dict[str, Any] = {}
        if listed.method in UNSAFE:
            more = {"json" if listed.auth is Auth.TOKEN else "data": dict(fields or {})}
        else:
            more = {"params": dict(fields or {})}
        answer = await self._client.request(listed.method, address, headers=sent, **more)
        self._client.cookies.clear()
        return answer
