"""`fondaco plugin list | check | remove NAME`."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.cli.site import Site, open_site
from fondaco.db._pg_binaries import installed
from fondaco.db.migrate import Room, plugin_schema, remove_room
from fondaco.hall import load_registry
from fondaco.settings import Settings, SettingsError

_HEAD = 4096
_UNKNOWN = b"SET transaction_timeout = 0;"


def list_plugins(settings: Settings) -> int:
    """A line per plugin: where it is from, its version, its hooks."""
    registry = load_registry(settings)
    for plugin in registry.plugins:
        kind = "built-in" if plugin.name in registry.builtin else "installed"
        hooks = [
            name
            for name, implementations in registry.implementations.items()
            if any(i.plugin == plugin.name for i in implementations)
        ]
        print(f"{plugin.name:<16} {plugin.version:<8} {kind:<10} {', '.join(hooks)}")
    return 0


def check_plugins(settings: Settings) -> int:
    """Load everything; `PluginReport` is printed by the caller."""
    registry = load_registry(settings)
    print(f"{len(registry.plugins)} plugins, nothing wrong.")
    return 0


def remove_plugin(settings: Settings, name: str, folder: Path) -> int:
    """Dump a plugin's schema, drop it with its waiting tasks and deliveries, and say what is left.

    Works also for a plugin that no longer loads or is already uninstalled.
    """
    with open_site(settings) as site:
        schema = plugin_schema(name)
        if not asyncio.run(_exists(site, schema)):
            print(f"fondaco: plugin {name!r} has no tables here", file=sys.stderr)
        else:
            dump = _dump(site, schema, folder)
            print(f"Dumped {schema} to {dump}")
        asyncio.run(_remove(site, name, schema))
    print(f"Removed. Now uninstall its package: pip uninstall fondaco-{name.replace('_', '-')}")
    return 0


async def _exists(site: Site, schema: str) -> bool:
    engine = create_async_engine(site.owner_url)
    try:
        async with engine.connect() as connection:
            found = await connection.execute(
                text("select 1 from pg_namespace where nspname = :schema"), {"schema": schema}
            )
            return found.scalar() is not None
    finally:
        await engine.dispose()


async def _remove(site: Site, name: str, schema: str) -> None:
    await remove_room(site.owner_url, Room("", schema))
    engine = create_async_engine(site.owner_url)
    try:
        async with engine.begin() as connection:
            for statement in (
                "delete from fondaco.pgqueuer where entrypoint like :prefix || '.%'",
                "delete from fondaco.pgqueuer_schedules where entrypoint like :prefix || '.%'",
                "delete from fondaco.delivery where (subscriber like :prefix || ':%'"
                " or subscriber like 'amqp:' || :prefix || ':%')"
                " and state <> 'done'",
            ):
                await connection.execute(text(statement), {"prefix": name})
    finally:
        await engine.dispose()


def _pg_dump() -> str:
    """The embedded server's program where it is installed: it also reads older servers."""
    embedded = installed()
    return str(embedded / "bin" / "pg_dump") if embedded else "pg_dump"


def _dump(site: Site, schema: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{schema}-{datetime.now(UTC):%Y%m%d-%H%M%S}.sql"
    url = make_url(site.owner_url)
    words = [
        _pg_dump(),
        f"--host={url.query.get('host', url.host or 'localhost')}",
        f"--username={url.username}",
        f"--schema={schema}",
        f"--file={target}",
        *([f"--port={url.port}"] if url.port else []),
        str(url.database),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SettingsError(f"pg_dump failed, nothing was removed: {done.stderr.strip()}")
    _let_older_servers_read(target)
    return target


def _let_older_servers_read(dump: Path) -> None:
    """A new pg_dump sets what servers before 17 do not know, to the value that it has anyway."""
    with dump.open("r+b") as file:
        head = file.read(_HEAD)
        file.seek(0)
        file.write(head.replace(_UNKNOWN, b" " * len(_UNKNOWN)))
