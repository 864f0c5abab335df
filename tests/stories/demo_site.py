"""The demo as a stranger starts it: one command, its own database, a real browser."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from msgspec import Struct
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from fondaco.db.embedded import EmbeddedServer

START_SECONDS = 120
T = TypeVar("T")
COMMAND = (sys.executable, "-m", "fondaco.cli", "demo")


class DemoSite(Struct, frozen=True):
    """A running demo: its address, and the folder with the lists to upload."""

    address: str
    folder: Path
    process: "subprocess.Popen[str]"

    @property
    def clean_list(self) -> Path:
        """An order list in which everything is found."""
        return self.folder / ".fondaco" / "demo" / "order-clean.xlsx"

    @property
    def dirty_list(self) -> Path:
        """An order list as buyers send them."""
        return self.folder / ".fondaco" / "demo" / "order-dirty.xlsx"

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
def demo_site(folder: Path, *, skus: int = 1200) -> Iterator[DemoSite]:
    """Start the demo in a folder; at the end it is stopped as Ctrl-C would."""
    port = _free_port()
    log = (folder / "out.txt").open("w")
    process = subprocess.Popen(
        [*COMMAND, "--skus", str(skus)],
        cwd=folder,
        env={**os.environ, "FONDACO_SERVER__PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, folder / "out.txt")
        yield DemoSite(address, folder, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: "subprocess.Popen[str]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/login", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())
