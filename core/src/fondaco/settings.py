"""The site's settings: `fondaco.toml` and `FONDACO_*`, one Struct, unknown keys are an error.

A variable is the path of the key: `FONDACO_DATABASE_URL` is `database_url`,
`FONDACO_SITE__NAME` is `name` in `[site]`. The environment wins over the file.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

PREFIX = "FONDACO_"
FILE = "fondaco.toml"
HANDED_DOWN = "_FONDACO_SETTINGS"
_LISTS = frozenset({"without", "trusted_proxies", "live_prices"})
_HOST = re.compile(r"(\{s\}\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
_NOT_SETTINGS = frozenset(f"{PREFIX}{name}" for name in ("CONFIG", "CRASH_AT", "TEST_DATABASE_URL"))


class SettingsError(Exception):
    """A setting is wrong; the message names the key and the remedy."""


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """What this installation is. `url` is the public address, used in mails and links.

    `colour` is the brand's, "#rrggbb"; documents are set in it.
    """

    name: str = "Fondaco"
    url: str = "http://127.0.0.1:8000"
    locale: Literal["ru", "en"] = "ru"
    currency: str = "RUB"
    timezone: str = "Europe/Moscow"
    colour: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")] = "#1f4e79"


class Server(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the program listens. `workers` are web processes.

    `trusted_proxies` are addresses or networks of the proxies before it: only from them is
    X-Forwarded-For believed.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    secure_cookies: bool = False
    session_days: int = 14
    trusted_proxies: tuple[str, ...] = ()


class Mail(Struct, frozen=True, forbid_unknown_fields=True):
    """The mail server. Without `host` letters are written below `data_dir`, for one machine.

    `security` is how the connection is kept private: "starttls" (usually port 587), "tls" (465),
    or "none", for a server on this machine. `sender` is the address letters come from.
    """

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = ""
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = "portal@localhost"


class Amqp(Struct, frozen=True, forbid_unknown_fields=True):
    """The exchange that the portal declares at the broker of `amqp_url`.

    `prefetch` is how many messages of a queue are taken at once; `most_bytes` is how large a
    message may be.
    """

    exchange: str = "b2b.events"
    prefetch: int = 500
    most_bytes: int = 8_000_000
    heartbeat: int = 30


class Stock(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the ERP reports all that is on hand, or what is free of our reservations."""

    erp_reports: Literal["gross", "free"] = "gross"


class Orders(Struct, frozen=True, forbid_unknown_fields=True):
    """Validity, in days, of an invoice and of a quote; how long goods are held.

    `checkout_hold_minutes`: while somebody fills in the checkout; 0: not at all.
    `prepaid_hold_hours`: for an order paid beforehand, until the payment; 0: no end.
    `approval_hold_hours`: for an order that waits for an approval; 0: no end.
    `assembly`: "when_paid": an order that is paid beforehand, and whose goods are all there, is
    picked as soon as the money has come; "by_hand": when a person or the ERP says so.
    `assembly_on_credit`: one of which nothing is left to pay beforehand, and whose goods are all
    there, is picked "before_cut_off", `assembly_minutes` before the first cut-off of its warehouse
    at which it can be, "at_once", or "by_hand".
    """

    invoice_days: int = 5
    quote_days: int = 7
    number_prefix: str = ""
    checkout_hold_minutes: int = 15
    prepaid_hold_hours: int = 72
    approval_hold_hours: int = 72
    assembly: Literal["when_paid", "by_hand"] = "when_paid"
    assembly_on_credit: Literal["before_cut_off", "at_once", "by_hand"] = "before_cut_off"
    assembly_minutes: int = 60


class Payments(Struct, frozen=True, forbid_unknown_fields=True):
    """Money by acquirers. `charge_hours`: how long an attempt that nobody pays is asked about.

    `refund_cancelled`: what a buyer pays for an order that was cancelled meanwhile goes back by
    itself; otherwise one of the staff presses a button. `bank_authority`: whose word on money that
    came to the bank is counted, that of the bank statements staff upload or that of the ERP; what
    the other says is shown and counts nothing, since both tell of the same money.
    """

    charge_hours: int = 24
    refund_cancelled: bool = False
    bank_authority: Literal["statement", "erp"] = "statement"


class Documents(Struct, frozen=True, forbid_unknown_fields=True):
    """What the site says of kinds of documents.

    `rights` maps a kind to what its buyers may do: "view", "download", "original" (ask for the
    paper one); where this is nothing, the kind is closed to them. `layouts` maps a kind to the
    layout that draws it instead of its own. `by_erp` are kinds that the ERP issues: the portal
    makes none itself when goods leave. `largest` is how many bytes a file of the ERP may have.
    """

    rights: Mapping[str, tuple[Literal["view", "download", "original"], ...]] = {}
    layouts: Mapping[str, str] = {}
    by_erp: tuple[str, ...] = ()
    largest: int = 20_000_000


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    """Which engine answers searches: "postgres", or one that a plugin brings."""

    engine: str = "postgres"


class LookupSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is asked for addresses, companies and banks: "" for nobody, or what a plugin brings."""

    service: str = ""


class Delivery(Struct, frozen=True, forbid_unknown_fields=True):
    """How goods are brought by carriers: `vat` is the VAT code that their prices include.

    A carrier that is silent is offered at its last price for `stale_hours`; 0: not at all.
    `hand_over`: whether parcels are registered with their carrier as soon as the order is shipped,
    or only where staff say so, since the ERP may register them itself.
    `demo_carrier`: one that does not exist is at work too, to be shown in the demo.
    """

    vat: str = "22"
    stale_hours: int = 72
    hand_over: Literal["when_shipped", "by_staff"] = "by_staff"
    demo_carrier: bool = False


class Map(Struct, frozen=True, forbid_unknown_fields=True):
    """What lies under pickup points: the address of tiles, with {z}, {x} and {y}, and whose they
    are; without one, a plain field with the names of towns.
    """

    tiles: str = ""
    attribution: str = ""

    def __post_init__(self) -> None:
        """Refuse what no map can be drawn from, or a browser's policy could not name."""
        if not self.tiles:
            return
        address = urlsplit(self.tiles)
        own = not address.scheme and not address.netloc and self.tiles.startswith("/")
        if not own and not (address.scheme == "https" and _HOST.fullmatch(address.netloc)):
            raise ValueError("map.tiles is a path of this site, or an https address of one host")
        if not all(part in self.tiles for part in ("{z}", "{x}", "{y}")):
            raise ValueError("map.tiles holds {z}, {x} and {y}")
        if not self.attribution:
            raise ValueError("map.attribution says whose map it is")


class Erp(Struct, frozen=True, forbid_unknown_fields=True):
    """The ERP that is asked at once, by `gateway`: "" for nobody, or what a plugin brings.

    `live_check`: whether it is asked before every order. A price that it named counts for
    `price_hours`; of the agreements in `live_prices` (their ids in the ERP, or "*" for all) prices
    are fetched beforehand. Pages tell how old stock is once nothing was heard of the ERP for
    `stock_minutes`, and prices after `price_hours`.
    """

    gateway: str = ""
    live_check: bool = True
    live_prices: tuple[str, ...] = ()
    stock_minutes: int = 30
    price_hours: int = 24

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        if self.stock_minutes < 1 or self.price_hours < 1:
            raise ValueError("stock_minutes and price_hours are 1 or more")


class Rates(Struct, frozen=True, forbid_unknown_fields=True):
    """Where currency rates come from: "" for nowhere, "cbr" for the Bank of Russia at `url`."""

    source: Literal["", "cbr"] = ""
    url: str = "https://www.cbr.ru/scripts/XML_daily.asp"


class Prices(Struct, frozen=True, forbid_unknown_fields=True):
    """By how many percent a manual price may be below the one before it.

    `manual_percent` is for whoever may give one, `manual_most_percent` for the head of sales.
    """

    manual_percent: int = 5
    manual_most_percent: int = 20


class SubstituteWeights(Struct, frozen=True, forbid_unknown_fields=True):
    """What makes one analogue better than another: its kind, the date, the price, our margin.

    Only their proportion counts; 0 leaves one out.
    """

    replaceability: int = 50
    date: int = 25
    price: int = 15
    margin: int = 10

    def __post_init__(self) -> None:
        """Refuse what gives no order."""
        weights = (self.replaceability, self.date, self.price, self.margin)
        if min(weights) < 0 or not any(weights):
            raise ValueError("weights of substitutes are 0 or more, and not all of them 0")

    @property
    def total(self) -> int:
        """All weights together."""
        return self.replaceability + self.date + self.price + self.margin


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set.

    Without `database_url` the program brings its own PostgreSQL, kept below `data_dir`.
    `owner_url` connects as the owner of the database for migrations; `database_url` by default.
    `theme_dir` holds the brand's files: `logo.svg` or `logo.png`, for the heads of documents.
    `secret` signs tokens; without it one is made and kept below `data_dir`.
    """

    site: Site = Site()
    server: Server = Server()
    stock: Stock = Stock()
    orders: Orders = Orders()
    payments: Payments = Payments()
    documents: Documents = Documents()
    rates: Rates = Rates()
    search: Search = Search()
    lookup: LookupSettings = LookupSettings()
    delivery: Delivery = Delivery()
    map: Map = Map()
    erp: Erp = Erp()
    prices: Prices = Prices()
    substitutes: SubstituteWeights = SubstituteWeights()
    mail: Mail = Mail()
    database_url: str = ""
    owner_url: str = ""
    amqp_url: str = ""
    amqp: Amqp = Amqp()
    redis_url: str = ""
    data_dir: str = ".fondaco"
    theme_dir: str = ""
    secret: str = ""
    plugins: Mapping[str, Mapping[str, Any]] = {}
    without: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        """The folder of everything the program keeps."""
        return Path(self.data_dir).absolute()

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, in which dates are shown."""
        return ZoneInfo(self.site.timezone)


def inherited_settings() -> Settings:
    """In a process that a command started: its settings. Otherwise those of the folder."""
    handed = os.environ.get(HANDED_DOWN)
    return msgspec.json.decode(handed, type=Settings) if handed else load_settings()


def load_settings(
    file: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the file (`fondaco.toml` of this folder, if there is one) and the environment.

    Raises `SettingsError` naming the unknown key or the wrong value.
    """
    variables = os.environ if environment is None else environment
    path = file or Path(variables.get(f"{PREFIX}CONFIG", FILE))
    raw: dict[str, Any] = {}
    if path.exists():
        try:
            raw = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as broken:
            raise SettingsError(f"{path}: not valid TOML: {broken}") from broken
    elif file is not None:
        raise SettingsError(f"{path}: no such file")
    for name, value in variables.items():
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS:
            _put(raw, name.removeprefix(PREFIX).lower().split("__"), value)
    try:
        settings = msgspec.convert(raw, Settings, strict=False)
        ZoneInfo(settings.site.timezone)
        if settings.rates.source == "cbr" and settings.site.currency != "RUB":
            raise ValueError("rates.source cbr gives roubles, and site.currency is another")
        Address(addr_spec=settings.mail.sender)
        for proxy in settings.server.trusted_proxies:
            ip_network(proxy)
    except (msgspec.ValidationError, ValueError, OSError, IndexError, MessageError) as wrong:
        raise SettingsError(f"{path.name} or {PREFIX}*: {wrong}") from wrong
    return settings


def _put(raw: dict[str, Any], keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        raw = raw.setdefault(key, {})
    raw[keys[-1]] = [v for v in value.split(",") if v] if keys[-1] in _LISTS else value
