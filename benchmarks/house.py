"""The house that all benchmarks work in: a full catalogue, imported by the real importer.

Everything is below `.fondaco-bench/` of the repository: the packages of the demo wholesaler and an
embedded PostgreSQL with its durable settings. A catalogue is a database named after its size; it
carries the hash of what made it, and is used again as long as that fits.
"""

import asyncio
import hashlib
import importlib.resources
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

import asyncpg
import msgspec
from msgspec import Struct
from sqlalchemy import make_url

from fondaco.cli.site import Site, hall_of, prepare
from fondaco.db.embedded import EmbeddedServer
from fondaco.db.engine import APP_ROLE
from fondaco.demo import write_package
from fondaco.demo.seed import seed
from fondaco.exchange.queue import install_statements
from fondaco.hall import load_registry, migration_rooms
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Registry
from fondaco.settings import HANDED_DOWN, Settings

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".fondaco-bench"
SEED = 1
SKUS = 250_000
IMPORTER = "erp_1c"

Bare: TypeAlias = asyncpg.Connection
"""The driver's own connection: what floors are made of."""


class Imported(Struct, frozen=True):
    """What an import took: seconds, and the most memory it held, in MB."""

    seconds: float
    rss_mb: float


class House(Struct, frozen=True):
    """A running database server, and the site whose catalogue is benchmarked."""

    server: EmbeddedServer
    settings: Settings
    registry: Registry
    skus: int
    database: str

    def site(self, database: str = "") -> Site:
        """The site on a database of the server: by default on the catalogue."""
        name = database or self.database
        return Site(self.settings, self.server.url(name, APP_ROLE), self.server.url(name))

    @property
    def package(self) -> Path:
        """The files that the accounting system would send."""
        return FOLDER / f"package-{self.skus}-{SEED}"

    @asynccontextmanager
    async def hall(self, *, pool_size: int = 5) -> AsyncIterator[Hall]:
        """A hall on the catalogue."""
        hall = hall_of(self.site(), self.registry, pool_size=pool_size)
        try:
            yield hall
        finally:
            await hall.close()

    @asynccontextmanager
    async def bare(self, *, owner: bool = False) -> AsyncIterator[Bare]:
        """The driver alone on the catalogue."""
        site = self.site()
        connection = await connect(site.owner_url if owner else site.url)
        try:
            yield connection
        finally:
            await connection.close()

    def environment(self, site: Site) -> dict[str, str]:
        """What a process of this site inherits."""
        handed = msgspec.structs.replace(
            site.settings, database_url=site.url, owner_url=site.owner_url
        )
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("FONDACO_")}
        return {**inherited, HANDED_DOWN: msgspec.json.encode(handed).decode()}


async def connect(url: str) -> Bare:
    """The driver's own connection to an address of SQLAlchemy."""
    address = make_url(url)
    query: Mapping[str, object] = address.query
    return await asyncpg.connect(
        host=str(query["host"]),
        user=address.username,
        database=address.database,
        server_settings={"jit": "off", "timezone": "UTC", "search_path": "public"},
    )


@contextmanager
def open_house(skus: int) -> Iterator[House]:
    """The server as long as the block; the catalogue is imported if it is not there yet."""
    settings = Settings(
        data_dir=str(FOLDER / "site"), secret="benchmark", without=tuple(_other_plugins())
    )
    FOLDER.mkdir(exist_ok=True)
    with EmbeddedServer(FOLDER / "postgres") as server:
        yield House(server, settings, load_registry(settings), skus, f"house_{skus}")


def _other_plugins() -> Sequence[str]:
    """The kernel is measured, with the importer: a plugin answers for its own figures."""
    found = entry_points(group="fondaco.plugins")
    return sorted(entry.name for entry in found if entry.name != IMPORTER)


async def furnish(house: House) -> None:
    """Make the catalogue unless the one that is there fits."""
    name, mark = house.database, mark_of(house)
    if await comment_of(house, name) == mark:
        return
    say(f"Importing {house.skus:,} products into a new catalogue ...")
    await import_into(house, name)
    async with house.hall() as hall, system_ask(hall).act() as act:
        await seed(act)
    async with house.bare(owner=True) as owner:
        await owner.execute("vacuum analyze")
        await owner.execute(f"comment on database {name} is '{mark}'")


async def import_into(house: House, name: str) -> Imported:
    """A database of its own, migrated, and the package imported there by a process of its own."""
    _write_package(house)
    await create_database(house, name)
    site = house.site(name)
    await asyncio.to_thread(prepare, site, house.registry)
    words = [sys.executable, "-m", "benchmarks.importing", str(house.package)]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env=house.environment(site), stdout=subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return msgspec.json.decode(said.splitlines()[-1], type=Imported)


async def create_database(house: House, name: str) -> None:
    """An empty database instead of whatever has that name."""
    await drop_database(house, name)
    await _on_server(house, f"create database {name}")


async def copy_database(house: House, name: str, original: str) -> None:
    """A copy of a database that nobody is connected to, instead of whatever has that name."""
    await drop_database(house, name)
    await _on_server(house, f"create database {name} template {original} strategy file_copy")


async def drop_database(house: House, name: str) -> None:
    """Leave nothing of it."""
    await _on_server(house, f"drop database if exists {name} with (force)")


async def _on_server(house: House, statement: str) -> None:
    connection = await connect(house.server.url("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def comment_of(house: House, name: str) -> str | None:
    """What a database says it was made of."""
    connection = await connect(house.server.url("postgres"))
    try:
        found: str | None = await connection.fetchval(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = $1", name
        )
        return found
    finally:
        await connection.close()


def mark_of(house: House) -> str:
    """The hash of everything a catalogue is made of: migrations, size, seed."""
    digest = hashlib.sha256(json.dumps([house.skus, SEED]).encode())
    digest.update(install_statements().encode())
    for room in migration_rooms(house.registry):
        folder = importlib.resources.files(room.package) / "migrations" / "versions"
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".py"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _write_package(house: House) -> None:
    if not (house.package / "offers.xml").exists():
        say(f"Writing a package of {house.skus:,} products ...")
        write_package(house.package, skus=house.skus, seed=SEED)


def say(what: str) -> None:
    """A line of progress, beside the table."""
    print(what, file=sys.stderr, flush=True)
