"""Fifty hidden products, and whoever looks for them on every way (S04)."""

import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx
from msgspec import Struct, field
from processes import app_processes
from route_table import SHARED, UNSAFE, Listed, Visitor, route_table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from two_companies import CUSTOMER_ROLES, Belongings, Scene

from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.files.service import Files
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import permissions_of
from fondaco.search.documents import rebuild
from fondaco.testing import pdf
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.article_key import article_key
from fondaco_sdk.manifest import Auth
from fondaco_sdk.types.ids import ProductId

CANARIES = 50
ARTICLE = "КН-7"
MARK = "Невидимка"
PICTURE = b"\x89PNG of a canary"
ASKED = ("болт", ARTICLE, "кн7", "болт невиди", "болт невидимкаа", ",jkn", "КН70", "RY-7")
NARROWED = (
    {"stock": "1"},
    {"price_from": "1"},
    {"attr": "s04~общее"},
    {"attr": "s04-size~1.."},
    {"attr": "s04~другое", "facets": "1"},
)
DEAR = Decimal(987_654)
"""What is typed into searches; answers that echo it do not carry the mark."""


class Canaries(Struct, frozen=True):
    """The hidden products and the outer ids by which one might reach them."""

    ids: Sequence[ProductId]
    product: str
    category: str
    picture: str
    uuids: frozenset[str]


class Report(Struct):
    """How many calls were made, and on which something hidden was seen."""

    calls: int = 0
    seen: list[str] = field(default_factory=list)


async def hide_canaries(hall: Hall, wholesaler: Wholesaler, scene: Scene, data: Path) -> Canaries:
    """Fifty products with a picture, and an assortment of the first company without them."""
    prices = scene.own.company.customer.price_lists[0]
    async with hall.database.transaction() as connection:
        place = (await connection.execute(text("select id from fondaco.place"))).scalar_one()
    ids = await wholesaler.products(CANARIES, price_list=prices, place=place, prefix="КН")
    async with hall.database.transaction() as connection:
        category, outer = (
            await connection.execute(
                text(
                    "insert into fondaco.category (uuid, name)"
                    " values (gen_random_uuid(), :name) returning id, uuid"
                ),
                {"name": f"Раздел {MARK}"},
            )
        ).one()
        await connection.execute(
            text(
                "update fondaco.product set category_id = :category, brand = :brand,"
                " name = 'Болт ' || :mark || ' ' || id where id = any(:ids)"
            ),
            {"category": category, "brand": f"Бренд {MARK}", "mark": MARK, "ids": ids},
        )
        await describe(connection, ids)
        picture = (
            await connection.execute(
                text(
                    "with kept as (insert into fondaco.file (uuid, sha256, size, media_type)"
                    " values (gen_random_uuid(), sha256(:data), 1, 'image/png')"
                    " returning id, uuid),"
                    " linked as (insert into fondaco.product_image (product_id, rank, file_id)"
                    " select id, 0, (select id from kept)"
                    " from unnest(cast(:ids as bigint[])) id)"
                    " select uuid from kept"
                ),
                {"data": PICTURE, "ids": ids},
            )
        ).scalar_one()
        everything = await connection.execute(text("select id from fondaco.product"))
        await rebuild(connection, [row.id for row in everything])
        uuids = await connection.execute(
            text("select uuid::text, sku from fondaco.product where id = any(:ids)"), {"ids": ids}
        )
        named = {row.sku: row.uuid for row in uuids}
        # By the keys that an import would have written, so that articles do lead to them.
        await connection.execute(
            text(
                "update fondaco.product_code c set key = k.key"
                " from unnest(cast(:skus as text[]), cast(:keys as text[])) as k (sku, key)"
                " where c.value = k.sku"
            ),
            {"skus": list(named), "keys": [article_key(sku) for sku in named]},
        )
    path = Files(data / "files").path_of(sha256(PICTURE).digest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PICTURE)
    async with system_ask(hall).act() as act:
        assortment = await add_assortment(act, "Без невидимок", "")
        await add_rule(act, assortment, Goods(category), excludes=True)
        await bind(act, assortment, "hidden", scene.own.company.customer.company_id)
    return Canaries(ids, named[ARTICLE], str(outer), str(picture), frozenset(named.values()))


async def describe(connection: AsyncConnection, ids: Sequence[ProductId]) -> None:
    """Attributes and prices by which the search narrows: of all goods, and of the hidden only."""
    await connection.execute(
        text(
            "insert into fondaco.attribute (external_id, name, kind) values"
            " ('s04', 'Исполнение', 'option'), ('s04-size', 'Размер', 'number'),"
            " ('s04-own', :name, 'option')"
        ),
        {"name": f"Свойство {MARK}"},
    )
    await connection.execute(
        text(
            "update fondaco.product set attributes ="
            " jsonb_build_object('s04', array['общее', 'другое' || id % 2], 's04-size', id)"
        )
    )
    hidden = {"ids": list(ids), "mark": MARK, "dear": DEAR}
    await connection.execute(
        text(
            "update fondaco.product set attributes = jsonb_build_object("
            "'s04', array['общее', :mark], 's04-size', 900000 + id,"
            " 's04-own', :mark || id % 2) where id = any(:ids)"
        ),
        hidden,
    )
    await connection.execute(
        text("update fondaco.price_row set price = :dear where product_id = any(:ids)"), hidden
    )


def searches(listed: Listed) -> bool:
    """Whether a route asks the search engine."""
    return "search" in listed.path or listed.path.endswith("/products")


class Crawl:
    """The calls of one company's people; `searching`: of those only what searches."""

    def __init__(
        self,
        hall: Hall,
        canaries: Canaries,
        who: Belongings,
        clients: list[httpx.AsyncClient],
        *,
        by_session: bool = False,
        searching: bool = False,
    ) -> None:
        """`by_session`: as somebody who has no token, and stays signed in as they are."""
        self._canaries = canaries
        self._who = who
        self._clients = clients
        self._visitors: dict[str, Iterator[Visitor]] = {}
        self._routes = [
            one
            for one in route_table(hall)
            if not one.of_staff
            and not (by_session and (one.auth is Auth.TOKEN or one.path.startswith("/behalf")))
            and (searches(one) or not searching)
        ]
        self.report = Report()

    async def run(self) -> Report:
        """Read everything, try to take hold of it, and read everything again."""
        for role in CUSTOMER_ROLES:
            await self._read(role)
        for listed in self._routes:
            if listed.method in UNSAFE and "log" not in listed.path:
                await self._take(listed)
        await self._read("buyer")
        return self.report

    async def _read(self, role: str) -> None:
        allowed = permissions_of([role])
        for listed in self._routes:
            if listed.method == "GET" and (listed.policy in allowed or listed.policy == "public"):
                visitor = await self._visitor(role)
                for query in self._queries(listed) if role == "buyer" else ({},):
                    await self._call(visitor, listed, query)

    def _queries(self, listed: Listed) -> Sequence[Mapping[str, str]]:
        if not searches(listed):
            return ({},)
        asked: list[Mapping[str, str]] = [{}, *({"q": one} for one in ASKED)]
        asked += [{"category": self._canaries.category}, {"q": "болт", "page": "2"}]
        asked += [{"q": "болт", **narrowed} for narrowed in NARROWED] + list(NARROWED)
        return asked

    async def _take(self, listed: Listed) -> None:
        product = self._canaries.product
        visitor = await self._visitor("buyer")
        if listed.auth is Auth.TOKEN:
            bodies: list[Mapping[str, object]] = [
                {"lines": [{"product": product, "quantity": 1}]},
                {"lines": [{"article": ARTICLE, "quantity": 1}]},
            ]
            for body in bodies if listed.path.endswith("/lines") else [{}]:
                await self._call(visitor, listed, body)
            return
        fields = {
            "article": ARTICLE,
            "quantity": "1",
            f"quantity-{product}": "1",
            "product": product,
            "text": f"{ARTICLE}\t1",
            "format": "xlsx",
            "key": "s04-key-of-a-form",
            "shown": "x",
            "name": "s04",
        }
        await self._call(visitor, listed, fields)
        await self._call(visitor, listed, {**fields, "only": product})

    async def _visitor(self, role: str) -> Visitor:
        """The person at one process, then at the other."""
        if role not in self._visitors:
            key = self._who.people[role]
            both = [await Visitor(client, key).open() for client in self._clients]
            self._visitors[role] = cycle(both)
        return next(self._visitors[role])

    async def _call(self, visitor: Visitor, listed: Listed, fields: Mapping[str, object]) -> None:
        canary = self._canaries.picture if "/files/" in listed.path else self._canaries.product
        address = listed.address({**self._who.ids, SHARED: canary}, str(uuid4()))
        answer = await visitor.send(listed, address, fields)
        self.report.calls += 1
        typed = {str(value) for value in fields.values()} | {canary, self._canaries.category}
        hidden = self._canaries.uuids - {canary}
        said = text_of(answer)
        if any(word in said for word in (MARK, *hidden)) or answer.content == PICTURE:
            self.report.seen.append(f"{visitor.key.role if visitor.key else ''}: {listed} {typed}")
        if answer.status_code >= 500:
            self.report.seen.append(f"{listed} {fields}: {answer.status_code}")


def text_of(answer: httpx.Response) -> str:
    """What an answer says; a workbook is unpacked, a PDF read."""
    if answer.content.startswith(b"%PDF"):
        return pdf.text_of(answer.content)
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return re.sub(r"\s+", " ", answer.text)


@asynccontextmanager
async def two_processes(
    database_url: str, data: Path, target: str, environment: dict[str, str] | None = None
) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A client of each."""
    with app_processes(database_url, data, target=target, environment=environment) as addresses:
        clients = [httpx.AsyncClient(base_url=address, timeout=30) for address in addresses]
        try:
            yield clients
        finally:
            for client in clients:
                await client.aclose()
