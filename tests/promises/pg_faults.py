"""A line to PostgreSQL that breaks where a test wants it: between two statements, or at a commit.

It reads what the program asks, message by message, and so knows when it is asked to commit.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from msgspec import Struct
from sqlalchemy import URL, make_url

_SSL, _CANCEL = 80877103, 80877102
_QUERY, _SYNC = b"Q", b"S"


class Cut(Struct, frozen=True):
    """Where the line breaks, once.

    `at` is the number of the request, from 1, since the cut was ordered; 0: the first that commits.
    `done`: PostgreSQL does what it is asked, and nobody hears of it; otherwise it never learns.
    """

    at: int = 0
    done: bool = False


class PostgresProxy:
    """Stands before the server of `url`. `asked` counts requests since `order`, `cuts` all cuts."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._cut: Cut | None = None
        self.asked = 0
        self.cuts = 0
        self.port = 0

    @property
    def url(self) -> str:
        """The address for the program."""
        there = URL.create(
            self._url.drivername,
            self._url.username,
            self._url.password,
            "127.0.0.1",
            self.port,
            self._url.database,
        )
        return there.render_as_string(hide_password=False)

    def order(self, cut: Cut | None) -> None:
        """From now on requests are counted, and the line breaks at the one that is meant."""
        self._cut, self.asked = cut, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the program."""
        answers, server = await self._connect()
        unheard = asyncio.Event()
        back = asyncio.create_task(_answer(answers, writer, unheard))
        try:
            await _begin(reader, server)
            while True:
                kind, message = await _message(reader)
                meant = self._meant(kind, message)
                if meant is not None and meant.done:
                    unheard.set()
                elif meant is not None:
                    break
                server.write(message)
                await server.drain()
                if meant is not None:
                    await back
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            back.cancel()
            for one in (writer, server):
                one.transport.abort()

    def _meant(self, kind: bytes, message: bytes) -> Cut | None:
        """The cut that was ordered, where this is the request it is meant for."""
        if kind not in (_QUERY, _SYNC) or self._cut is None:
            return None
        self.asked += 1
        commits = kind == _QUERY and message[5:].upper().startswith(b"COMMIT")
        if not (self.asked == self._cut.at if self._cut.at else commits):
            return None
        found, self._cut = self._cut, None
        self.cuts += 1
        return found

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        query = self._url.query
        host = str(query.get("host", self._url.host or "127.0.0.1"))
        port = int(str(query.get("port", self._url.port or 5432)))
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)


async def _begin(reader: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
    """The first messages have no kind; after the one with the program's name all others have."""
    code = _SSL
    while code in (_SSL, _CANCEL):
        length = await reader.readexactly(4)
        body = await reader.readexactly(int.from_bytes(length) - 4)
        server.write(length + body)
        code = int.from_bytes(body[:4])


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(5)
    return head[:1], head + await reader.readexactly(int.from_bytes(head[1:]) - 4)


async def _answer(
    answers: asyncio.StreamReader, writer: asyncio.StreamWriter, unheard: asyncio.Event
) -> None:
    """Carry answers back, until one comes that nobody shall hear."""
    with suppress(OSError):
        while (chunk := await answers.read(65536)) and not unheard.is_set():
            writer.write(chunk)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def postgres_proxy(url: str) -> AsyncIterator[PostgresProxy]:
    """The line at work, at first whole."""
    proxy = PostgresProxy(url)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
