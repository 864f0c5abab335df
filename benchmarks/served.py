"""The application served as a site serves it, and a browser without a screen that is signed in."""

import multiprocessing
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from html import unescape
from typing import Any, cast

import httpx

from benchmarks.buyer import EMAIL
from benchmarks.house import ROOT, House
from fondaco.app import create_app
from fondaco.cli.worker import worker_process
from fondaco.demo.seed import PASSWORD
from fondaco.hooks.hall import Hall
from fondaco.hooks.trace import Trace
from fondaco.testing.client import Client

READY_SECONDS = 60
PATIENCE = httpx.Timeout(60)


@contextmanager
def served(house: House) -> Iterator[str]:
    """One web process of Granian on the house's catalogue; yields its address."""
    port = _free_port()
    words = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    words += ["--port", str(port), "--workers", "1", "--loop", "uvloop", "--no-access-log"]
    process = subprocess.Popen(
        [*words, "fondaco.serve:application"],
        cwd=ROOT,
        env=house.environment(house.site()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def working(house: House) -> Iterator[None]:
    """One worker process on the house's catalogue."""
    site = house.site()
    worker = multiprocessing.get_context("spawn").Process(
        target=worker_process, args=(site.settings, site.url)
    )
    worker.start()
    try:
        yield
    finally:
        worker.terminate()
        worker.join(20)
        worker.kill()


@asynccontextmanager
async def browser(address: str) -> AsyncIterator[Client]:
    """The buyer's browser at an address."""
    async with Client(base_url=address, timeout=PATIENCE) as client:
        await _sign_in(client)
        yield client


@asynccontextmanager
async def browser_inside(hall: Hall) -> AsyncIterator[Client]:
    """The buyer's browser at the same application in this process, where it can be looked into."""
    transport = httpx.ASGITransport(app=cast("Any", create_app(hall)))
    async with Client(transport=transport, base_url="http://portal.test") as client:
        await _sign_in(client)
        yield client


async def _sign_in(client: Client) -> None:
    answer = await client.sign_in(EMAIL, PASSWORD)
    assert answer.status_code == 303, answer.text


def own_statements(hall: Hall, trace: Trace) -> int:
    """The statements of a request without the one of the session and those of plugins' hooks."""
    of_plugins = sum(c.statements for c in trace.calls if c.plugin not in hall.registry.builtin)
    return trace.statements - of_plugins - 1


def value_of(page: str, pattern: str) -> str:
    """What a page carries in the group of a pattern."""
    found = re.search(pattern, page, re.DOTALL)
    assert found, f"{pattern} is not on the page: {page[:2000]}"
    return unescape(found.group(1))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the application ended at its start"
        try:
            if httpx.get(f"{address}/login", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the application did not answer in {READY_SECONDS} s")
