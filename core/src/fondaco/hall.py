"""Composes the hall: settings, database, plugins, and the service of every room.

Together with `fondaco.app` this is the only composition root; nothing is global.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.builtin import PLUGINS
from fondaco.db.engine import Database
from fondaco.db.migrate import Room, kernel_room, plugin_schema
from fondaco.exchange.outbox import put_event
from fondaco.exchange.queue import enqueue
from fondaco.hooks.hall import AuditLine, Clock, Hall
from fondaco.hooks.loader import discover, load
from fondaco.hooks.registry import Registry
from fondaco.hooks.runner import Runner
from fondaco.hooks.trace import Traces
from fondaco.identity.audit import write_audit
from fondaco.identity.permissions import PERMISSIONS
from fondaco.rooms import SERVICES
from fondaco.settings import Settings
from fondaco_sdk.events import Event
from fondaco_sdk.manifest import Plugin
from fondaco_sdk.types.actor import Actor, Customer


class KernelLedger:
    """What a unit of work leaves behind: events, tasks, audit lines."""

    async def emit(
        self, connection: AsyncConnection, event: Event, subscribers: Sequence[str]
    ) -> None:
        """Put an event into the outbox."""
        await put_event(connection, event, subscribers)

    async def enqueue(
        self, connection: AsyncConnection, task: str, payload: Struct, key: str | None
    ) -> None:
        """Queue a task."""
        await enqueue(connection, task, payload, key=key)

    async def audit(
        self,
        connection: AsyncConnection,
        actor: Actor,
        customer: Customer | None,
        line: AuditLine,
        request_id: str,
    ) -> None:
        """Write an audit line."""
        await write_audit(connection, actor, customer, line, request_id)


def load_registry(settings: Settings, plugins: Sequence[Plugin] | None = None) -> Registry:
    """The built-in plugins and the installed ones (or just `plugins`), checked.

    Raises `PluginReport` with everything that is wrong.
    """
    if plugins is None:
        manifests, problems = discover(settings.without)
    else:
        manifests, problems = tuple(plugins), ()
    return load(
        PLUGINS,
        manifests,
        settings=settings.plugins,
        permissions=PERMISSIONS,
        chosen=_chosen(settings),
        layouts=settings.documents.layouts,
        rights=settings.documents.rights,
        by_erp=settings.documents.by_erp,
        problems=problems,
    )


def _chosen(settings: Settings) -> Mapping[str, str]:
    chosen = {
        "search": settings.search.engine,
        "lookup": settings.lookup.service,
        "erp": settings.erp.gateway,
    }
    return {kind: name for kind, name in chosen.items() if name}


def migration_rooms(registry: Registry) -> Sequence[Room]:
    """Whose migrations run, in their order."""
    return (
        kernel_room(),
        *(
            Room(plugin.migrations, plugin_schema(plugin.name), plugin.journals)
            for plugin in registry.plugins
            if plugin.migrations
        ),
    )


def create_hall(
    settings: Settings,
    *,
    database_url: str,
    registry: Registry | None = None,
    clock: Clock | None = None,
    services: Mapping[str, Callable[[Any], Any]] | None = None,
    pool_size: int = 10,
) -> Hall:
    """Compose a hall on a migrated database."""
    registry = registry or load_registry(settings)
    return Hall(
        settings=settings,
        database=Database(database_url, pool_size=pool_size),
        registry=registry,
        hooks=Runner(registry),
        services={**SERVICES, **(services or {})},
        ledger=KernelLedger(),
        traces=Traces(),
        clock=clock or Clock(),
    )
