"""This process's own connection to the database, outside the pool, for LISTEN and the job queue.

It comes back by itself: while the database is away whoever asks waits, with growing pauses.
"""

import asyncio
import logging
from asyncio import Event
from typing import Any, Self

import asyncpg
from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import NotifyCallback, TaskManagerPort

from fondaco.db.engine import APP_ROLE, Database

log = logging.getLogger("fondaco.exchange")

SILENCE = 30.0
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


class OwnLine:
    """A connection that is opened when needed and again when lost (a driver of pgqueuer).

    Once `stop` is set a lost connection is an error, so that nobody waits for ever.
    """

    def __init__(self, database: Database, stop: Event) -> None:
        self._database = database
        self._stop = stop
        self._connection: Any = None
        self._listeners: dict[str, NotifyCallback] = {}
        self._lock = asyncio.Lock()

    async def keep(self) -> None:
        """Open the connection if it is not, and so hear notifications again."""
        async with self._lock:
            await self._connected()

    async def fetch(self, query: str, *args: object) -> list[dict[str, Any]]:
        """Run a statement that may run twice; its rows."""
        return [dict(row) for row in await self._run("fetch", query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement that may run twice; its status."""
        return str(await self._run("execute", query, *args))

    async def notify(self, channel: str, payload: str) -> None:
        """Send a notification."""
        await self._run("execute", "select pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Call `callback`, and nobody else, for every notification of `channel` from now on."""
        self._listeners[channel] = callback
        async with self._lock:
            connection = await self._connected()
            await connection.add_listener(channel, self._heard)

    def _heard(self, _connection: object, _pid: int, channel: str, payload: str) -> None:
        self._listeners[channel](payload)

    async def close(self) -> None:
        """Close the connection, politely if the database is there."""
        if self._connection is not None and not self._connection.is_closed():
            try:
                await self._connection.close(timeout=2)
            except (*_LOST, asyncpg.InterfaceError):
                self._connection.terminate()

    async def _run(self, method: str, query: str, *args: object) -> Any:
        async with self._lock:
            while True:
                connection = await self._connected()
                try:
                    return await getattr(connection, method)(query, *args)
                except Exception as failure:
                    if not (connection.is_closed() or isinstance(failure, _LOST)):
                        raise
                    log.warning("the connection to the database was lost: %s", failure)
                    connection.terminate()
                    if self._stop.is_set():
                        raise

    async def _connected(self) -> Any:
        pause = FIRST_PAUSE
        while self._connection is None or self._connection.is_closed():
            try:
                self._connection = await self._connect()
            except Exception as away:
                if self._stop.is_set():
                    raise
                log.warning("the database does not answer, next try in %.1f s: %s", pause, away)
                await wait_for(self._stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        return self._connection

    async def _connect(self) -> Any:
        engine = self._database.engine
        _, arguments = engine.dialect.create_connect_args(engine.url)
        arguments.pop("prepared_statement_cache_size", None)
        settings = {"search_path": "public", "timezone": "UTC", "jit": "off"}
        if engine.url.username != APP_ROLE:
            settings["role"] = APP_ROLE
        connection = await asyncpg.connect(
            **arguments, server_settings=settings, timeout=5, command_timeout=SILENCE
        )
        for channel in self._listeners:
            await connection.add_listener(channel, self._heard)
        return connection

    @property
    def shutdown(self) -> Event:
        """Set when nothing more should be begun."""
        return self._stop

    @property
    def tm(self) -> TaskManagerPort:
        """A manager of background tasks; the line has none."""
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None


async def wait_for(event: Event, seconds: float) -> None:
    """Sleep, but not longer than until `event` is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
