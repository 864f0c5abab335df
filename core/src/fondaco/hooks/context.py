"""The contexts that functions are handed: `AskContext` reads, `ActContext` is one transaction."""

from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast

from msgspec import Struct
from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.db.generations import ALL, Generations, Memory, Subject
from fondaco.hooks.hall import AuditLine, Hall
from fondaco_sdk.context import (
    AnyRow,
    CartService,
    CatalogService,
    ImportService,
    OrderCommands,
    PricingService,
    SheetService,
    SupplyCommands,
    Words,
)
from fondaco_sdk.errors import Fault
from fondaco_sdk.events import Event
from fondaco_sdk.types.actor import Actor, ActorKind, Customer, Scope

S = TypeVar("S", bound=Struct)

SYSTEM = Actor(ActorKind.SYSTEM, name="system")
GENERATIONS = text(f"select {ALL}")


class AskContext:
    """Reading: each statement takes a connection for itself (implements `fondaco_sdk.Ask`)."""

    def __init__(
        self,
        hall: Hall,
        actor: Actor,
        scope: Scope,
        customer: Customer | None = None,
        *,
        locale: str | None = None,
        request_id: str = "",
        generations: Generations | None = None,
    ) -> None:
        self.hall = hall
        self.actor = actor
        self.scope = scope
        self.customer = customer
        self.locale = locale or hall.settings.site.locale
        self.now = hall.clock.now()
        self.zone = hall.settings.zone
        self.currency = hall.settings.site.currency
        self.request_id = request_id
        self.generations = generations
        self._services: dict[str, Any] = {}

    @property
    def on_behalf(self) -> bool:
        """Whether one of our own staff works in a customer's name."""
        return self.actor.kind is ActorKind.STAFF and self.customer is not None

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[AnyRow]:
        """Run one reading statement and return all its rows."""
        async with self.hall.database.reading.connect() as connection:
            return (await connection.execute(statement, parameters)).all()

    def settings(self, shape: type[S]) -> S:
        """The settings declared by `shape`."""
        found = self.hall.registry.settings.get(shape)
        if found is None:
            raise Fault(f"no plugin declares settings {shape.__name__}")
        return cast("S", found)

    def service(self, name: str) -> Any:
        """The service of a room, bound to this context."""
        if name not in self._services:
            self._services[name] = self.hall.services[name](self)
        return self._services[name]

    def remembered(self, subject: Subject, name: str, most: int) -> "Remembered":
        """What this process knows of a subject's generation, and where to keep more of it."""
        memory = self.hall.memories.setdefault(name, Memory(most))
        if self.generations is None:
            return Remembered({}, memory)
        return Remembered(memory.known(getattr(self.generations, subject)), memory)

    def forget(self) -> None:
        """From here on read everything anew: this transaction changes what is remembered."""
        self.generations = None

    async def renew(self) -> None:
        """Take the generations of this moment, after having waited. One statement."""
        self.generations = Generations.of((await self.fetch(GENERATIONS))[0][0])

    @property
    def catalog(self) -> CatalogService:
        """Products."""
        return cast("CatalogService", self.service("catalog"))

    @property
    def pricing(self) -> PricingService:
        """Prices."""
        return cast("PricingService", self.service("pricing"))

    @property
    def supply(self) -> SupplyCommands:
        """Stock and dates."""
        return cast("SupplyCommands", self.service("supply"))

    @property
    def cart(self) -> CartService:
        """The cart."""
        return cast("CartService", self.service("cart"))

    @property
    def orders(self) -> OrderCommands:
        """Orders and, inside a transaction, their commands."""
        return cast("OrderCommands", self.service("orders"))

    @property
    def sheets(self) -> SheetService:
        """Tables of people."""
        return cast("SheetService", self.service("sheets"))

    @property
    def imports(self) -> ImportService:
        """Packages for the staging importer."""
        return cast("ImportService", self.service("imports"))

    @property
    def words(self) -> Words:
        """How figures read."""
        return cast("Words", self.service("words"))

    @asynccontextmanager
    async def act(self) -> AsyncIterator["ActContext"]:
        """A transaction of the same actor; the kernel's services use it for their own verbs."""
        async with self.hall.database.transaction() as connection:
            act = ActContext(
                self.hall,
                self.actor,
                self.scope,
                self.customer,
                locale=self.locale,
                request_id=self.request_id,
                generations=self.generations,
                connection=connection,
            )
            yield act


class Remembered(Struct, frozen=True):
    """Values by their keys, as of the asker's generation; `keep` adds what was read."""

    known: Mapping[Hashable, Any]
    memory: Memory

    def keep(self, number: int, values: Mapping[Any, Any]) -> None:
        """Values of the generation `number`, which the statement that read them saw."""
        self.memory.keep(number, values)


class ActContext(AskContext):
    """One transaction on one connection (implements `fondaco_sdk.Act`)."""

    def __init__(self, *args: Any, connection: AsyncConnection, **options: Any) -> None:
        super().__init__(*args, **options)
        self.connection = connection

    def speaking(self, locale: str) -> "ActContext":
        """The same transaction and person with texts in this language; "": in the same one."""
        return ActContext(
            self.hall,
            self.actor,
            self.scope,
            self.customer,
            locale=locale or self.locale,
            request_id=self.request_id,
            generations=self.generations,
            connection=self.connection,
        )

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[AnyRow]:
        """Run one statement on the transaction's connection and return all its rows."""
        return (await self.connection.execute(statement, parameters)).all()

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Run one writing statement; returns the number of rows it touched."""
        return (await self.connection.execute(statement, parameters)).rowcount

    async def emit(self, event: Event) -> None:
        """Put an event into the outbox, with a delivery per subscriber."""
        subscribers = self.hall.subscribers(event.type_name)
        await self.hall.ledger.emit(self.connection, event, subscribers)

    async def enqueue(self, task: str, payload: Struct, *, key: str | None = None) -> None:
        """Queue a task; it runs if and only if this transaction commits."""
        await self.hall.ledger.enqueue(self.connection, task, payload, key)

    async def machine_pass(self, lasts: timedelta) -> str:
        """A pass for the machine that asks. Raises `Fault` where no machine asks."""
        if self.actor.kind is not ActorKind.ERP:
            raise Fault("a pass is for a machine: declare the route with `Auth.BASIC`")
        return cast("str", await self.service("machines").new_pass(lasts))

    async def audit(
        self,
        action: str,
        subject: str,
        before: object,
        after: object,
        company_id: int | None = None,
    ) -> None:
        """Write an audit line; `company_id` names the customer that staff have dealt with."""
        line = AuditLine(action, subject, before, after, company_id)
        await self.hall.ledger.audit(
            self.connection, self.actor, self.customer, line, self.request_id
        )


def system_ask(hall: Hall, locale: str | None = None) -> AskContext:
    """Reading as the program itself: tasks, handlers, commands of the terminal."""
    return AskContext(hall, SYSTEM, Scope.all_companies(), locale=locale)


ServiceFactory = Callable[[AskContext], Any]
