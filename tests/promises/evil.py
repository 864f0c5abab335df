"""Plugins that misbehave, written into a folder and found there by their entry points."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

MODE = "EVIL_MODE"
"""The variable that names the file in which the plugin reads what it shall do wrong."""

MANIFEST = """
from fondaco_sdk.manifest import On, Plugin, Route, Slot, Text

plugin = Plugin(name={name!r}, version="1", title=Text("Зло", "Evil"), {more})
"""

HOOKS = """
import asyncio, os, socket
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Offer, Stage
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Supply

WHY = Reason("evil", "зло", "evil")


async def wrong(hook, ask, given=()):
    where, _, way = Path(os.environ["EVIL_MODE"]).read_text().partition(" ")
    if where != hook:
        return ()
    if way == "raises":
        raise RuntimeError("evil raised")
    if way == "sleeps":
        await asyncio.sleep(60)
    if way == "answers a number":
        return 5
    if way == "answers dicts":
        return [{"line": 1}]
    if way == "below zero":
        if hook == "supply_plans":
            return [Supply(w.line, 1, 1, Decimal(-5), ask.now.date(), WHY) for w in given]
        return [Offer(x.line, Stage.LIST, Decimal(-1), "RUB", True, WHY, -1) for x in given]
    if way == "another line":
        return [Offer(-7, Stage.LIST, Decimal(1), "RUB", True, WHY)]
    if way == "changes what it is given":
        given.clear()
    if way == "changes a frozen thing":
        given[0].quantity = Decimal(1)
    if way == "changes the tables":
        await ask.fetch(text("alter table fondaco.product add column evil int"))
    if way == "rewrites the audit":
        await ask.fetch(text("delete from fondaco.audit_entry returning id"))
    if way == "calls out":
        reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ["EVIL_PORT"]))
        await reader.read()
    return ()


@impl
async def price_moves(ask, lines):
    return await wrong("price_moves", ask, lines)


@impl
async def cart_moves(ask, priced):
    return await wrong("cart_moves", ask, priced.lines)


@impl
async def cart_checks(ask, priced):
    return await wrong("cart_checks", ask, priced.lines)


@impl
async def payment_options(ask, draft):
    return await wrong("payment_options", ask, draft.lines)


@impl
async def delivery_offers(ask, parcels):
    return await wrong("delivery_offers", ask, parcels)


@impl
async def supply_plans(ask, wants, stock):
    return await wrong("supply_plans", ask, wants)


@impl
async def order_placing(act, order):
    await wrong("order_placing", act, order.lines)


@impl
async def payments_changing(act, order):
    await wrong("payments_changing", act, order.lines)


@impl
async def match_articles(ask, rows):
    return await wrong("match_articles", ask, rows)


@impl
async def substitutes(ask, products):
    return await wrong("substitutes", ask, products)


@impl
async def document_blocks(ask, documents):
    return await wrong("document_blocks", ask, documents)


async def slot(ask, subjects):
    return {} if (await wrong("slot", ask, subjects)) == () else 5


async def listener(act, event):
    await wrong("listener", act)


async def anybody(ask):
    return None
"""

REVISION = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.execute("create table plugin_{name}.first (id int)")
    {then}


def downgrade():
    raise RuntimeError("evil stays")
"""

ENVIRONMENT = """
from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"],
    version_table_schema=config.attributes["schema"],
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
"""

ALL_SEAMS = """hooks="evil.hooks", slots=(Slot("cart.summary", "evil.hooks:slot"),),
    subscriptions=(On("order.placed.v1", "evil.hooks:listener"),)"""


def hooks() -> set[str]:
    """The hooks that it implements."""
    return set(re.findall(r"@impl\nasync def (\w+)\(", HOOKS))


def install(folder: Path, name: str, more: str = "", migration: str | None = None) -> None:
    """A plugin `name` below `folder`, which belongs on the path. `more` goes into its manifest.

    `migration` is a line of Python in its first migration, after a table was made.
    """
    package = folder / name
    files: dict[str, str] = {
        "__init__.py": "",
        "hooks.py": HOOKS,
        "manifest.py": MANIFEST.format(name=name, more=more),
    }
    if migration is not None:
        files["manifest.py"] = MANIFEST.format(name=name, more=f"migrations={name!r}")
        files["migrations/env.py"] = ENVIRONMENT
        files["migrations/versions/0001_first.py"] = REVISION.format(name=name, then=migration)
    _write(package, files)
    about = folder / f"{name}-1.dist-info"
    _write(
        about,
        {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
            "entry_points.txt": f"[fondaco.plugins]\n{name} = {name}.manifest:plugin\n",
        },
    )


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(content))
