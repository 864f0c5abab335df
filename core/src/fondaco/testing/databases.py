"""Databases for tests: one migrated template per set of plugins, a copy of it per test."""

import asyncio
import atexit
import hashlib
import importlib.resources
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import asyncpg
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.db.embedded import EmbeddedServer
from fondaco.db.migrate import Room, migrate
from fondaco.exchange.queue import install_statements

URL_VARIABLE = "FONDACO_TEST_DATABASE_URL"
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "512MB",
}
MEMORY = Path("/dev/shm")
ROOM = 3 << 30
"""A copy is some nine hundred files: in memory they are made ten times as fast as on a disk."""


@cache
def server_url() -> str:
    """The server tests use: `FONDACO_TEST_DATABASE_URL`, whose role may create databases.

    Without it an embedded one is started, shared by all test processes of this account, kept for
    the next run and as fast as a server is that need not survive a crash.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        return given
    home = _home()
    home.mkdir(mode=0o755, exist_ok=True)
    server = EmbeddedServer(home / "postgres", settings=FORGETFUL)
    server.__enter__()
    atexit.register(server.__exit__, None, None, None)
    return server.url()


def _home() -> Path:
    """In memory where it has room, or where a server is already."""
    name = f"fondaco-tests-{os.getuid()}"
    in_memory = MEMORY / name
    if in_memory.exists():
        return in_memory
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return in_memory if roomy else Path(tempfile.gettempdir()) / name


def _at(database: str) -> str:
    return make_url(server_url()).set(database=database).render_as_string(hide_password=False)


async def _run(statement: str) -> None:
    """By the driver alone: each test does it twice, and an engine asks much of a new connection."""
    plain = make_url(server_url()).set(drivername="postgresql")
    connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _migrations_hash(rooms: Sequence[Room]) -> str:
    digest = hashlib.sha256(install_statements().encode())
    for room in rooms:
        digest.update(repr(room).encode())
        folder = importlib.resources.files(room.package) / "migrations" / "versions"
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".py"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


_known: dict[Sequence[Room], str] = {}


async def ensure_template(rooms: Sequence[Room]) -> str:
    """A migrated database to copy; made once for the same migrations, also across processes."""
    rooms = tuple(rooms)
    if rooms not in _known:
        _known[rooms] = await _migrated(rooms)
    return _known[rooms]


async def _migrated(rooms: Sequence[Room]) -> str:
    name = f"fondaco_template_{_migrations_hash(rooms)}"
    engine = create_async_engine(server_url(), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text("select pg_advisory_lock(hashtext('fondaco:template'))"))
            found = await connection.execute(
                text("select 1 from pg_database where datname = :name and datistemplate"),
                {"name": name},
            )
            if not found.scalar():
                await connection.execute(text(f"drop database if exists {name} with (force)"))
                await connection.execute(text(f"create database {name} template template0"))
                await migrate(_at(name), rooms, queue_sql=install_statements())
                await connection.execute(text(f"alter database {name} is_template true"))
            await connection.execute(
                text("select pg_advisory_unlock(hashtext('fondaco:template'))")
            )
    finally:
        await engine.dispose()
    return name


def _strategy() -> str:
    """Files in memory are copied at once; to a server that syncs them each would be a wait."""
    return "wal_log" if os.environ.get(URL_VARIABLE) else "file_copy"


async def create_copy(template: str, name: str) -> str:
    """A copy of the template under `name`; returns its address."""
    for attempt in range(20):
        try:
            await _run(f"create database {name} template {template} strategy {_strategy()}")
            break
        except Exception:
            # Another process is copying the same template at this moment.
            if attempt == 19:
                raise
            await asyncio.sleep(0.2)
    return _at(name)


async def drop(name: str) -> None:
    """Drop a test's database, whoever is still connected."""
    await _run(f"drop database if exists {name} with (force)")
