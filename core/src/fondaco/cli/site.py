"""A site at work: its settings and its database, the embedded one started when none is set."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.db.embedded import EmbeddedServer, available
from fondaco.db.engine import APP_ROLE
from fondaco.db.migrate import migrate
from fondaco.exchange.queue import install_statements
from fondaco.hall import create_hall, load_registry, migration_rooms
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Registry
from fondaco.settings import HANDED_DOWN, Settings, SettingsError

CHECKS = (
    (
        "similarity('болт', 'БОЛТЫ') > 0",
        "trigrams of Cyrillic do not work: create the database with LC_CTYPE C.UTF-8",
    ),
    (
        "lower('Ё') = 'ё'",
        "lower() of Cyrillic does not work: create the database with a UTF-8 locale",
    ),
)


class Site(Struct, frozen=True):
    """Settings with the addresses of the database, for the program and for its owner."""

    settings: Settings
    url: str
    owner_url: str


@contextmanager
def open_site(settings: Settings) -> Iterator[Site]:
    """The site; its embedded database runs as long as the block, if it has one."""
    if settings.database_url:
        yield Site(settings, settings.database_url, settings.owner_url or settings.database_url)
        return
    if not available():
        raise SettingsError(
            "there is no embedded PostgreSQL for this machine: set FONDACO_DATABASE_URL to a"
            " PostgreSQL 15 or newer"
        )
    with EmbeddedServer(settings.data / "postgres") as server:
        yield Site(settings, server.url(user=APP_ROLE), server.url())


def prepare(site: Site, registry: Registry | None = None) -> Registry:
    """Check the plugins, migrate the database, and check that it speaks Russian."""
    found = registry or load_registry(site.settings)
    asyncio.run(_prepare(site.owner_url, found))
    return found


async def _prepare(owner_url: str, registry: Registry) -> None:
    await migrate(owner_url, migration_rooms(registry), queue_sql=install_statements())
    problems = await locale_problems(owner_url)
    if problems:
        raise SettingsError("; ".join(problems))


async def locale_problems(url: str) -> Sequence[str]:
    """What the database cannot do with Russian texts, with the remedy."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return [
                remedy
                for check, remedy in CHECKS
                if not (await connection.execute(text(f"select {check}"))).scalar()
            ]
    finally:
        await engine.dispose()


def hall_of(site: Site, registry: Registry | None = None, *, pool_size: int = 5) -> Hall:
    """A hall for a command of the terminal."""
    return create_hall(site.settings, database_url=site.url, registry=registry, pool_size=pool_size)


def hand_down(site: Site) -> None:
    """Give the web processes the settings as they are here, whatever the command changed."""
    effective = msgspec.structs.replace(
        site.settings,
        database_url=site.url,
        owner_url=site.owner_url,
        data_dir=str(site.settings.data),
    )
    os.environ[HANDED_DOWN] = msgspec.json.encode(effective).decode()


def here(path: str) -> Path:
    """A path as typed, absolute."""
    return Path(path).expanduser().absolute()
