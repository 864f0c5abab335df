"""A neighbour that misbehaves: a TCP proxy before it, well, refusing, slow to answer, or hung.

A deaf one passes on what it is asked, and cuts the line as soon as the answer comes.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

Fault = Literal["well", "refused", "slow", "hung", "deaf"]
FAULTS: tuple[Fault, ...] = ("refused", "slow", "hung")
SLOW_SECONDS = 10.0


class FaultProxy:
    """Stands at `port` for what listens at `target`, both on this machine."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.fault: Fault = "well"
        self.taken = 0
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def suffer(self, fault: Fault) -> None:
        """From now on. What is open is cut, as when a machine goes down or comes back."""
        self.fault = fault
        for writer in tuple(self._open):
            writer.transport.abort()
        if fault == "refused":
            await self.close()
        elif self._server is None:
            self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Nobody listens."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        self._open.add(writer)
        beyond: asyncio.StreamWriter | None = None
        try:
            if self.fault == "hung":
                await reader.read()
                await asyncio.Event().wait()
            answers, beyond = await asyncio.open_connection("127.0.0.1", self.target)
            there = self._carry(reader, beyond, 0)
            if self.fault == "deaf":
                passing = asyncio.create_task(there)
                await answers.read(1)
                passing.cancel()
                writer.transport.abort()
                return
            back = self._carry(answers, writer, SLOW_SECONDS if self.fault == "slow" else 0)
            await asyncio.gather(there, back)
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            for one in (writer, beyond):
                if one is not None:
                    one.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
    ) -> None:
        while chunk := await reader.read(65536):
            await asyncio.sleep(seconds)
            writer.write(chunk)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()


@asynccontextmanager
async def proxy_of(target: int) -> AsyncIterator[FaultProxy]:
    """A proxy before a port, at first well."""
    proxy = FaultProxy(target)
    await proxy.suffer("well")
    try:
        yield proxy
    finally:
        await proxy.suffer("refused")
