"""The hall: everything that is composed once, at start, and handed to whoever works in it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.db.engine import Database
from fondaco.db.generations import Memory
from fondaco.hooks.registry import Registry
from fondaco.hooks.runner import Runner
from fondaco.hooks.trace import Traces
from fondaco.settings import Settings
from fondaco_sdk.events import Event
from fondaco_sdk.types.actor import Actor, Customer


class Clock:
    """Tells the time; tests hand over another."""

    def now(self) -> datetime:
        """Now, aware UTC."""
        return datetime.now(UTC)


class AuditLine(Struct, frozen=True):
    """What a person or program did to something; `company_id`: to which customer, if not for it."""

    action: str
    subject: str
    before: Any
    after: Any
    company_id: int | None = None


class Ledger(Protocol):
    """What a unit of work leaves behind besides its rows; the exchange and identity provide it."""

    async def emit(
        self, connection: AsyncConnection, event: Event, subscribers: Sequence[str]
    ) -> None:
        """Put an event into the outbox, with a delivery per subscriber."""
        ...

    async def enqueue(
        self, connection: AsyncConnection, task: str, payload: Struct, key: str | None
    ) -> None:
        """Queue a task."""
        ...

    async def audit(
        self,
        connection: AsyncConnection,
        actor: Actor,
        customer: Customer | None,
        line: AuditLine,
        request_id: str,
    ) -> None:
        """Write an audit line."""
        ...


class Hall(Struct):
    """Settings, database, plugins, hooks, and the services of the rooms by name.

    A service is made per context by its factory: `services["catalog"](ask)`. `memories` are what
    this process remembers of generations, by name; `providers` those that live as long as it does.
    """

    settings: Settings
    database: Database
    registry: Registry
    hooks: Runner
    services: Mapping[str, Callable[[Any], Any]]
    ledger: Ledger
    traces: Traces
    clock: Clock
    memories: dict[str, Memory] = {}
    providers: dict[tuple[str, str], Any] = {}
    on_close: list[Callable[[], Awaitable[None]]] = []

    def subscribers(self, event_type: str) -> tuple[str, ...]:
        """For whom a delivery of such an event is written: subscribers, and the broker if any."""
        told = self.registry.subscribers(event_type)
        outside = self.registry.publishers_of(event_type) if self.settings.amqp_url else ()
        return (*told, *outside)

    async def close(self) -> None:
        """Let go of everything that was opened."""
        for close in reversed(self.on_close):
            await close()
        await self.database.close()
