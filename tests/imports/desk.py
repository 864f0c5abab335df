"""The import desk of a site under test: upload as staff do, let the worker work, look."""

import asyncio
import os
import re
import subprocess
import sys
from asyncio import Event
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text

from fondaco.exchange.worker import run_worker
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

_BUSY = text(
    "select exists (select from fondaco.pgqueuer where status in ('queued', 'picked'))"
    " or exists (select from fondaco.delivery where state = 'waiting')"
)
_TAGS = re.compile(r"<[^>]+>")


class Desk:
    """A member of staff at the pages of imports."""

    def __init__(self, hall: Hall, client: Client) -> None:
        self.hall = hall
        self.client = client

    async def sign_in(self, wholesaler: Wholesaler, role: str = "site_admin") -> None:
        """As somebody of that role."""
        await self.client.sign_in(await wholesaler.staff(role), PASSWORD)

    async def upload(self, name: str, content: bytes, importer: str = "") -> httpx.Response:
        """Post a file with the form of the page."""
        return await self.client.send_form(
            "/staff/imports", {"importer": importer}, files={"file": (name, content)}
        )

    async def load(self, name: str, content: bytes, importer: str = "") -> str:
        """Upload a package, do the work, and return the page of the run."""
        answer = await self.upload(name, content, importer)
        assert answer.status_code == 303, answer.text
        await self.work()
        return (await self.client.get(answer.headers["location"])).text

    async def work(self) -> None:
        """Let a worker do what is queued."""
        stop = Event()
        working = asyncio.create_task(
            run_worker(self.hall, KERNEL_TASKS, stop=stop, silence=timedelta(seconds=2))
        )
        try:
            async with asyncio.timeout(60):
                while (await self.fetch(_BUSY))[0][0]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        finally:
            stop.set()
            await working

    def command(self, database_url: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """`fondaco` with these words, as a process of its own on the site's database."""
        return subprocess.run(
            [sys.executable, "-m", "fondaco.cli", *words],
            env={
                **os.environ,
                "FONDACO_DATABASE_URL": database_url,
                "FONDACO_DATA_DIR": str(self.hall.settings.data),
                "FONDACO_WITHOUT": ",".join(self.without),
            },
            timeout=60,
            capture_output=True,
            text=True,
        )

    @property
    def without(self) -> Sequence[str]:
        """The installed plugins that are not at work here."""
        here = {plugin.name for plugin in self.hall.registry.plugins}
        return [plugin.name for plugin in discover()[0] if plugin.name not in here]

    async def fetch(self, statement: Any, **values: Any) -> Sequence[Any]:
        """Rows of the site's database."""
        return await system_ask(self.hall).fetch(statement, values)

    async def all(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, as plain tuples."""
        return [tuple(row) for row in await self.fetch(text(sql), **values)]

    async def execute(self, sql: str, **values: Any) -> None:
        """Change the site's database."""
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(sql), values)

    async def prices(self) -> Mapping[tuple[str, str], Any]:
        """(article, name of the list) -> price."""
        rows = await self.all(
            "select p.sku, l.name, r.price from fondaco.price_row r"
            " join fondaco.product p on p.id = r.product_id"
            " join fondaco.price_list l on l.id = r.price_list_id"
        )
        return {(sku, name): price for sku, name, price in rows}

    async def stock(self) -> Mapping[tuple[str, str], Any]:
        """(article, name of the place) -> quantity on hand."""
        rows = await self.all(
            "select p.sku, w.name, s.on_hand from fondaco.stock_row s"
            " join fondaco.product p on p.id = s.product_id"
            " join fondaco.place w on w.id = s.place_id"
        )
        return {(sku, name): on_hand for sku, name, on_hand in rows}


def words(page: str) -> str:
    """What a person reads on a page, on one line."""
    main = page[page.index("<main") :] if "<main" in page else page
    return " ".join(_TAGS.sub(" ", main).replace("&quot;", '"').split())
