"""The site's settings: `fondaco.toml` and `FONDACO_*`, one Struct, unknown keys are an error.

A variable is the path of the key: `FONDACO_DATABASE_URL` is `database_url`,
`FONDACO_SITE__NAME` is `name` in `[site]`. The environment wins over the file.
"""

import os
import tomllib
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

PREFIX = "FONDACO_"
FILE = "fondaco.toml"
HANDED_DOWN = "_FONDACO_SETTINGS"
_LISTS = frozenset({"without", "trusted_proxies"})
_NOT_SETTINGS = frozenset(f"{PREFIX}{name}" for name in ("CONFIG", "CRASH_AT", "TEST_DATABASE_URL"))


class SettingsError(Exception):
    """A setting is wrong; the message names the key and the remedy."""


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """What this installation is. `url` is the public address, used in mails and links."""

    name: str = "Fondaco"
    url: str = "http://127.0.0.1:8000"
    locale: Literal["ru", "en"] = "ru"
    currency: str = "RUB"
    timezone: str = "Europe/Moscow"


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


class Stock(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the ERP reports all that is on hand, or what is free of our reservations."""

    erp_reports: Literal["gross", "free"] = "gross"


class Orders(Struct, frozen=True, forbid_unknown_fields=True):
    """Validity, in days, of an invoice and of a quote; how long goods are held.

    `checkout_hold_minutes`: while somebody fills in the checkout; 0: not at all.
    `prepaid_hold_hours`: for an order paid beforehand, until the payment; 0: no end.
    `approval_hold_hours`: for an order that waits for an approval; 0: no end.
    """

    invoice_days: int = 5
    quote_days: int = 7
    number_prefix: str = ""
    checkout_hold_minutes: int = 15
    prepaid_hold_hours: int = 72
    approval_hold_hours: int = 72


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    """Which engine answers searches: "postgres", or one that a plugin brings."""

    engine: str = "postgres"


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
    `secret` signs tokens; without it one is made and kept below `data_dir`.
    """

    site: Site = Site()
    server: Server = Server()
    stock: Stock = Stock()
    orders: Orders = Orders()
    rates: Rates = Rates()
    search: Search = Search()
    prices: Prices = Prices()
    substitutes: SubstituteWeights = SubstituteWeights()
    mail: Mail = Mail()
    database_url: str = ""
    owner_url: str = ""
    amqp_url: str = ""
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
