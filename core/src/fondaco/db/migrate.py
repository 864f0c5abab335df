"""Runs the migrations of the kernel and of each plugin, and sets up the program's role.

One Alembic environment per package, with its version table inside the package's own schema. All
steps of one call happen in one transaction under an advisory lock: two starts at once wait for each
other, and a failing migration leaves nothing behind.
"""

import importlib.resources
import io
from collections.abc import Sequence
from typing import Literal

from alembic import command
from alembic.config import Config
from msgspec import Struct
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.db.columns import SCHEMA
from fondaco.db.engine import APP_ROLE

KERNEL = "fondaco.db"
PLUGIN_SCHEMA = "plugin_"
JOURNALS = ("audit_entry", "spending_entry", "payment_entry", "payment_way_change")

_HAS_QUEUE = text(f"select to_regclass('{SCHEMA}.pgqueuer') is not null")
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('fondaco:migrate', 0))")


class MigrationFailed(Exception):
    """A room's migration raised; everything of this call was rolled back."""

    def __init__(self, room: "Room", why: Exception) -> None:
        name = room.schema.removeprefix(PLUGIN_SCHEMA)
        remedy = "" if room.schema == SCHEMA else f", or start with `--without {name}`"
        text = f"the migration of {name} failed, nothing was changed: {why}; mend it{remedy}"
        super().__init__(text)


class Room(Struct, frozen=True):
    """A package with a `migrations/` folder, and the schema that is its own.

    `journals` are tables the program may only add to.
    """

    package: str
    schema: str
    journals: tuple[str, ...] = ()


def kernel_room() -> Room:
    """The kernel's own tables."""
    return Room(KERNEL, SCHEMA, JOURNALS)


def plugin_schema(name: str) -> str:
    """The schema of a plugin's tables."""
    return f"{PLUGIN_SCHEMA}{name}"


async def migrate(url: str, rooms: Sequence[Room], *, queue_sql: str) -> None:
    """Bring the kernel and the plugins, in the given order, to their newest version.

    `url` connects as the owner of the database; `queue_sql` makes the job queue's tables, which
    are not Alembic's, on the first run. Raises `MigrationFailed`, naming whose migration it was.
    """
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_prepare)
            if not (await connection.execute(_HAS_QUEUE)).scalar():
                # Several statements in one text: only the driver's own simple query takes them.
                # SQLAlchemy's transaction has begun by now, so they are part of it.
                raw = await connection.get_raw_connection()
                await raw.driver_connection.execute(queue_sql)  # type: ignore[union-attr]
            await connection.run_sync(_migrate_all, rooms)
    finally:
        await engine.dispose()


async def remove_room(url: str, room: Room) -> None:
    """Run a plugin's migrations down to nothing and drop its schema.

    A room whose package is not named, because it is uninstalled or broken, is dropped as it is.
    """
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_remove, room)
    finally:
        await engine.dispose()


def _prepare(connection: Connection) -> None:
    connection.execute(_LOCK)
    _ensure_role(connection)
    connection.execute(text(f"create schema if not exists {SCHEMA}"))


def _migrate_all(connection: Connection, rooms: Sequence[Room]) -> None:
    for room in rooms:
        connection.execute(text(f'create schema if not exists "{room.schema}"'))
        try:
            _alembic(connection, room, "upgrade")
        except Exception as why:
            raise MigrationFailed(room, why) from why
        _grant(connection, room)


def _remove(connection: Connection, room: Room) -> None:
    connection.execute(_LOCK)
    if room.package:
        _alembic(connection, room, "downgrade")
    connection.execute(text(f'drop schema if exists "{room.schema}" cascade'))


def _alembic(connection: Connection, room: Room, way: Literal["upgrade", "downgrade"]) -> None:
    root = importlib.resources.files(room.package)
    with importlib.resources.as_file(root) as folder:
        config = Config(stdout=io.StringIO())
        config.set_main_option("script_location", str(folder / "migrations").replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes.update(connection=connection, schema=room.schema)
        if way == "upgrade":
            command.upgrade(config, "head")
        else:
            command.downgrade(config, "base")


def _ensure_role(connection: Connection) -> None:
    exists = connection.execute(
        text("select 1 from pg_roles where rolname = :role"), {"role": APP_ROLE}
    ).scalar()
    if not exists:
        connection.execute(text(f"create role {APP_ROLE} login"))
    connection.execute(text(f"grant {APP_ROLE} to current_user"))


def _grant(connection: Connection, room: Room) -> None:
    schema = room.schema
    for statement in (
        f'grant usage on schema "{schema}" to {APP_ROLE}',
        f'grant select, insert, update, delete on all tables in schema "{schema}" to {APP_ROLE}',
        f'grant usage, select on all sequences in schema "{schema}" to {APP_ROLE}',
        f'grant execute on all functions in schema "{schema}" to {APP_ROLE}',
        f'revoke all on "{schema}".alembic_version from {APP_ROLE}',
        *(
            f'revoke update, delete, truncate on "{schema}"."{journal}" from {APP_ROLE}'
            for journal in room.journals
        ),
    ):
        connection.execute(text(statement))
    if schema == SCHEMA:
        connection.execute(text(f"grant usage on schema fondaco_api to {APP_ROLE}"))
        connection.execute(text(f"grant select on all tables in schema fondaco_api to {APP_ROLE}"))
