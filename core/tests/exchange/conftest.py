"""A hall with the probe plugin, and shortcuts for what these tests look at."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from exchange_plugin import EFFECTS, PLUGIN, TABLE, TROUBLE

from fondaco.hooks.context import AskContext
from fondaco_sdk.manifest import Plugin


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The probe is the only plugin besides the built-in ones."""
    return (PLUGIN,)


@pytest.fixture(autouse=True)
def _no_trouble() -> Iterator[None]:
    TROUBLE.reset()
    yield
    TROUBLE.reset()


@pytest_asyncio.fixture(autouse=True)
async def _table(owner: Callable[..., Awaitable[Any]]) -> None:
    for statement in TABLE:
        await owner(statement)


@pytest.fixture
def effects(ask: AskContext) -> Callable[[], Awaitable[list[tuple[str, int, str]]]]:
    """`await effects()`: who did what, in the order in which it was done."""

    async def read() -> list[tuple[str, int, str]]:
        return [(who, lane, value) for who, lane, value in await ask.fetch(EFFECTS)]

    return read


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """`await until(condition)`: wait until an async condition holds, at most some seconds."""

    async def wait(condition: Callable[[], Awaitable[Any]], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110
                await asyncio.sleep(0.03)

    return wait


@pytest.fixture
def working() -> Callable[..., Any]:
    """`async with working(hall): ...`: a worker in this process, stopped at the end."""
    from datetime import timedelta

    from fondaco.exchange.worker import run_worker
    from fondaco.hooks.hall import Hall

    @asynccontextmanager
    async def run(hall: Hall, *, tasks: Any = None, **options: Any) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        options.setdefault("silence", timedelta(seconds=2))
        worker = asyncio.create_task(run_worker(hall, tasks or {}, stop=stop, **options))
        try:
            yield stop
        finally:
            stop.set()
            async with asyncio.timeout(20):
                await worker

    return run
