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
from pathlib import Path
from typing import Any, Literal, TypeAlias

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
    slow work, and `gap`, for long work of a machine (both in `fondaco_sdk.web`). `policy` is a
    permission, or "public" or "signed-in"; a route without one is refused at start. `max_body`
    bounds what may be sent to it, in bytes; raise it for files.

    `auth=Auth.BASIC` is for machines: the login and password that an administrator made for one,
    or the pass of `Act.machine_pass` in its cookie. `request.stream()` gives a body piece by piece,
    however large. `failed` names a function `(status, said) -> Response` that words every refusal
    as the machine expects it; `said` is a sentence for people, in the site's language.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: str
    policy: str
    auth: Auth = Auth.COOKIE
    max_body: int = 1_000_000
    failed: str = ""


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


class MessageKind(Struct, frozen=True):
    """A kind of message that leaves for the broker; `payload` names the Struct of its payload."""

    type: str
    routing_key: str
    payload: str
    title: Text


class Publication(Struct, frozen=True):
    """What leaves for the broker when something has happened.

    `function` is `(ask, events) -> Sequence[Sequence[Message]]`: for each event, in their order,
    the messages that tell of it; none for one that concerns nobody outside. It is asked in batches,
    after the commit, by whoever speaks to the broker; the portal itself never waits for it. A
    message leaves after those of earlier events of the same key, and may leave twice, under the
    same id. Without a broker in the settings nothing is kept for it.
    """

    name: str
    events: tuple[str, ...]
    function: str
    messages: tuple[MessageKind, ...]


class Take(Struct, frozen=True):
    """What messages of a type are: records for `inbound` (`<plugin>.<name>`).

    "": a sign of life, or the word that a message of ours has come; then the payload is not read.
    """

    type: str
    inbound: str = ""


class Queue(Struct, frozen=True):
    """A queue of the broker, declared by the portal; `bindings` are routing keys of its exchange.

    With `takes` the portal reads it, one lane a queue: what is slow in one holds up no other.
    Without, somebody outside does, who finds it declared.
    """

    name: str
    title: Text
    bindings: tuple[str, ...]
    takes: tuple[Take, ...] = ()


class Provider(Struct, frozen=True):
    """A whole service under a name: `factory(settings) -> provider`, chosen in the settings."""

    kind: Literal["search", "payment", "carrier", "lookup", "channel", "layout", "storage", "erp"]
    name: str
    factory: str


DocumentRight: TypeAlias = Literal["view", "download", "original"]


class DocumentKind(Struct, frozen=True, kw_only=True):
    """A kind of document; the kernel numbers, versions, files and guards it, a layout draws it.

    `about` decides what the layout is handed (`fondaco_sdk.types.paper`): "order" an `Invoice`,
    "cart" a `Quote`, "shipment" a `Delivery`, "period" a `Statement`, "agreement" a `Contract`;
    "" nothing, such documents only come from the ERP. `issued`: when an order is "placed", when a
    shipment is "shipped", or on "demand". `layout` names the provider, by default as the kind.
    `formats` are endings ("pdf", "xlsx"). Kinds of one `series` are counted together, by default
    the kind alone. `rights` are what its buyers may do, none: it is for staff alone; the site's
    settings may say otherwise.
    `locale` is the language of a form that has but one; "": that of whoever has it issued.
    """

    name: str
    title: Text
    about: Literal["order", "cart", "shipment", "period", "agreement", ""] = ""
    issued: Literal["placed", "shipped", "demand"] = "demand"
    layout: str = ""
    formats: tuple[str, ...] = ("pdf",)
    series: str = ""
    rights: tuple[DocumentRight, ...] = ("view", "download")
    locale: Literal["ru", "en", ""] = ""


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


class Terminal(Struct, frozen=True):
    """What a command gets: the folder with the site's data, the site's address, and the access
    (`login`, `password`) that the demo has made for it; both are "" where there is none. `port` is
    the one of this machine that the demo has found for it, 0 for none.
    """

    data: Path
    url: str
    login: str = ""
    password: str = ""
    port: int = 0


class Command(Struct, frozen=True):
    """A command of the terminal, `fondaco <name> ...`; `(Terminal, Sequence[str]) -> int`, its exit
    code. It works beside the site and has no database.

    With `demo`, the demo runs it as a process of its own with these arguments, under an access for
    programs whose login is the command's name: it calls the site, as an ERP does. With
    `demo_settings` it serves instead, or serves too where it `calls`. They are those of its plugin,
    unless the site has some for it; "{port}" in them is a free port, which the command gets. The
    gateway to the ERP of a plugin that is served is the one that the demo asks.
    """

    name: str
    function: str
    help: Text
    demo: tuple[str, ...] = ()
    demo_settings: Mapping[str, str | Mapping[str, str]] = {}
    calls: bool = False


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
    queues: tuple[Queue, ...] = ()
    publications: tuple[Publication, ...] = ()
    providers: tuple[Provider, ...] = ()
    importers: tuple[Importer, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    commands: tuple[Command, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    meta: Mapping[str, Any] = {}
