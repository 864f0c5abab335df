"""The database: one pool; reads by single statements, writes by units of work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from fondaco.db.counting import watch

APP_ROLE = "fondaco_app"


class Database:
    """The program's way to PostgreSQL, always as the role that may not change the schema.

    At most twice `pool_size` connections; they stay, since a new one prepares every statement anew.
    """

    def __init__(self, url: str, *, pool_size: int = 10, role: str | None = APP_ROLE) -> None:
        settings = {
            "search_path": "public",
            "timezone": "UTC",
            "jit": "off",
            "idle_in_transaction_session_timeout": "60000",
        }
        if role is not None and make_url(url).username != role:
            settings["role"] = role
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=2 * pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=False,
            connect_args={
                "server_settings": settings,
                "prepared_statement_cache_size": 500,
            },
        )
        self.reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        watch(self.engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: commits when the block ends, rolls back when it raises."""
        async with self.engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection of the pool."""
        await self.engine.dispose()
