"""S16: an address that somebody else wrote leads nowhere into our own network.

Forty spellings of this machine, its neighbours and the clouds' metadata, through the one way out;
names that answer otherwise the second time; redirects; pictures, logos and pages of payment that
come with a file or an answer. Verdict: nobody called the listeners. What settings name may be near.
"""

import asyncio
import socket
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from desk import Desk, words
from listening import Listener, listener, listening
from msgspec.structs import replace
from sqlalchemy import text

from fondaco.exchange import addresses, net
from fondaco.exchange.addresses import is_public
from fondaco.exchange.net import Outside, net_of
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.errors import Fault, Unavailable

__all__ = ("listener",)

HERE = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1.",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "user@127.0.0.1",
    "public.example@127.0.0.1",
]
NEAR = [
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
    "100.100.100.200",
    "192.0.0.192",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "[2001:0:7f00:1::1]",
    "[ff02::1]",
]
SCHEMES = (
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_INFO",
    "javascript:alert(1)",
    "//127.0.0.1/",
    "http:///nowhere",
)


@pytest.fixture
def near(hall: Hall, listener: Listener) -> Sequence[str]:
    """The addresses, those of this machine with the port on which somebody listens."""
    return [f"http://{host}:{listener.port}/" for host in HERE] + [f"http://{h}/" for h in NEAR]


async def _refused(hall: Hall, address: str) -> bool:
    try:
        async with net_of(system_ask(hall)) as way:
            await way.request("GET", address, seconds=Decimal(1))
    except Unavailable as silent:
        # A spelling that no resolver takes for an address.
        return silent.what not in address or not is_spelt(address)
    except Fault:
        return True
    return False


def is_spelt(address: str) -> bool:
    """Whether this machine's resolver takes the host for an address."""
    host = address.split("://")[1].rpartition("@")[2].strip("/").rpartition(":")[0].strip("[]")
    try:
        return bool(socket.getaddrinfo(host, 80))
    except OSError:
        return False


async def test_no_spelling_of_a_near_address_is_called(
    hall: Hall, listener: Listener, near: Sequence[str]
) -> None:
    assert len(near) >= 40
    let_through = [one for one in [*near, *SCHEMES] if not await _refused(hall, one)]
    assert let_through == []
    assert listener.calls == 0


@pytest.mark.network
async def test_control_without_the_rule_this_machine_is_called(
    hall: Hall, listener: Listener, near: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    for one in near[: len(HERE)]:
        await _refused(hall, one)
    assert listener.calls > 5


@pytest.mark.network
async def test_a_name_is_asked_once_and_called_where_it_was_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is looked at, and near when it is called."""
    inside, outside = Listener(), Listener(b"HTTP/1.1 204 X\r\nconnection: close\r\n\r\n")
    asked: list[str] = []
    _names(monkeypatch, asked, "127.0.0.2", "127.0.0.1")
    monkeypatch.setattr(addresses, "is_public", lambda ip: ip == "127.0.0.2")
    async with await listening(outside, "127.0.0.2"):
        inside.port = outside.port
        async with (
            await asyncio.start_server(inside.serve, "127.0.0.1", inside.port),
            net_of(system_ask(hall)) as way,
        ):
            answer = await way.request("GET", f"http://changes.example:{outside.port}/")
    assert answer.status == 204
    assert (asked, outside.calls, inside.calls) == (["changes.example"], 1, 0)


async def test_a_name_with_one_near_address_among_public_ones_is_refused(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]

    async def answers(*_: Any, **__: Any) -> Any:
        return both

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers)
    assert await _refused(hall, "http://two.example/")


def _names(monkeypatch: pytest.MonkeyPatch, asked: list[str], *answers: str) -> None:
    """Each question of this name has the next answer; addresses are what they are."""
    loop = asyncio.get_running_loop()
    real, waiting = loop.getaddrinfo, iter(answers)

    async def ask(host: Any, port: Any, **more: Any) -> Any:
        if host != "changes.example":
            return await real(host, port, **more)
        asked.append(host)
        return await real(next(waiting), port, **more)

    monkeypatch.setattr(loop, "getaddrinfo", ask)


@pytest.mark.network
async def test_a_redirect_is_told_and_not_followed(
    hall: Hall, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:{listener.port}/\r\n"
    moved = Listener(f"{head}content-length: 0\r\nconnection: close\r\n\r\n".encode())
    monkeypatch.setattr(addresses, "is_public", lambda ip: ip == "127.0.0.2")
    async with await listening(moved, "127.0.0.2"), net_of(system_ask(hall)) as way:
        answer = await way.request("GET", f"http://127.0.0.2:{moved.port}/")
    assert (answer.status, moved.calls, listener.calls) == (302, 1, 0)


async def test_what_is_not_named_gets_ten_seconds_at_most(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    monkeypatch.setattr(net, "STRANGER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as hung:
        started = time.monotonic()
        async with Outside().net() as way:
            with pytest.raises(Unavailable):
                port = hung.getsockname()[1]
                await way.request("GET", f"http://127.0.0.1:{port}/", seconds=Decimal(60))
        assert time.monotonic() - started < 3


async def test_what_the_settings_name_may_be_near_and_the_site_itself_may_not(
    hall: Hall, listener: Listener
) -> None:
    near = f"http://127.0.0.1:{listener.port}"
    hall.settings = replace(hall.settings, rates=replace(hall.settings.rates, url=f"{near}/daily"))
    hall.settings = replace(
        hall.settings, site=replace(hall.settings.site, url=f"http://localhost:{listener.port}")
    )
    async with net_of(system_ask(hall)) as way:
        assert (await way.request("GET", f"{near}/daily")).status == 200
    assert listener.calls == 1
    assert await _refused(hall, f"http://localhost:{listener.port}/")
    assert listener.calls == 1


def test_public_is_what_the_registries_have_given_out() -> None:
    assert all(map(is_public, ("8.8.8.8", "77.88.8.8", "2a02:6b8::feed:ff")))
    assert not any(map(is_public, (h.strip("[]") for h in NEAR if "." in h and "[" not in h)))


@pytest.mark.plugins("erp_1c")
async def test_a_picture_by_address_is_not_fetched(
    hall: Hall, client: Client, wholesaler: Wholesaler, listener: Listener
) -> None:
    desk = Desk(hall, client)
    await desk.sign_in(wholesaler)
    paths = (f"http://127.0.0.1:{listener.port}/a.png", f"//127.0.0.1:{listener.port}/b.png")
    page = await desk.load("import.xml", _goods((*paths, "file:///etc/hostname.png")).encode())
    assert listener.calls == 0
    assert paths[0] in words(page), "the report says which picture is none"
    assert not await system_ask(hall).fetch(
        text("select 1 from fondaco.product_image where file_id is not null")
    )


def _goods(pictures: Sequence[str]) -> str:
    shown = "".join(f"<Картинка>{one}</Картинка>" for one in pictures)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_210" ВерсияСхемы="2.10"
 ДатаФормирования="2026-11-28T10:00:00"><Каталог СодержитТолькоИзменения="true"><Ид>c</Ид>
<Наименование>К</Наименование><Товары><Товар><Ид>g-1</Ид><Артикул>A-1</Артикул>
<Наименование>Болт</Наименование>{shown}</Товар></Товары></Каталог></КоммерческаяИнформация>"""
