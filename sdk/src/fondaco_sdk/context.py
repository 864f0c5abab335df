"""What a plugin's function is handed. The context is the permission to do I/O.

`Ask` reads: each statement takes a connection for itself, nothing is held between two. `Act` is
one transaction: everything in it happens or nothing does. `Net` calls outside and has no database.
`Job` is a task's context, and opens one or the other, never both.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Executable, Row

from fondaco_sdk.events import Event
from fondaco_sdk.types.actor import Actor, Customer, Scope
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import CompanyId, OrderId, PlaceId, ProductId, StockId
from fondaco_sdk.types.imports import ImportState
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.order import AmendedLine, Order, OrderState
from fondaco_sdk.types.price import PriceLine, Quote
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import Sheet, SheetColumn, WrittenColumn
from fondaco_sdk.types.supply import ExpectedLot, LineSupply, Place, PlaceData, Want

S = TypeVar("S", bound=Struct)

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class CatalogService(Protocol):
    """Products, by the batch."""

    async def products(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """The products of `ids` that the actor may see. One statement."""
        ...


class PricingService(Protocol):
    """The only way to a price."""

    async def quote(self, lines: Sequence[PriceLine], *, on: date | None = None) -> Quote:
        """Prices for `lines` in their order, in the customer's currency.

        `on` is the expected day of shipment, which decides the VAT rate; today by default.
        """
        ...


class SupplyService(Protocol):
    """Stock and dates, by the batch."""

    async def supply(self, wants: Sequence[Want]) -> Sequence[LineSupply]:
        """Where each want comes from and when, in the order of `wants`."""
        ...

    async def places(self) -> Sequence[Place]:
        """Every active place. One statement at most."""
        ...


class CartService(Protocol):
    """The cart of the person who asks."""

    async def priced(self) -> PricedCart:
        """The whole cart with prices and supply. For pages: hooks are asked on the way to it."""
        ...


class OrderService(Protocol):
    """Orders, within the scope of the asker."""

    async def orders(self, ids: Sequence[OrderId], scope: Scope) -> Mapping[OrderId, Order]:
        """Orders with their lines; those outside `scope` are absent."""
        ...


class SheetService(Protocol):
    """Tables that people upload and take away."""

    async def read(
        self, content: bytes, columns: Sequence[SheetColumn], *, rows: int = 5000
    ) -> Sheet:
        """The table in an xlsx, xlsm, xls, ods, csv or txt file of up to 50 MB and `rows` rows.

        It is read in a process of its own, within limits of memory and time, and no formula is
        calculated. It may take seconds: do it before a transaction (`Transaction` in `web`).
        Raises `UserError` for what is no such file, and where a required column is missing.
        """
        ...

    def parts(
        self, content: bytes, columns: Sequence[SheetColumn], *, rows: int = 1_000_000
    ) -> AsyncIterator[Sheet]:
        """The same for a table of up to 500 MB, some thousand rows at a time, in their order.

        It may take minutes: for a task of the worker, with a transaction for each part or for none.
        Raises `UserError` as `read` does, at the first part or at a later one.
        """
        ...

    def write(
        self,
        title: str,
        columns: Sequence[WrittenColumn],
        rows: Sequence[Sequence[str | int | Decimal | None]],
    ) -> bytes:
        """An xlsx of one sheet called `title`; a text stays a text, and nothing is a formula."""
        ...


class ImportService(Protocol):
    """Packages that arrive by other ways than the upload of staff, for the staging importer."""

    def folder(self, plugin: str) -> Path:
        """A folder on the disk that all nodes share, where a plugin gathers what arrives."""
        ...

    async def start(self, source: Path, importer: str, name: str) -> UUID:
        """Queue the import of a file or folder, which is moved away; its run.

        `importer` is an importer of a manifest. The bytes of a run that has not ended are gone on
        with. Not inside a transaction: the bytes are read first. Raises `NotFound` for an importer
        that nobody brings.
        """
        ...

    async def state(self, run: UUID) -> ImportState | None:
        """Where a run stands. One statement."""
        ...


class Words(Protocol):
    """How figures read in a language ("ru", "en"), for the texts of a `Reason`.

    Templates have filters of the same names, which know the page's language.
    """

    def money(self, amount: Decimal, currency: str, locale: str) -> str:
        """1 234 567,80 ₽ or ₽1,234,567.80."""
        ...

    def quantity(self, value: Decimal, unit: str, locale: str) -> str:
        """A quantity with its unit, without trailing zeros."""
        ...

    def number(self, value: Decimal | int, locale: str) -> str:
        """Digits grouped by thousands."""
        ...

    def percent(self, value: Decimal, locale: str) -> str:
        """12,5 % or 12.5%."""
        ...


class Ask(Protocol):
    """Read the world as this actor may see it.

    `now` is aware UTC and stands still for the whole request; `zone` and `currency` are the site's.
    """

    actor: Actor
    scope: Scope
    customer: Customer | None
    locale: str
    now: datetime
    zone: ZoneInfo
    currency: str

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[AnyRow]:
        """Run one reading statement and return all its rows."""
        ...

    def settings(self, shape: type[S]) -> S:
        """The plugin's own settings, as declared in its manifest."""
        ...

    @property
    def catalog(self) -> CatalogService:
        """Products."""
        ...

    @property
    def pricing(self) -> PricingService:
        """Prices."""
        ...

    @property
    def supply(self) -> SupplyService:
        """Stock and dates."""
        ...

    @property
    def cart(self) -> CartService:
        """The cart."""
        ...

    @property
    def orders(self) -> OrderService:
        """Orders."""
        ...

    @property
    def sheets(self) -> SheetService:
        """Tables of people."""
        ...

    @property
    def imports(self) -> ImportService:
        """Packages for the staging importer."""
        ...

    @property
    def words(self) -> Words:
        """How figures read."""
        ...


class OrderCommands(OrderService, Protocol):
    """What a plugin may do with orders, inside a transaction."""

    async def report_state(self, order_id: OrderId, to: OrderState, reason: Reason) -> None:
        """Move an order; a cancelled one lets go of what it held, a shipped one takes it along.

        `reason` is read by the buyer below the name of the step: who made it, and why. The same
        state again changes nothing. Raises `NotFound` outside the scope, and `Conflict` where there
        is no such step.
        """
        ...

    async def amend(
        self,
        order_id: OrderId,
        shipment: UUID,
        lines: Sequence[AmendedLine],
        *,
        source: str,
        reason: Reason,
    ) -> bool:
        """The lines of a shipment become these: changed, added, or taken off; False if they are so.

        Sums, VAT, limits and what is held follow at once. Of what a line grows, only what is free
        is held: the rest waits for a day, as goods that ran short do. The buyer reads on the order
        what was and what is, gets a letter that gives `reason`, and `order.amended.v1` tells the
        others; `source` is who decides, such as the plugin. Raises `NotFound` outside the scope,
        `Conflict` where the order is shipped, over, or not approved yet, and `UserError` for a
        quantity or a sum below 0. Statements do not depend on the number of lines.
        """
        ...


class SupplyCommands(SupplyService, Protocol):
    """What a plugin may do with places and stock, inside a transaction."""

    async def save_place(self, place: PlaceData) -> PlaceId:
        """A new place, or other words about a known one; the ERP's own name for it stays."""
        ...

    async def report(self, place: PlaceId, has: Mapping[ProductId, Decimal]) -> None:
        """What a place has of some products now, in base units; of others nothing is said."""
        ...

    async def expect(self, lots: Sequence[ExpectedLot]) -> None:
        """Lots that are on their way: new ones, or another quantity or day of known ones."""
        ...

    async def arrived(self, ids: Sequence[StockId], *, counted: bool) -> None:
        """Lots that have come, or will not: what is held of them passes to the place's shelf.

        `counted`: so do their goods; otherwise the next report of the ERP says how many there are.
        """
        ...


class Act(Ask, Protocol):
    """One transaction. It commits when the function returns and rolls back when it raises."""

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Run one writing statement; returns the number of rows it touched."""
        ...

    async def emit(self, event: Event) -> None:
        """Put an event into the outbox: it leaves if and only if this transaction commits."""
        ...

    async def enqueue(self, task: str, payload: Struct, *, key: str | None = None) -> None:
        """Queue a task of the manifest; a second one with the same waiting `key` is dropped."""
        ...

    async def machine_pass(self, lasts: timedelta) -> str:
        """A pass for the machine that asks; shown in the cookie `MACHINE_COOKIE`, it needs no
        password until `lasts` is over by the database clock, or its password is revoked.

        Raises `Fault` where no machine asks.
        """
        ...

    async def audit(self, action: str, subject: str, before: object, after: object) -> None:
        """Write an audit line: who, for which company, what, was and is."""
        ...

    @property
    def orders(self) -> OrderCommands:
        """Orders and their commands."""
        ...

    @property
    def supply(self) -> SupplyCommands:
        """Stock and its commands."""
        ...


class HttpAnswer(Struct, frozen=True):
    """What came back from outside."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Net(Protocol):
    """HTTP to the outside, with a deadline and a breaker, and no database."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: Decimal = Decimal(5),
    ) -> HttpAnswer:
        """One call. Raises `Unavailable` when the deadline passes or the breaker is open.

        Redirects are not followed. Raises `Fault` for an address in a private network that no
        setting names: what a customer, a file or another program wrote may lead only outside.
        """
        ...


class Job(Protocol):
    """A task's context. Open `act()` or `net()`, never both at once."""

    def act(self) -> AbstractAsyncContextManager[Act]:
        """A transaction as the system."""
        ...

    def ask(self) -> Ask:
        """Reading as the system."""
        ...

    def net(self) -> AbstractAsyncContextManager[Net]:
        """Calls to the outside."""
        ...

    async def once(self, act: Act, step: str = "") -> bool:
        """Whether this job does `step` for the first time; remembered if `act` commits.

        A task may run more than once: ask before what must not happen twice.
        """
        ...

    async def receive(self, name: str, records: Iterable[object]) -> Report:
        """Hand what the ERP sent, as decoded from JSON, to the plugin that takes `name`.

        `name` is `<plugin>.<records>`. Every batch of 500 commits by itself; when this raises, hand
        over everything again: what came twice has its effect once. Raises `NotFound` for a name
        that no plugin takes. Not inside an open `act()` or `net()`.
        """
        ...


class Subject(Struct, frozen=True):
    """What a slot function is asked about: a key of the page, and the thing's ids.

    `cart` is the whole cart, on its own page.
    """

    key: str
    company_id: CompanyId | None = None
    product_id: ProductId | None = None
    order_uuid: UUID | None = None
    amount: Decimal | None = None
    currency: str = ""
    cart: PricedCart | None = None
