"""The rows of F01: who may fail beside the portal, and what a page may then take and must say.

A neighbour that the portal calls is a `Called`: what stands for it, where its address goes in the
settings, and the pages that wait for it. A further one is one more entry of `CALLED`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import httpx
from cdek import ACCOUNT, SECRET, cdek
from dadata import TOKEN, dadata
from erp_http import LOGIN, PASSWORD, erp_http
from faults import Fault
from msgspec import Struct
from msgspec.structs import replace
from till import till_settings
from yookassa import yookassa

from fondaco.delivery import quotes
from fondaco.exchange.erp_live import gateway
from fondaco.lookup import asking
from fondaco.orders.payments import acquirers
from fondaco.settings import Amqp, Erp, LookupSettings, Settings
from fondaco.testing.broker import Broker

Stub = AbstractAsyncContextManager[str]


class Called(Struct, frozen=True):
    """A neighbour that is called, at the address of `stub`.

    `settings` puts an address in. `seconds` are the deadlines of the pages that wait for it,
    `notes` what these pages say without it; all other pages neither wait nor say anything.
    """

    name: str
    stub: Callable[[Broker], Stub]
    settings: Callable[[Settings, str], Settings]
    seconds: Mapping[str, Callable[[], float]] = {}
    notes: Mapping[str, str] = {}


@asynccontextmanager
async def _broker(broker: Broker) -> AsyncIterator[str]:
    yield broker.url


@asynccontextmanager
async def _dadata(_: Broker) -> AsyncIterator[str]:
    async with dadata() as stub:
        yield stub.url


@asynccontextmanager
async def _yookassa(_: Broker) -> AsyncIterator[str]:
    async with yookassa() as stub:
        yield stub.url


@asynccontextmanager
async def _cdek(_: Broker) -> AsyncIterator[str]:
    async with cdek() as stub:
        yield stub.url


@asynccontextmanager
async def _live(_: Broker) -> AsyncIterator[str]:
    async with erp_http() as stub:
        yield stub.url


def _with(base: Settings, plugin: str, **own: object) -> Settings:
    before = base.plugins.get(plugin, {})
    return replace(base, plugins={**base.plugins, plugin: {**before, **own}})


def _till(base: Settings, address: str) -> Settings:
    till = till_settings(Settings(), address).plugins["payments_yookassa"]
    return _with(base, "payments_yookassa", **till)


CALLED = (
    Called(
        name="RabbitMQ",
        stub=_broker,
        settings=lambda base, address: replace(
            base, amqp_url=address, amqp=Amqp(most_bytes=1_000_000, heartbeat=4)
        ),
    ),
    Called(
        name="DaData",
        stub=_dadata,
        settings=lambda base, address: _with(
            replace(base, lookup=LookupSettings("dadata")),
            "delivery_dadata",
            token=TOKEN,
            url=address,
        ),
        seconds={"checkout": lambda: asking.SECONDS},
        notes={"checkout": "Подсказки адресов сейчас недоступны"},
    ),
    Called(
        name="acquirer",
        stub=_yookassa,
        settings=_till,
        seconds={"pay": lambda: acquirers.SECONDS},
        notes={"pay": "нажмите «Оплатить» через минуту"},
    ),
    Called(
        name="carrier",
        stub=_cdek,
        settings=lambda base, address: _with(
            base,
            "delivery_cdek",
            client_id=ACCOUNT,
            client_secret=SECRET,
            url=address,
            sender=44,
            shipment_point="MSK5",
        ),
        seconds={"checkout": lambda: quotes.SECONDS},
        notes={"checkout": "Стоимость доставки сообщит менеджер"},
    ),
    Called(
        name="ERP live",
        stub=_live,
        settings=lambda base, address: _with(
            replace(base, erp=Erp(gateway="1c")),
            "erp_1c",
            live={"url": address, "login": LOGIN, "password": PASSWORD},
        ),
        seconds={"checkout": lambda: gateway.SECONDS},
        notes={"pay": "1С не отвечала"},
    ),
)
PLUGINS = ("payments_yookassa", "delivery_dadata", "delivery_cdek", "erp_1c")


def at_port(address: str, port: int) -> str:
    """The same address at another port of this machine."""
    parts = urlsplit(address)
    login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{port}"))


def port_of(address: str) -> int:
    """Where an address leads on this machine."""
    return urlsplit(address).port or 5672


class Caller:
    """1C, which calls us: it is not there, sends a file drop by drop, or stops in the middle."""

    name = "ERP"

    def __init__(self, web: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        self._web = web
        self._headers = headers
        self._call: asyncio.Task[httpx.Response] | None = None

    async def suffer(self, fault: Fault) -> None:
        """From now on."""
        if self._call is not None:
            self._call.cancel()
            self._call = None
        if fault in ("slow", "hung"):
            self._call = asyncio.create_task(
                self._web.post(
                    "/1c_exchange",
                    params={"type": "catalog", "mode": "file", "filename": "import.xml"},
                    headers=self._headers,
                    content=_drops(fault),
                )
            )
            await asyncio.sleep(0.2)
            assert not self._call.done(), self._call.result().text


async def _drops(fault: Fault) -> AsyncIterator[bytes]:
    yield b"<?xml"
    while fault == "slow":
        await asyncio.sleep(0.2)
        yield b" "
    await asyncio.Event().wait()
