"""A small shop with its doors open: buyers of two companies, each with a browser of their own."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from decimal import Decimal
from html import unescape
from typing import Any, cast
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.cart.service import CartItem, Carts
from fondaco.documents.model import RenderDocument
from fondaco.documents.rendering import render_document
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import PriceListId, ProductId

HTMX = {"HX-Request": "true"}
_SEEN = re.compile(r'hx-post="/cart/seen"[^>]*"shown": "(\w+)"')
_FIELD = re.compile(r'<input type="hidden" name="([\w]+)" value="([^"]*)">')


class Browser(Client):
    """Somebody signed in."""

    async def partial(self, path: str, data: Mapping[str, Any] | None = None) -> httpx.Response:
        """Post as htmx does."""
        return await self.send_form(path, dict(data or {}), headers=HTMX)

    async def look(self, path: str = "/cart") -> httpx.Response:
        """Open the cart as a browser does: the page tells the site what it has shown."""
        page = await self.get(path)
        if unseen := _SEEN.search(page.text):
            assert (await self.partial("/cart/seen", {"shown": unseen[1]})).status_code == 200
        return page

    @staticmethod
    def lines_of(html: str) -> list[str]:
        """The lines of a cart page, as their uuids."""
        return re.findall(r'id="line-([0-9a-f-]+)"', html)

    @staticmethod
    def words(html: str) -> str:
        """What a page says, with ordinary spaces."""
        text = unescape(re.sub(r"<[^>]*>", " ", html)).replace("\u202f", " ").replace("\xa0", " ")
        return re.sub(r"\s+", " ", text)

    @staticmethod
    def hidden(html: str) -> dict[str, str]:
        """The hidden fields of a page; of one name the last."""
        return {name: unescape(value) for name, value in _FIELD.findall(html)}

    async def checkout_form(self) -> dict[str, str]:
        """The hidden fields of the checkout page."""
        return self.hidden((await self.get("/checkout")).text)


class Shop:
    """1,000 pieces of each of five products in Moscow, at 100 roubles in the first list."""

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None:
        self.hall = hall
        self.wholesaler = wholesaler
        self.products: list[ProductId] = []
        self.lists: list[PriceListId] = []
        self.moscow = 0
        self.company: CompanyFixture
        self.stranger: CompanyFixture
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        """Fill it."""
        make = self.wholesaler
        seller = await make.seller()
        self.lists = [await make.price_list("Оптовая"), await make.price_list("Розничная")]
        self.moscow = await make.place("Москва")
        self.products = await make.products(5, price_list=self.lists[0], place=self.moscow)
        self.company = await make.company("Ромашка", seller, self.lists)
        self.stranger = await make.company("Василёк", seller, self.lists)

    async def browser(self, email: str) -> Browser:
        """A browser in which `email` is signed in."""
        transport = httpx.ASGITransport(
            app=cast("Any", application_of(self.hall)), raise_app_exceptions=False
        )
        browser = Browser(transport=transport, base_url="http://portal.test")
        await self._stack.enter_async_context(browser)
        assert (await browser.sign_in(email, PASSWORD)).status_code == 303
        return browser

    async def fill(self, *quantities: int, company: CompanyFixture | None = None) -> None:
        """Put so many of the first, second, ... product into the company's cart."""
        items = [
            CartItem(product, Decimal(quantity), LineSource.LIST)
            for product, quantity in zip(self.products, quantities, strict=False)
            if quantity
        ]
        ask = (company or self.company).ask(self.hall)
        async with ask.act() as act:
            await Carts(act).add(act, items)

    async def order(self, browser: Browser, *quantities: int) -> str:
        """Order through the pages; returns the address of the order."""
        await self.fill(*quantities)
        form = await browser.checkout_form()
        placed = await browser.send_form("/checkout", {**form, **self.choices()})
        assert placed.status_code == 303, placed.text
        return placed.headers["location"].partition("?")[0]

    def choices(self, **changes: str) -> dict[str, str]:
        """What a buyer decides at the checkout."""
        return {"to": f"outlet:{self.company.outlet}", "payment": "invoice", **changes}

    async def sql(self, statement: str, **values: Any) -> Sequence[Any]:
        """Change the world behind everybody's back, or look at it."""
        async with self.hall.database.transaction() as connection:
            result = await connection.execute(text(statement), values)
            return result.all() if result.returns_rows else ()

    async def set_price(self, number: int, price: Decimal | int, at_least: int = 0) -> None:
        """The price of the product `number`, from 1, in the first list."""
        await self.sql(
            "insert into fondaco.price_row (product_id, price_list_id, min_quantity, price)"
            " values (:product, :list, :tier, :price)"
            " on conflict (product_id, price_list_id, min_quantity) do update set price = :price",
            product=self.products[number - 1],
            list=self.lists[0],
            tier=at_least,
            price=price,
        )

    async def set_stock(self, number: int, on_hand: int) -> None:
        """What there is of the product `number`, from 1."""
        await self.sql(
            "update fondaco.stock_row set on_hand = :on_hand where product_id = :product",
            on_hand=on_hand,
            product=self.products[number - 1],
        )

    async def render(self, document: UUID | str) -> None:
        """Do the worker's part for a document."""
        rows = await self.sql("select id from fondaco.document where uuid = :uuid", uuid=document)
        job = JobContext(self.hall, Outside(), "documents.render", 1)
        await render_document(job, RenderDocument(rows[0][0]))

    async def close(self) -> None:
        """Close every browser."""
        await self._stack.aclose()


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> AsyncIterator[Shop]:
    """The shop, open."""
    found = Shop(hall, wholesaler)
    await found.open()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def buyer(shop: Shop) -> Browser:
    """The browser of the first company's buyer."""
    return await shop.browser(shop.company.email)


@pytest_asyncio.fixture
async def stranger(shop: Shop) -> Browser:
    """The browser of another company's buyer."""
    return await shop.browser(shop.stranger.email)


@pytest_asyncio.fixture
async def owner(database_url: str) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """`await owner(sql, **values)` as the owner of the database; rows if there are any."""
    engine = create_async_engine(database_url, isolation_level="AUTOCOMMIT")

    async def run(sql: str, **values: Any) -> Any:
        async with engine.connect() as connection:
            result = await connection.execute(text(sql), values)
            return result.all() if result.returns_rows else result.rowcount

    yield run
    await engine.dispose()
