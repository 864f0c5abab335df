"""Long work of a machine leaves this process to the people that it is answering."""

import asyncio
from time import monotonic
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from fondaco.web.routing import context_of
from fondaco_sdk.types.actor import ActorKind

SHARE_SECONDS, MOST_SECONDS = 0.04, 0.5
"""Each piece of a machine's work may wait for people so long, or longer by what those before it
have left, up to the most: pages are waited out, and a site that is always busy stops no machine."""
REST = 1
"""How long a machine rests after a piece of its work, by the time that it took: other processes
answer people as well, from the same database."""


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
        scope["fondaco_gap"] = Rests(self)  # type: ignore[typeddict-unknown-key]
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

    async def nobody(self, most: float) -> None:
        """Return once nobody is being answered, and after `most` seconds whoever is."""
        try:
            async with asyncio.timeout(most):
                await self._nobody.wait()
        except TimeoutError:
            return


class Rests:
    """The gap of one request: a rest after the piece of work that came before it, then people."""

    def __init__(self, people: PeopleFirst) -> None:
        self._people = people
        self._since = monotonic()
        self._left = 0.0

    async def __call__(self) -> None:
        # Who has arrived meanwhile is seen only after a turn of the loop, so it rests even for 0 s.
        # What took longer was a slow upload rather than work.
        await asyncio.sleep(min((monotonic() - self._since) * REST, MOST_SECONDS))
        self._left = min(self._left + SHARE_SECONDS, MOST_SECONDS)
        began = monotonic()
        await self._people.nobody(self._left)
        self._since = monotonic()
        self._left = max(self._left - (self._since - began), 0.0)
