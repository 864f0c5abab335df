"""Calls to the outside, against a neighbour on this machine that behaves badly when asked to."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
import pytest_asyncio

from fondaco.exchange.breaker import FAILURES, PAUSE, Breaker
from fondaco.exchange.net import OpenNet, Outside
from fondaco_sdk.errors import Fault, Unavailable


class Neighbour:
    """An HTTP server: the path says what it does; it keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            await self._behave(head.split()[1], head, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _behave(
        self, path: str, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        status, headers, body = "200 OK", "", b"hello"
        if path == "/slow":
            await asyncio.sleep(5)
        elif path == "/trickle":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            for _ in range(50):
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.1)
        elif path == "/echo":
            length = next(
                int(line.split(":")[1]) for line in head.lower().split("\r\n") if "length:" in line
            )
            body = await reader.readexactly(length)
        elif path == "/moved":
            status, headers = "302 Found", "location: /hello\r\n"
        elif path == "/cookie":
            headers = "set-cookie: session=secret; path=/\r\n"
        elif path == "/broken":
            status = "503 Service Unavailable"
        elif path == "/wrong":
            status = "500 Internal Server Error"
        elif path == "/bomb":
            headers, body = "content-encoding: gzip\r\n", gzip.compress(bytes(50_000_000))
        writer.write(
            f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n"
            "connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()


@pytest_asyncio.fixture
async def neighbour() -> AsyncIterator[Neighbour]:
    """A neighbour that listens."""
    found = Neighbour()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    found.url = f"http://{host}:{port}"
    yield found
    server.close()


class Named(Outside):
    """The way out of a site whose settings name the neighbour, and one where nobody listens."""

    def __init__(self, neighbour: Neighbour) -> None:
        super().__init__()
        self._known = frozenset({neighbour.url, "http://127.0.0.1:9"})

    @asynccontextmanager
    async def net(self, named: frozenset[str] = frozenset()) -> AsyncIterator[OpenNet]:
        async with super().net(named or self._known) as net:
            yield net


@pytest_asyncio.fixture
async def outside(neighbour: Neighbour) -> AsyncIterator[Outside]:
    """The way out."""
    found = Named(neighbour)
    yield found
    await found.close()


async def test_a_call_carries_what_it_was_given_and_brings_the_answer(
    outside: Outside, neighbour: Neighbour
) -> None:
    async with outside.net() as net:
        answer = await net.request(
            "POST", f"{neighbour.url}/echo", headers={"x-key": "k"}, body=b"abc"
        )
        wrong = await net.request("GET", f"{neighbour.url}/wrong")
    assert (answer.status, answer.body) == (200, b"abc")
    assert answer.headers["content-length"] == "3"
    assert "x-key: k" in neighbour.requests[0].lower()
    assert wrong.status == 500, "an answer of any status is an answer"


async def test_redirects_are_not_followed_and_cookies_not_kept(
    outside: Outside, neighbour: Neighbour
) -> None:
    async with outside.net() as net:
        moved = await net.request("GET", f"{neighbour.url}/moved")
        await net.request("GET", f"{neighbour.url}/cookie")
        await net.request("GET", f"{neighbour.url}/hello")
    assert (moved.status, moved.headers["location"]) == (302, "/hello")
    assert len(neighbour.requests) == 3
    assert "secret" not in neighbour.requests[-1]


@pytest.mark.parametrize("path", ["/slow", "/trickle"])
async def test_the_deadline_is_for_the_whole_call(
    outside: Outside, neighbour: Neighbour, path: str
) -> None:
    started = time.monotonic()
    async with outside.net() as net:
        with pytest.raises(Unavailable):
            await net.request("GET", neighbour.url + path, seconds=Decimal("0.4"))
    assert time.monotonic() - started < 1.5


async def test_an_answer_without_end_is_refused(outside: Outside, neighbour: Neighbour) -> None:
    async with outside.net() as net:
        with pytest.raises(Fault, match="more than 10 MB"):
            await net.request("GET", f"{neighbour.url}/bomb")


async def test_the_breaker_opens_after_five_failures_for_this_neighbour_only(
    outside: Outside, neighbour: Neighbour
) -> None:
    async with outside.net() as net:
        for _ in range(FAILURES):
            assert (await net.request("GET", f"{neighbour.url}/broken")).status == 503
        with pytest.raises(Unavailable) as refused:
            await net.request("GET", f"{neighbour.url}/hello")
        assert 25 <= refused.value.retry_after <= 30
        assert len(neighbour.requests) == FAILURES, "the sixth call was not made"

        with pytest.raises(Unavailable) as nobody:
            await net.request("GET", "http://127.0.0.1:9/")
        assert nobody.value.retry_after == 5, "nobody there, but its breaker is closed"


def test_an_open_breaker_lets_one_call_try_after_a_while() -> None:
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.wait(0) == 0
        breaker.failed(0)
    assert breaker.wait(PAUSE - 1) == 1
    assert breaker.wait(PAUSE) == 0
    assert breaker.wait(PAUSE) > 0, "one at a time"
    breaker.failed(PAUSE)
    assert breaker.wait(PAUSE + 1) == PAUSE - 1
    assert breaker.wait(2 * PAUSE) == 0
    breaker.given_up()
    assert breaker.wait(2 * PAUSE) == 0, "its end told nothing, so the next may try"
    breaker.succeeded()
    assert breaker.wait(2 * PAUSE) == 0
    assert breaker.wait(2 * PAUSE) == 0


async def test_a_call_after_its_block_or_to_no_address_is_a_fault(outside: Outside) -> None:
    async with outside.net() as net:
        for address in ("ftp://127.0.0.1/", "/relative", "http://", "file:///etc/passwd"):
            with pytest.raises(Fault, match="address"):
                await net.request("GET", address)
    with pytest.raises(Fault, match="keep it inside"):
        await net.request("GET", "http://127.0.0.1:9/")
