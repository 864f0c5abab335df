"""What every plugin's tests ask for, a line each: tables, invariants, templates, the manifest.

async def test_tables(hall, database_url):
    await tables_come_and_go(hall, database_url, "loyalty")
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.app import static_folder
from fondaco.db.migrate import migrate, plugin_schema, remove_room
from fondaco.exchange.queue import install_statements
from fondaco.hall import migration_rooms
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.web.assets import Assets
from fondaco.web.catalogues import template_folders, translators
from fondaco.web.i18n import LOCALES, text_keys
from fondaco.web.lint import Finding, check_templates
from fondaco.web.lint_names import check_names
from fondaco.web.shell import Brand, Shell
from fondaco.web.templating import page_environment
from fondaco_sdk.manifest import Plugin
from fondaco_sdk.web import Fragment

_RELATIONS = text(
    "select n.nspname || '.' || c.relname from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
    " union all select nspname from pg_namespace"
)

_TABLES = text(
    "select format('%I.%I', schemaname, tablename) as table from pg_tables"
    " where schemaname = :schema and tablename <> 'alembic_version'"
)


async def tables_come_and_go(hall: Hall, database_url: str, name: str) -> None:
    """Assert that the migrations of `name` leave nothing when undone, and make all of it again.

    Nothing else of the test may use the hall's database afterwards.
    """
    await hall.database.close()
    schema = plugin_schema(name)
    room = next(r for r in migration_rooms(hall.registry) if r.schema == schema)
    full = await _relations(database_url)
    await remove_room(database_url, room)
    gone = full - await _relations(database_url)
    assert schema in gone
    strangers = {r for r in gone if r != schema and not r.startswith(f"{schema}.")}
    assert not strangers, f"removing {name} took more than its own: {strangers}"
    await migrate(database_url, migration_rooms(hall.registry), queue_sql=install_statements())
    assert await _relations(database_url) == full


async def assert_demo_repeats(hall: Hall, name: str) -> None:
    """Assert that the plugin's demo shows something, and that a second run changes nothing."""
    furnish = next(demo.function for demo in hall.registry.demos if demo.plugin == name)
    empty = await _tables_of(hall, name)
    states = []
    for _ in range(2):
        async with system_ask(hall).act() as act:
            await furnish(act)
        states.append(await _tables_of(hall, name))
    assert states[0] != empty, f"the demo of {name} shows nothing"
    assert states[1] == states[0], f"the demo of {name} changes at its second run"


async def _tables_of(hall: Hall, name: str) -> dict[str, str]:
    """What stands in each table of the plugin."""
    ask = system_ask(hall)
    states = {}
    for (table,) in await ask.fetch(_TABLES, {"schema": plugin_schema(name)}):
        content = f"select coalesce(string_agg(t::text, ';' order by t::text), '') from {table} t"
        states[table] = str((await ask.fetch(text(content)))[0][0])
    return states


async def broken_invariants(hall: Hall, name: str) -> set[str]:
    """The names of the plugin's invariants that find something now."""
    ask = system_ask(hall)
    return {i.name for i in _plugin(hall, name).invariants if await ask.fetch(text(i.sql))}


def template_findings(hall: Hall, name: str) -> Sequence[Finding]:
    """What is wrong in the templates: refused code, words, names and texts that are nowhere."""
    folder = template_folders(hall.registry)[name]
    texts = translators(hall.registry)[LOCALES[0]].texts
    sprite = static_folder() / Path(Assets(static_folder()).url("icons.svg")).name
    icons = re.findall(r'id="([\w-]+)"', sprite.read_text("utf-8"))
    refused = check_templates(folder, icons=icons, keys=text_keys(texts))
    return [*refused, *check_names(_pages(hall), {name})]


def modules_of_manifest(module: str) -> Sequence[str]:
    """What a fresh process has imported of the plugin, of SQLAlchemy and of Litestar with it."""
    package = module.partition(".")[0]
    code = (
        f"import sys, {module};"
        f"heavy = ({package!r}, 'sqlalchemy', 'litestar');"
        "print(*sorted(n for n in sys.modules if n.partition('.')[0] in heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def print_fragment(hall: Hall, fragment: Fragment, locale: str = "ru") -> str:
    """The HTML of a slot's fragment on one line, its fixed and thin spaces as ordinary ones."""
    shell = Shell(
        site_name=hall.settings.site.name,
        brand=Brand(name=hall.settings.site.name),
        locale=locale,
        locales=LOCALES,
        path="/",
        today=date(2026, 11, 24),
        zone=ZoneInfo(hall.settings.site.timezone),
    )
    html = _pages(hall).get_template(fragment.template).render(shell=shell, **fragment.context)
    return " ".join(html.replace("\u202f", " ").replace("\u00a0", " ").split())


def _pages(hall: Hall) -> Environment:
    return page_environment(
        Assets(static_folder()), translators(hall.registry), template_folders(hall.registry)
    )


def _plugin(hall: Hall, name: str) -> Plugin:
    found = hall.registry.plugin(name)
    assert found is not None, f"plugin {name!r} is not at work: mark the test plugins({name!r})"
    return found


async def _relations(url: str) -> set[str]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return set((await connection.scalars(_RELATIONS)).all())
    finally:
        await engine.dispose()
