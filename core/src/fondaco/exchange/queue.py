"""Queueing tasks inside the caller's transaction (pgqueuer, in the kernel's schema)."""

import asyncio
from datetime import timedelta
from typing import Any, Self

import msgspec
from msgspec import Struct
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import Driver, NotifyCallback, TaskManagerPort
from pgqueuer.queries import Queries
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.db.columns import SCHEMA
from fondaco_sdk.errors import Fault

_SETTINGS = DBSettings(db_schema=SCHEMA)


class _InTransaction:
    """Lets pgqueuer speak through SQLAlchemy, so that it is in the transaction from the start.

    On the driver's own connection its first statement would commit at once: SQLAlchemy sends BEGIN
    only with its own first statement.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fetch(self, query: str, *args: Any) -> list[dict[str, Any]]:
        result = await self._connection.exec_driver_sql(query, args)
        return [dict(row) for row in result.mappings()]

    async def execute(self, query: str, *args: Any) -> str:
        return str((await self._connection.exec_driver_sql(query, args)).rowcount)

    async def notify(self, channel: str, payload: str) -> None:
        await self._connection.execute(
            text("select pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload}
        )

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        raise Fault("a transaction cannot listen")

    @property
    def shutdown(self) -> asyncio.Event:
        return asyncio.Event()

    @property
    def tm(self) -> TaskManagerPort:
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None


def queries(driver: Driver) -> Queries:
    """pgqueuer's queries over `driver`, on the kernel's schema."""
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(_SETTINGS),
        qbq=QueryQueueBuilder(_SETTINGS),
        qbs=QuerySchedulerBuilder(_SETTINGS),
    )


async def enqueue(
    connection: AsyncConnection,
    task: str,
    payload: Struct,
    *,
    key: str | None = None,
    after: timedelta | None = None,
) -> None:
    """Queue `task` with the transaction; a second one with the same waiting `key` is dropped."""
    await queries(_InTransaction(connection)).enqueue(
        [task],
        [msgspec.json.encode(payload)],
        priority=[0],
        execute_after=[after],
        dedupe_key=[f"{task}:{key}" if key else None],
        on_conflict="skip",
    )


def install_statements() -> str:
    """The SQL that makes the queue's tables; run once, by the migrations."""
    return str(QueryBuilderEnvironment(_SETTINGS).build_install_query(create_schema=False))
