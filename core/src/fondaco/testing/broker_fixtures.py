"""A broker and a worker that speaks to it, as fixtures for a `conftest.py`:

    from fondaco.testing.broker_fixtures import broker, queues, rows, server, settings

`settings` names a virtual host of this process's own, in which nothing is left when a test begins.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from fondaco.exchange.amqp.rounds import broker_rounds
from fondaco.exchange.worker import run_worker
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.settings import Amqp, Settings
from fondaco.testing.broker import Broker, any_broker
from fondaco_sdk.manifest import Plugin

EXCHANGE = "b2b.events"
GRAVEYARD = f"{EXCHANGE}.dead.all"

Working = Callable[[Hall], AbstractAsyncContextManager[asyncio.Event]]
Until = Callable[..., Awaitable[None]]
Rows = Callable[[str], Awaitable[list[tuple[Any, ...]]]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A virtual host, or a server of our own."""
    found = any_broker(tmp_path_factory.mktemp("rabbit"))
    yield found
    found.stop()


@pytest.fixture
def queues(manifests: Sequence[Plugin]) -> Sequence[str]:
    """The queues that the plugins of this test declare."""
    return [*(queue.name for plugin in manifests for queue in plugin.queues), GRAVEYARD]


@pytest.fixture
def broker(server: Broker, queues: Sequence[str]) -> Iterator[Broker]:
    """The broker, with none of the queues."""
    server.delete(*queues)
    yield server
    server.delete(*queues)


@pytest.fixture
def settings(tmp_path: Path, broker: Broker) -> Settings:
    """A site with a broker; a message may have a million bytes."""
    plain = Settings(data_dir=str(tmp_path / "data"), secret="test-secret")
    return replace(plain, amqp_url=broker.url, amqp=Amqp(most_bytes=1_000_000, heartbeat=4))


@pytest.fixture
def working() -> Working:
    """`async with working(hall): ...`: a worker in this process, stopped at the end."""

    @asynccontextmanager
    async def run(hall: Hall) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        rounds = broker_rounds(hall, stop)
        worker = asyncio.create_task(run_worker(hall, {}, more=rounds, stop=stop))
        try:
            yield stop
        finally:
            stop.set()
            async with asyncio.timeout(20):
                await worker

    return run


@pytest.fixture
def until() -> Until:
    """`await until(condition)`: wait until an async condition holds, at most some seconds."""

    async def wait(condition: Callable[[], Awaitable[Any]], seconds: float = 15) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    return wait


@pytest.fixture
def rows(ask: AskContext) -> Rows:
    """`await rows("select …")`."""

    async def read(sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await ask.fetch(text(sql))]

    return read
