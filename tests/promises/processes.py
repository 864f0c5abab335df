"""Real application processes on a real database, for promises that one process would hide."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

import httpx
from warm import Process

from fondaco.hooks.loader import GROUP

Running: TypeAlias = "subprocess.Popen[bytes] | Process"
READY_SECONDS = 120
HERE = Path(__file__).parent
WORKER = ("-m", "fondaco.cli", "worker")


@contextmanager
def app_processes(
    database_url: str,
    data_dir: Path,
    *,
    number: int = 2,
    target: str = "fondaco.serve:application",
    environment: dict[str, str] | None = None,
    python: str = sys.executable,
) -> Iterator[Sequence[str]]:
    """Start `number` web processes; yields their addresses; kills what is left of them.

    `target` names the factory: a negative control names one of `unguarded.py`. `python` is that of
    the environment in which they run.
    """
    variables = {**environment_of(database_url, data_dir), **(environment or {})}
    ports = [free_port() for _ in range(number)]
    running = [_start(python, target, port, variables) for port in ports]
    try:
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address, process in zip(addresses, running, strict=True):
            wait_until_ready(address, process)
        yield addresses
    finally:
        _stop(running, 10)


@contextmanager
def worker_processes(
    database_url: str,
    data_dir: Path,
    *,
    number: int = 2,
    environment: dict[str, str] | None = None,
    words: Sequence[str] = WORKER,
) -> Iterator[Sequence[Process]]:
    """`fondaco worker`, so many times; told to stop at the end, as a site does.

    `words` follow the name of Python: a negative control names a module of its own.
    """
    variables = {**environment_of(database_url, data_dir), **(environment or {})}
    running = [Process(words, variables) for _ in range(number)]
    try:
        yield running
    finally:
        _stop(running, 20)


def environment_of(database_url: str, data_dir: Path) -> dict[str, str]:
    """What processes of one site inherit."""
    return {
        **os.environ,
        "FONDACO_DATABASE_URL": database_url,
        "FONDACO_DATA_DIR": str(data_dir),
        "FONDACO_SECRET": "promises",
        "FONDACO_ORDERS__ASSEMBLY_ON_CREDIT": "by_hand",
        **only_with(),
        "PYTHONPATH": str(HERE),
    }


def only_with(*plugins: str) -> dict[str, str]:
    """The environment in which, of all that are installed, these plugins are at work."""
    return {"FONDACO_WITHOUT": ",".join(all_but(*plugins))}


def all_but(*plugins: str) -> Sequence[str]:
    """The installed plugins but these."""
    installed = {entry.name for entry in entry_points(group=GROUP)}
    return sorted(installed.difference(plugins))


def _stop(running: "Sequence[Running]", seconds: float) -> None:
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(python: str, target: str, port: int, variables: dict[str, str]) -> "Running":
    words = ["-m", "granian", "--interface", "asgi", "--factory"]
    words += ["--port", str(port), "--workers", "1", "--loop", "uvloop", "--no-access-log", target]
    if python == sys.executable:
        return Process(words, variables)
    return subprocess.Popen([python, *words], env=variables, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, process: "Running") -> None:
    """Until the sign-in page comes. Raises if the process ends first."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, f"the application at {address} ended at its start"
        try:
            if httpx.get(f"{address}/login", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the application at {address} did not answer in {READY_SECONDS} s")
