"""HTTP over a socket for the stubs: a request read, an answer written, the line hung up.

async with listening(stub.answer) as url: ...
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

PAUSE = 0.2


class Asked(Struct, frozen=True):
    """A request: `path` without its query, names of `headers` in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body; None where there is none."""
        return json.loads(self.body) if self.body else None

    def form(self) -> Mapping[str, str]:
        """The fields of a body that is a form."""
        return _first(self.body.decode())


class Answered(Struct, frozen=True):
    """What is answered, whether it makes sense or not.

    For so many seconds it `drips` before: one line of the head after the other, so that no wait for
    its next byte is long.
    """

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = {}
    drips: float = 0


Stub: TypeAlias = Callable[[Asked], Awaitable[Answered | None]]
"""Answers a request; None: hangs up without a word."""


def said(value: Any, status: int = 200) -> Answered:
    """An answer in JSON."""
    return Answered(status, json.dumps(value, ensure_ascii=False).encode())


@asynccontextmanager
async def listening(stub: Stub, port: int = 0) -> AsyncIterator[str]:
    """The stub at work on this machine; yields "http://127.0.0.1:<port>"."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            try:
                answer = await stub(await _read(reader))
                if answer is not None:
                    head, rest = _written(answer)
                    writer.write(head)
                    for _ in range(round(answer.drips / PAUSE)):
                        writer.write(b"x-more: 1\r\n")
                        await writer.drain()
                        await asyncio.sleep(PAUSE)
                    writer.write(rest)
                    await writer.drain()
            except (ConnectionError, asyncio.IncompleteReadError):
                # Whoever asked has hung up.
                return

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    parts = (line.partition(":") for line in lines if line)
    headers = {name.lower(): value.strip() for name, _, value in parts}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    address = urlsplit(target)
    return Asked(method, address.path, _first(address.query), headers, body)


def _first(fields: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(fields).items()}


def _written(answer: Answered) -> tuple[bytes, bytes]:
    """Its first line, and the rest."""
    headers = {
        "content-type": answer.kind,
        "content-length": str(len(answer.body)),
        "connection": "close",
        **answer.headers,
    }
    first = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return first.encode(), "\r\n".join([*lines, "", ""]).encode() + answer.body
