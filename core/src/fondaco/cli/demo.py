"""`fondaco demo`: a spare-parts house in this folder, filled through the product's importers."""

import asyncio
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import text

from fondaco.cli.demo_beside import Beside, beside_demo
from fondaco.cli.imports import import_path
from fondaco.cli.plugin_commands import give_access, start_beside
from fondaco.cli.run import free_port, serve
from fondaco.cli.site import Site, hall_of, open_site, prepare
from fondaco.delivery.carriers import DEMO
from fondaco.delivery.copying import COPY_TASK, CopyPoints, copy_points
from fondaco.demo import write_order_list, write_package
from fondaco.demo.assortments import seed_assortments
from fondaco.demo.seed import PASSWORD, LogIn, seed
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import outside_of
from fondaco.hooks.context import system_ask
from fondaco.hooks.loader import discover
from fondaco.hooks.registry import Registry
from fondaco.notifications.post import mail_folder
from fondaco.settings import Documents, Payments, Settings
from fondaco_sdk.manifest import Command, Plugin

SEED = 1
LIST_ROWS = 500
NAME = "Фондако Запчасть"
DEFAULT_URL = Settings().site.url
SHOWN_ROLES = ("buyer", "manager", "site_admin")


def demo(settings: Settings, *, skus: int, prepare_only: bool, erp: bool = True) -> int:
    """Start the demo; the first start fills the database, later ones find it as it was left.

    Without `erp`, what plays it beside the site is left out.
    """
    plugins, _ = discover(settings.without)
    settings, beside = beside_demo(_demo_settings(settings, plugins, erp=erp), plugins, erp=erp)
    with open_site(settings) as site:
        registry = prepare(site)
        if asyncio.run(_is_empty(site, registry)):
            package = _write_files(settings.data / "demo", skus)
            code = import_path(site, registry, str(package), "commerceml")
            if code:
                return code
        log_ins = asyncio.run(_seed(site, registry, beside.callers))
        port = free_port(settings.server.host, settings.server.port, search=True)
        site = _at_port(site, port)
        _say(settings, port, log_ins, beside)
        if not prepare_only:
            serve(
                site,
                port,
                beside=[
                    partial(start_beside, site, one, beside.ports.get(one.name, 0))
                    for one in beside.commands
                ],
            )
    return 0


def _demo_settings(settings: Settings, plugins: Sequence[Plugin], *, erp: bool) -> Settings:
    """The demo's own name; with an ERP at work its word on money at the bank counts, and it issues
    the shipping documents."""
    if settings.site.name == "Fondaco":
        named = msgspec.structs.replace(settings.site, name=NAME)
        settings = msgspec.structs.replace(settings, site=named)
    if not erp:
        return settings
    if settings.payments == Payments():
        payments = msgspec.structs.replace(settings.payments, bank_authority="erp")
        settings = msgspec.structs.replace(settings, payments=payments)
    if settings.documents == Documents():
        shipped = (k.name for p in plugins for k in p.documents if k.issued == "shipped")
        documents = msgspec.structs.replace(settings.documents, by_erp=tuple(shipped))
        settings = msgspec.structs.replace(settings, documents=documents)
    return settings


def _at_port(site: Site, port: int) -> Site:
    """Links in letters lead to this demo, whichever port was free."""
    settings = site.settings
    if settings.site.url != DEFAULT_URL:
        return site
    here = msgspec.structs.replace(settings.site, url=f"http://{settings.server.host}:{port}")
    return msgspec.structs.replace(site, settings=msgspec.structs.replace(settings, site=here))


def _write_files(folder: Path, skus: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Making a catalogue of {skus:,} products with pictures ...", flush=True)
    package = folder / "package"
    write_package(package, skus=skus, seed=SEED, pictures=400)
    for kind in ("clean", "dirty"):
        write_order_list(
            folder / f"order-{kind}.xlsx",
            skus=skus,
            seed=SEED,
            rows=min(LIST_ROWS, skus),
            kind=kind,
        )
    return package


async def _is_empty(site: Site, registry: Registry) -> bool:
    hall = hall_of(site, registry)
    try:
        rows = await system_ask(hall).fetch(
            text("select exists (select 1 from fondaco.import_run where state = 'done')")
        )
        return not rows[0][0]
    finally:
        await hall.close()


async def _seed(site: Site, registry: Registry, beside: Sequence[Command]) -> Sequence[LogIn]:
    hall = hall_of(site, registry)
    try:
        async with system_ask(hall).act() as act:
            log_ins = await seed(act)
        async with system_ask(hall).act() as act:
            await seed_assortments(act)
        for plugin in registry.demos:
            async with system_ask(hall).act() as act:
                await plugin.function(act)
        for command in beside:
            await give_access(hall, command)
        if hall.settings.delivery.demo_carrier:
            job = JobContext(hall, outside_of(hall), COPY_TASK, 0)
            await copy_points(job, CopyPoints(DEMO))
        return log_ins
    finally:
        await hall.close()


def _say(settings: Settings, port: int, log_ins: Sequence[LogIn], beside: Beside) -> None:
    folder = settings.data / "demo"
    print(f"\n  {settings.site.name}: http://{settings.server.host}:{port}\n")
    print(f"  Sign in with the password {PASSWORD!r} as")
    for log_in in log_ins:
        if log_in.role in SHOWN_ROLES:
            print(f"    {log_in.email:<32} {log_in.role:<11} {log_in.company}")
    print(f"\n  Lists to upload: {folder / 'order-clean.xlsx'}")
    print(f"                   {folder / 'order-dirty.xlsx'}")
    if not settings.mail.host:
        print(f"  Letters:         {mail_folder(settings)}")
    for command in beside.servers:
        print(f"\n  `fondaco {command.name}` {command.help.en}")
    for command in beside.callers:
        print(f"\n  `fondaco {command.name}` {command.help.en}")
        print(f"  (in this folder, from another terminal: {_program()} {command.name} status)")
    if not beside.callers:
        print("\n  Nothing plays the ERP: orders wait at the portal, and staff move them by hand.")
    print("\n  Ctrl-C stops it; nothing is lost.\n", flush=True)


def _program() -> str:
    """How to call this program again: it is not on the path of every machine."""
    return shlex.quote(sys.argv[0]) if Path(sys.argv[0]).stem == "fondaco" else "fondaco"
