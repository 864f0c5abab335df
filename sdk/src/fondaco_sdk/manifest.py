"""The manifest: what a plugin is, as data.

It is read at every start and must stay light: name functions by dotted strings
("fondaco_loyalty.pages:admin"); they are imported when the hall is built.

    plugin = Plugin(
        name="loyalty",
        version="0.1.0",
        title=Text("Статусы клиентов", "Loyalty"),
        hooks="fondaco_loyalty.hooks",
        ...
    )
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct


class Text(Struct, frozen=True):
    """A short text in both languages."""

    ru: str
    en: str

    def text(self, locale: str) -> str:
        """The text in `locale`."""
        return self.ru if locale == "ru" else self.en


class Auth(StrEnum):
    """How a route knows who asks."""

    COOKIE = "cookie"
    TOKEN = "token"
    BASIC = "basic"
    SIGNATURE = "signature"
    PUBLIC = "public"


class Route(Struct, frozen=True):
    """A page or endpoint. Plugin paths live below `/p/<plugin>` (staff) or as given here.

    `handler` is a Litestar-style async function: it may take `ask: Ask` (reading) or `act: Act`
    (one transaction), path parameters, and `form`; with `ask` also `transaction`, to write after
    slow work. `policy` is a permission, or "public" or "signed-in"; a route without one is refused
    at start. `max_body` bounds what may be sent to it, in bytes; raise it for files.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: str
    policy: str
    auth: Auth = Auth.COOKIE
    max_body: int = 1_000_000


class ApiRoute(Struct, frozen=True):
    """An operation of the JSON API, below `/api/v1`, known by a token; `policy` is a permission.

    `handler` is an async function: it may take `ask`, `act` or `ask` with `transaction`, parameters
    of the path and the query, and `data: X`, where the Struct X is the body. It returns a Struct,
    or None for 204. Types and docstrings become the OpenAPI description, `summary` its headline.
    What it raises (`UserError` and those below) is answered as problem details (RFC 9457).
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: str
    policy: str
    summary: str
    max_body: int = 1_000_000


class Slot(Struct, frozen=True):
    """HTML for a named place: an async function `(ask, subjects) -> Mapping[key, Fragment]`.

    A plugin may name several for one place: each is asked, shown and may fail by itself, in the
    order of the manifest. `after` and `before` name other plugins; without them names decide.
    """

    place: str
    function: str
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


class Nav(Struct, frozen=True):
    """An entry of the staff side bar or of the customer's menu."""

    title: Text
    href: str
    icon: str
    policy: str
    area: Literal["staff", "customer"] = "staff"


class Permission(Struct, frozen=True):
    """A permission this plugin brings, and the roles that hold it from the start."""

    name: str
    title: Text
    roles: tuple[str, ...] = ()


class Task(Struct, frozen=True):
    """Work outside the request: `(job, payload) -> None`. `cron` is in UTC.

    `payload` names the Struct of the payload; `retries` come after a failure, with growing pauses;
    after the last the task is held for a person.
    """

    name: str
    function: str
    payload: str
    retries: int = 3
    cron: str = ""


class On(Struct, frozen=True):
    """A subscription: `(act, event) -> None` after the commit, once per event, in lane order."""

    event: str
    function: str


class Inbound(Struct, frozen=True):
    """Records that the ERP sends for this plugin: `(act, records) -> Report`, in batches.

    The ERP names them `<plugin>.<name>`. `shape` names the Struct of one record; what does not fit
    it never reaches the handler. A batch is one transaction, and batches of one name never run side
    by side. What is sent twice must have its effect once. When the handler raises, each record of
    the batch is tried alone, and those that raise again are reported.
    """

    name: str
    function: str
    shape: str
    title: Text


class Provider(Struct, frozen=True):
    """A whole service under a name: `factory(settings) -> provider`, chosen in the settings."""

    kind: Literal["search", "payment", "carrier", "lookup", "channel", "layout", "storage", "erp"]
    name: str
    factory: str


class Importer(Struct, frozen=True):
    """A dialect the staging importer can read.

    `reader(path)` yields (member, iterator of records); `images(path)` yields (the path as records
    name it, bytes). `accepts` are the endings of file names; `folders`: an unpacked folder too.
    With `options`, the name of a Struct, the reader is called `reader(path, options)`: what a
    person has chosen for this file, kept with the run. `apart`: each file can be read without those
    before it, and passing over its iterator costs little; then two processes read them by turns.
    """

    name: str
    title: Text
    reader: str
    images: str = ""
    accepts: tuple[str, ...] = ()
    folders: bool = True
    options: str = ""
    apart: bool = False


class Command(Struct, frozen=True):
    """A command of the terminal: `fondaco <plugin> <name>`; `(job, arguments) -> int`."""

    name: str
    function: str
    help: Text


class Invariant(Struct, frozen=True):
    """A query for `fondaco doctor` that must return no row."""

    name: str
    sql: str
    title: Text


class Plugin(Struct, frozen=True, kw_only=True):
    """A plugin. `requires` names plugins; `sdk` is the range of SDK versions it was written for.

    `hooks` is a module; `settings` names a Struct, read from `[plugins.<name>]`; `migrations` is
    the package that holds a `migrations/` folder; `journals` are its tables that the program may
    only add to; `templates` and `locales` are package folders. `demo` is an `async def (act)` that
    furnishes the demo site: it runs at each start of the demo, so a second run must change nothing.
    `sql_budget` maps a hook to the number of statements its implementation needs (default 1).
    """

    name: str
    version: str
    title: Text
    sdk: str = ">=0.1,<1"
    requires: tuple[str, ...] = ()
    hooks: str = ""
    order: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    settings: str = ""
    migrations: str = ""
    journals: tuple[str, ...] = ()
    templates: str = ""
    locales: str = ""
    demo: str = ""
    sql_budget: Mapping[str, int] = {}
    routes: tuple[Route, ...] = ()
    api: tuple[ApiRoute, ...] = ()
    slots: tuple[Slot, ...] = ()
    nav: tuple[Nav, ...] = ()
    permissions: tuple[Permission, ...] = ()
    tasks: tuple[Task, ...] = ()
    subscriptions: tuple[On, ...] = ()
    emits: tuple[str, ...] = ()
    inbound: tuple[Inbound, ...] = ()
    providers: tuple[Provider, ...] = ()
    importers: tuple[Importer, ...] = ()
    commands: tuple[Command, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    meta: Mapping[str, Any] = {}
