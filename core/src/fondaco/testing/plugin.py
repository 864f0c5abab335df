"""The pytest plugin: `hall` builds a hall on a database of its own; `ask` and `act` work in it.

    async def test_it(hall, ask): ...

A test module names its plugins with `pytestmark = pytest.mark.plugins("loyalty")`; without it only
the built-in ones are at work. `settings` may be overridden by a fixture of that name.
"""

import os
import socket
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from fondaco.db.counting import counting
from fondaco.hall import create_hall, load_registry, migration_rooms
from fondaco.hooks.context import ActContext, AskContext, system_ask
from fondaco.hooks.hall import Clock, Hall
from fondaco.hooks.loader import discover
from fondaco.settings import Settings
from fondaco.testing.application import application_of, give_back
from fondaco.testing.client import Client
from fondaco.testing.databases import create_copy, drop, ensure_template
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Plugin

pytest.register_assert_rewrite("fondaco_sdk.testing.contracts")


def pytest_configure(config: pytest.Config) -> None:
    """Register our markers."""
    config.addinivalue_line("markers", "plugins(*names): installed plugins at work in `hall`")
    config.addinivalue_line("markers", "network: this test may open connections to other hosts")


class TestClock(Clock):
    """A clock that a test moves."""

    __test__ = False

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        """The real time, moved by what `move` was told."""
        return datetime.now(UTC) + self._shift

    def move(self, by: timedelta) -> None:
        """Move the clock of the program (not the database's)."""
        self._shift += by


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    """Settings of a site in a folder of its own."""
    return Settings(data_dir=str(tmp_path / "data"), secret="test-secret")


@pytest.fixture
def clock() -> TestClock:
    """The hall's clock."""
    return TestClock()


@pytest.fixture
def manifests(request: pytest.FixtureRequest) -> Sequence[Plugin]:
    """The manifests of the plugins named by the `plugins` mark."""
    mark = request.node.get_closest_marker("plugins")
    names = set(mark.args) if mark else set()
    if not names:
        return ()
    found, problems = discover()
    missing = names - {m.name for m in found}
    assert not missing, f"not installed: {missing} {problems}"
    return tuple(m for m in found if m.name in names)


@pytest_asyncio.fixture
async def database_url(settings: Settings, manifests: Sequence[Plugin]) -> AsyncIterator[str]:
    """The address of a migrated database of this test's own, as its owner."""
    registry = load_registry(settings, manifests)
    template = await ensure_template(migration_rooms(registry))
    name = f"fondaco_test_{os.getpid()}_{uuid4().hex[:8]}"
    url = await create_copy(template, name)
    yield url
    await drop(name)


@pytest_asyncio.fixture
async def hall(
    settings: Settings, manifests: Sequence[Plugin], database_url: str, clock: TestClock
) -> AsyncIterator[Hall]:
    """A hall with the built-in plugins and those of the `plugins` mark."""
    registry = load_registry(settings, manifests)
    built = create_hall(
        settings, database_url=database_url, registry=registry, clock=clock, pool_size=5
    )
    yield built
    give_back(built)
    await built.close()


@pytest.fixture
def ask(hall: Hall) -> AskContext:
    """Reading as the system."""
    return system_ask(hall)


@pytest_asyncio.fixture
async def act(ask: AskContext) -> AsyncIterator[ActContext]:
    """A transaction as the system; commits when the test ends well."""
    async with ask.act() as transaction:
        yield transaction


@pytest.fixture
def sql_budget(request: pytest.FixtureRequest) -> type[counting]:
    """`with sql_budget() as count: ...; assert count.number <= 1`.

    Each block begins like a process that has just started and remembers nothing.
    """

    class Budget(counting):
        def __enter__(self) -> counting:
            hall = request.node.funcargs.get("hall")
            if hall is not None:
                hall.memories.clear()
            return super().__enter__()

    return Budget


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reach this machine only, unless marked `network`."""
    if request.node.get_closest_marker("network"):
        return
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest_asyncio.fixture
async def client(hall: Hall) -> AsyncIterator[Client]:
    """A browser without a screen: speaks to the whole application, keeps cookies."""
    transport = httpx.ASGITransport(
        app=cast("Any", application_of(hall)), raise_app_exceptions=False
    )
    async with Client(transport=transport, base_url="http://portal.test") as browser:
        yield browser


@pytest.fixture
def wholesaler(hall: Hall) -> Wholesaler:
    """Fills the hall with a seller, companies, products, prices and stock."""
    return Wholesaler(hall)
