"""Long work of a machine leaves this process to the people that it is answering."""

import asyncio
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from fondaco.web.routing import context_of
from fondaco_sdk.types.actor import ActorKind

MOST_SECONDS = 0.04
"""However many people come, the machine's next piece is not later than this."""


class PeopleFirst(ASGIMiddleware):
    """Counts who is being answered, and hands every route the `gap` between them.

    Stands behind the one who resolves who asks. A process knows of its own requests only.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self) -> None:
        self._people = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Count the request unless a machine makes it, and go on."""
        scope["fondaco_gap"] = self.gap  # type: ignore[typeddict-unknown-key]
        asking: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        if context_of(asking).actor.kind is ActorKind.ERP:
            await next_app(scope, receive, send)
            return
        self._people += 1
        self._nobody.clear()
        try:
            await next_app(scope, receive, send)
        finally:
            self._people -= 1
            if not self._people:
                self._nobody.set()

    async def gap(self) -> None:
        """Return once nobody is being answered, and after `MOST_SECONDS` whoever is."""
        # What has arrived meanwhile is seen only after a turn of the loop.
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await self._nobody.wait()
        except TimeoutError:
            return
