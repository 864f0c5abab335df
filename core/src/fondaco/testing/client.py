"""A browser without a screen, for tests: cookies, CSRF tokens, sign-in."""

import re
from typing import Any

import httpx

_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]*)">')


def token_in(html: str) -> str:
    """The CSRF token that a page carries, for its forms and for the header `X-CSRFToken`."""
    found = _TOKEN.search(html)
    assert found, html[:500]
    return found.group(1)


class Client(httpx.AsyncClient):
    """httpx with what our forms need."""

    async def token(self) -> str:
        """The CSRF token that the pages carry now."""
        return token_in((await self.get("/login")).text)

    async def send_form(
        self, path: str, data: dict[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        """Post a form as a page would."""
        headers = {"X-CSRFToken": await self.token(), **options.pop("headers", {})}
        return await self.post(path, data=data or {}, headers=headers, **options)

    async def sign_in(self, email: str, password: str) -> httpx.Response:
        """Through the form."""
        return await self.send_form("/login", {"email": email, "password": password})
