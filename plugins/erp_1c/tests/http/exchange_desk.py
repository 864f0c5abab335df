"""A shop whose 1C calls: accesses, sessions, packages, and the worker that loads them."""

import asyncio
import re
from asyncio import Event
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
from sqlalchemy import text

from fondaco.exchange.worker import run_worker
from fondaco.hooks.context import system_ask
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import PASSWORD
from fondaco_erp_1c.sim.client import Onec

_BUSY = text(
    "select exists (select from fondaco.pgqueuer where status in ('queued', 'picked'))"
    " or exists (select from fondaco.delivery where state = 'waiting')"
)


class ExchangeShop(WorkingShop):
    """The shop, its administrator, and what 1C sees of it."""

    login = "ut11"
    password = ""

    async def access(self, client: Client) -> None:
        """An access for 1C, made on the page."""
        await client.sign_in(await self.wholesaler.staff("site_admin"), PASSWORD)
        page = await client.send_form("/staff/machines", {"login": self.login, "name": "УТ"})
        made = re.search(r'id="machine-password">([^<]+)<', page.text)
        assert made, page.text
        self.password = made[1]
        client.cookies.clear()

    def web(self) -> httpx.AsyncClient:
        """A client that keeps no cookies of its own."""
        transport: Any = httpx.ASGITransport(
            app=application_of(self.hall),  # type: ignore[arg-type]
            raise_app_exceptions=False,
        )
        return httpx.AsyncClient(transport=transport, base_url="http://portal.test")

    def onec(self, kind: str, **options: Any) -> Onec:
        """1C, about to begin."""
        return Onec(self.web(), self.login, self.password, kind, **options)

    async def work(self) -> None:
        """Let a worker do what is queued."""
        stop = Event()
        working = asyncio.create_task(
            run_worker(self.hall, KERNEL_TASKS, stop=stop, silence=timedelta(seconds=2))
        )
        try:
            async with asyncio.timeout(60):
                while (await system_ask(self.hall).fetch(_BUSY))[0][0]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        finally:
            stop.set()
            await working

    async def load(self, onec: Onec, name: str, mode: str = "import") -> list[str]:
        """An import from its first call to its last; the first lines of its answers."""
        words: list[str] = []
        said = {"filename": name} if name else {}
        while len(words) < 20:
            words.append((await onec.call(mode, **said)).word)
            if words[-1] != "progress":
                break
            await self.work()
        return words

    async def all(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of the site's database."""
        return [tuple(row) for row in await system_ask(self.hall).fetch(text(sql), values)]


CATALOG = "catalog-1"


def document(body: str, *, encoding: str = "UTF-8", version: str = "2.08") -> bytes:
    """A file with its root, in an encoding that it declares."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    root = f'<КоммерческаяИнформация ВерсияСхемы="{version}">\n{body}\n</КоммерческаяИнформация>\n'
    return (head + root).encode(encoding)


def goods(*names: str, full: bool | None = None, encoding: str = "UTF-8") -> bytes:
    """A file of goods; `full`: what it says of itself, None for nothing."""
    said = "" if full is None else f' СодержитТолькоИзменения="{"false" if full else "true"}"'
    items = "".join(
        f"<Товар><Ид>{n}</Ид><Артикул>{n}</Артикул><Наименование>Товар {n}</Наименование></Товар>"
        for n in names
    )
    return document(
        f"<Каталог{said}><Ид>{CATALOG}</Ид><Товары>{items}</Товары></Каталог>", encoding=encoding
    )


def offers(*names: str, stock: str = "5", full: bool | None = None) -> bytes:
    """A file of offers with a price and stock each."""
    said = "" if full is None else f' СодержитТолькоИзменения="{"false" if full else "true"}"'
    items = "".join(
        f"<Предложение><Ид>{n}</Ид><Цены><Цена><ИдТипаЦены>retail</ИдТипаЦены>"
        "<ЦенаЗаЕдиницу>100</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены>"
        f'<Склад ИдСклада="msk" КоличествоНаСкладе="{stock}"/></Предложение>'
        for n in names
    )
    return document(
        f"<ПакетПредложений{said}><Ид>{CATALOG}#</Ид><ИдКаталога>{CATALOG}</ИдКаталога>"
        "<ТипыЦен><ТипЦены><Ид>retail</Ид><Наименование>Розница</Наименование>"
        "<Валюта>RUB</Валюта></ТипЦены></ТипыЦен>"
        "<Склады><Склад><Ид>msk</Ид><Наименование>Склад 1С</Наименование></Склад></Склады>"
        f"<Предложения>{items}</Предложения></ПакетПредложений>"
    )


def packed(**files: bytes) -> bytes:
    """The files as one zip; `_` in a name stands for the point."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()
