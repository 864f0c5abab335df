"""What nobody should call: servers of this machine that count who does."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import closing

import pytest_asyncio


class Listener:
    """Takes connections on every address of this machine and counts them."""

    def __init__(self, answer: bytes = b"") -> None:
        self.calls = 0
        self.port = 0
        self._answer = answer

    async def serve(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            self.calls += 1
            writer.write(self._answer)
            await writer.drain()


async def listening(listener: Listener, host: str | None = None) -> asyncio.Server:
    """The listener at work at one address of this machine, or at all of them."""
    probe = socket.create_server(("127.0.0.1", 0))
    listener.port = probe.getsockname()[1]
    probe.close()
    return await asyncio.start_server(listener.serve, host or "0.0.0.0", listener.port)


@pytest_asyncio.fixture
async def listener() -> AsyncIterator[Listener]:
    """What nobody should call."""
    found = Listener(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    server = await listening(found)
    yield found
    server.close()
