"""D11: a counter at which everything moves: prices, promotions, stock and the cart itself."""

import asyncio
import re
from collections.abc import Sequence
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
from d11_ledger import Ledger, Snapshot
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.imports import run_import, start_run
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler
from fondaco_sdk.types.records import (
    PackageRecord,
    PriceListRecord,
    PriceRecord,
    Section,
    StockRecord,
)

PRODUCTS = 3
PLENTY = 500
FIRST_PRICE = Decimal("33.33")
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_NAMED = re.compile(r'<th scope="row">(A-\d+)</th>')

# Back to what stood there at first, so that one sequence of steps is like the same one later.
_ANEW = (
    "delete from fondaco.cart_line",
    "delete from fondaco.cart_removed",
    "delete from fondaco.individual_price",
    f"update fondaco.price_row set price = {FIRST_PRICE}",
    f"update fondaco.stock_row set on_hand = reserved + {PLENTY}",
    "update plugin_promotions.campaign set paused_at = null",
)


class Tab:
    """One open page of somebody: a browser at one of the processes."""

    def __init__(self, client: Client, outlet: UUID | None) -> None:
        self.client = client
        self._outlet = outlet

    async def put_in(self, product: int, quantity: int) -> None:
        """Some more of a product, into the cart."""
        form = {"article": f"A-{product}", "quantity": str(quantity)}
        await self.client.send_form("/cart/articles", form)

    async def set_line(self, snapshot: Snapshot, number: int, quantity: int) -> None:
        """Another quantity for a line, or none of it any more."""
        if not snapshot.lines:
            return
        line = snapshot.lines[number % len(snapshot.lines)].line
        way = f"/cart/lines/{line}" if quantity else f"/cart/lines/{line}/remove"
        await self.client.send_form(way, {"quantity": str(quantity)} if quantity else {})

    async def begin_again(self) -> None:
        """Everything out."""
        await self.client.send_form("/cart/clear")

    async def look(self) -> Snapshot:
        """The checkout page; nothing in it where the cart is empty or must be mended."""
        page = await self.client.get("/checkout")
        return _snapshot(page) if page.status_code == 200 else Snapshot.nothing()

    async def submit(self, snapshot: Snapshot) -> httpx.Response:
        """Press the button of a page that shows the same; each tab has a key of its own."""
        form = {
            **snapshot.fields,
            "key": str(uuid4()),
            "to": f"outlet:{self._outlet}",
            "payment": "invoice",
        }
        return await self.client.send_form("/checkout", form)


class Counter:
    """Two companies that buy, a person of ours who agrees prices, and the ERP that sends rows.

    `ours` are two tabs of the same buyer, at two processes; `rival` buys for the other company.
    """

    def __init__(self, hall: Hall, wholesaler: Wholesaler, ledger: Ledger) -> None:
        self.hall = hall
        self.ledger = ledger
        self.ours: Sequence[Tab] = ()
        self.rival: Tab
        self._make = wholesaler
        self._staff: Client
        self._company = ""
        self._clients: list[Client] = []

    async def open(self, addresses: Sequence[str]) -> None:
        """Fill the shop and sign everybody in."""
        seller, prices = await self._make.seller(), await self._make.price_list()
        place = await self._make.place()
        await self._make.products(PRODUCTS, price_list=prices, place=place)
        ours = await self._make.company("Ромашка", seller, [prices])
        rival = await self._make.company("Василёк", seller, [prices])
        for statement in (
            "update fondaco.price_list set external_id = 'opt'",
            "update fondaco.place set external_id = 'w1'",
        ):
            await self._run(statement)
        self.ours = [await self._tab(address, ours) for address in addresses]
        self.rival = await self._tab(addresses[-1], rival)
        self._staff = await self._signed_in(
            addresses[0], await self._make.staff("head_of_sales", "site_admin")
        )
        found = await self._rows("select uuid from fondaco.company order by id limit 1")
        self._company = str(found[0][0])
        for takes, value in (("unit_percent", "7"), ("order_percent", "3")):
            form = {"name_ru": "Осень", "name_en": "Autumn", "takes": takes, "value": value}
            form |= {"how": "auto", "starts_at": "2026-01-01T00:00"}
            await self._staff.send_form("/staff/promotions/new", form)
        self._campaigns = await self._rows("select uuid from plugin_promotions.campaign")
        assert len(self._campaigns) == 2, "the campaigns were not made"

    async def begin_anew(self) -> None:
        """Everything as it was at first; only the orders stay."""
        for statement in _ANEW:
            await self._run(statement)

    async def agree_price(self, product: int, kopecks: int) -> None:
        """Staff agree a price with our company, instead of the one agreed before."""
        base = f"/staff/prices/{self._company}"
        for (agreed,) in await self._rows(
            "select i.uuid from fondaco.individual_price i join fondaco.product p"
            f" on p.id = i.product_id where p.sku = 'A-{product}'"
            " and coalesce(valid_to, 'infinity') >= valid_from"
        ):
            await self._staff.send_form(f"{base}/price/{agreed}/end")
        today = self.hall.clock.now().astimezone(self.hall.settings.zone).date().isoformat()
        form = {"article": f"A-{product}", "price": f"{kopecks / 100:.2f}", "currency": "RUB"}
        await self._staff.send_form(f"{base}/price", {**form, "valid_from": today})

    async def import_row(self, record: PriceRecord | StockRecord) -> None:
        """The ERP sends one row."""
        head = PackageRecord(row=1, section=Section.OFFERS, full=False, catalog_id="c")
        prices = PriceListRecord(row=2, external_id="opt", name="Опт", currency="RUB")
        run = await start_run(
            self.hall, importer="test", source="row", source_hash=uuid4().bytes * 2
        )
        await run_import(
            self.hall, run.id, records=[("row", [head, prices, record])], wait_seconds=60
        )

    async def import_price(self, product: int, kopecks: int) -> None:
        """Another price in the list."""
        await self.import_row(
            PriceRecord(
                row=3,
                offer_external_id=f"A-{product}",
                price_list_external_id="opt",
                price=Decimal(kopecks) / 100,
                currency="RUB",
            )
        )

    async def import_stock(self, product: int, quantity: int) -> None:
        """Another stock."""
        await self.import_row(
            StockRecord(
                row=3,
                offer_external_id=f"A-{product}",
                place_external_id="w1",
                quantity=Decimal(quantity),
            )
        )

    async def switch_promotion(self, number: int, way: str) -> None:
        """Staff pause a campaign, or let it hold again."""
        campaign = self._campaigns[number % len(self._campaigns)][0]
        await self._staff.send_form(f"/staff/promotions/{campaign}/{way}")

    async def rival_orders(self, product: int, quantity: int) -> None:
        """Another company buys from the same stock."""
        await self.rival.put_in(product, quantity)
        await self.submit(self.rival, await self.rival.look())

    async def submit(self, tab: Tab, snapshot: Snapshot) -> Snapshot:
        """Submit what was shown, and let the ledger judge; returns what the answer shows."""
        answer = await tab.submit(snapshot)
        location = answer.headers.get("location", "")
        if answer.status_code == 303 and location.endswith("?placed=1"):
            order = location.rpartition("/")[2].partition("?")[0]
            await self.ledger.judge_order(UUID(order), snapshot)
            return Snapshot.nothing()
        if answer.status_code == 409:
            now = _snapshot(answer)
            self.ledger.judge_refusal(snapshot, now, set(_NAMED.findall(answer.text)))
            return now
        return Snapshot.nothing()

    async def close(self) -> None:
        """Everybody goes home."""
        await asyncio.gather(*(client.aclose() for client in self._clients))

    async def _tab(self, address: str, company: CompanyFixture) -> Tab:
        return Tab(await self._signed_in(address, company.email), company.outlet)

    async def _signed_in(self, address: str, email: str) -> Client:
        client = Client(
            base_url=address, timeout=60, event_hooks={"response": [self._note_failure]}
        )
        self._clients.append(client)
        assert (await client.sign_in(email, PASSWORD)).status_code == 303
        return client

    async def _note_failure(self, answer: httpx.Response) -> None:
        """Whoever reads an apology does not know what was done."""
        if answer.status_code not in (200, 303, 404, 409, 422):
            self.ledger.unknown.append(f"{answer.request.url.path} {answer.status_code}")

    async def _rows(self, sql: str) -> Sequence[Any]:
        async with self.hall.database.transaction() as connection:
            return (await connection.execute(text(sql))).all()

    async def _run(self, sql: str) -> None:
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(sql))


def _snapshot(page: httpx.Response) -> Snapshot:
    fields = {name: unescape(value) for name, value in _FIELD.findall(page.text)}
    return Snapshot.of({name: fields[name] for name in Snapshot.FIELDS if name in fields})
