"""A browser without a screen, for tests: cookies, CSRF tokens, sign-in."""

import re
from typing import Any

import httpx

_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]*)">')


class Client(httpx.AsyncClient):
    """httpx with what our forms need."""

    async def token(self) -> str:
        """The CSRF token that the pages carry now."""
        page = await self.get("/login")
        found = _TOKEN.search(page.text)
        assert found, page.text[:500]
        return found.group(1)

    async def send_form(
        self, path: str, data: dict[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        """Post a form as a page would."""
        headers = {"X-CSRFToken": await self.token(), **options.pop("headers", {})}
        return await self.post(path, data=data or {}, headers=headers, **options)

    async def sign_in(self, email: str, password: str) -> httpx.Response:
        """Through the form."""
        return await self.send_form("/login", {"email": email, "password": password})
