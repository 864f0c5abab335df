"""The demo as its one command starts it: its own database, a real browser."""

import asyncio
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
from msgspec import Struct
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from warm import Process, finished

from fondaco.db.embedded import EmbeddedServer

START_SECONDS = 120
ROUND_SECONDS = 1
"""How often the 1C of a story has a look, while it is awake."""
T = TypeVar("T")
FONDACO = ("-m", "fondaco.cli")


class DemoSite(Struct, frozen=True):
    """A running demo: its address, and the folder with the lists to upload."""

    address: str
    folder: Path
    process: Process

    @property
    def clean_list(self) -> Path:
        """An order list in which everything is found."""
        return self.folder / ".fondaco" / "demo" / "order-clean.xlsx"

    @property
    def dirty_list(self) -> Path:
        """An order list as buyers send them."""
        return self.folder / ".fondaco" / "demo" / "order-dirty.xlsx"

    def erp(self, *typed: str) -> list[str]:
        """`fondaco erp-sim` in another terminal; what it says, a line each."""
        return _erp(self.folder, *typed)

    def run_sql(self, statement: str, **values: object) -> int:
        """What no page does, such as letting time pass; returns how many rows it touched."""
        return self._executed(statement, values, lambda done: done.rowcount)

    def ask_sql(self, statement: str, **values: object) -> Any:
        """A figure that no page shows."""
        return self._executed(statement, values, lambda done: done.scalar())

    def rows_of(self, statement: str, **values: object) -> list[Any]:
        """Rows that no page shows."""
        return self._executed(statement, values, lambda done: list(done.all()))

    def _executed(
        self, statement: str, values: Mapping[str, object], answer: Callable[[CursorResult[Any]], T]
    ) -> T:
        engine = create_async_engine(
            EmbeddedServer(self.folder / ".fondaco" / "postgres").url(), poolclass=NullPool
        )

        async def run() -> T:
            async with engine.begin() as connection:
                return answer(await connection.execute(text(statement), values))

        # Playwright keeps a loop of its own in this thread.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, run()).result()


@contextmanager
def site_folder() -> Iterator[Path]:
    """A folder that the database's own account can reach, as pytest's is not when run as root."""
    folder = Path(tempfile.mkdtemp(prefix="fondaco-story-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        data = folder / ".fondaco" / "postgres"
        real = data.resolve() if data.is_symlink() else None
        shutil.rmtree(folder, ignore_errors=True)
        if real is not None:
            shutil.rmtree(real, ignore_errors=True)


@contextmanager
def demo_site(
    folder: Path, *, skus: int = 1200, env: Mapping[str, str] = MappingProxyType({})
) -> Iterator[DemoSite]:
    """Start the demo in a folder; at the end it is stopped as Ctrl-C would.

    Its 1C is asleep: a story that is not about it would see its orders move by themselves.
    """
    _erp(folder, "sleep")
    port = _free_port()
    log = str(folder / "out.txt")
    process = Process(
        (*FONDACO, "demo", "--skus", str(skus)),
        {
            **os.environ,
            "FONDACO_SERVER__PORT": str(port),
            # Orders of a story go nowhere by themselves, whatever the hour.
            "FONDACO_ORDERS__ASSEMBLY_ON_CREDIT": "by_hand",
            "PYTHONUNBUFFERED": "1",
            # By itself 1C takes about a minute from an order to its shipment.
            "ERP_SIM_PACE": "0.5",
            "ERP_SIM_EVERY": str(ROUND_SECONDS),
            **env,
        },
        folder=folder,
        output=log,
        errors=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, folder / "out.txt")
        yield DemoSite(address, folder, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)


def _erp(folder: Path, *typed: str) -> list[str]:
    done = finished((*FONDACO, "erp-sim", *typed), os.environ, folder=folder, seconds=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: Process, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/login", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())
