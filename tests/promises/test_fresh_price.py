"""One changed price writes one row, and every process shows it within two seconds."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import app_processes
from shop import open_shop
from sqlalchemy import text

from fondaco.exchange.staging.runs import Run
from fondaco.hooks.hall import Hall
from fondaco.imports import run_import, start_run
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.records import PackageRecord, PriceRecord, Section

pytestmark = pytest.mark.timeout(300)

SECONDS = 2.0
ROWS = "select product_id, min_quantity, price, changed_at, xmin::text from fondaco.price_row"


class Site:
    """A shop of fifty products at 100, and two processes that have both shown the first of them."""

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None:
        self.hall = hall
        self.wholesaler = wholesaler
        self.path = ""
        self.headers: dict[str, str] = {}

    async def open(self) -> None:
        shop = await open_shop(self.wholesaler, buyers=1, on_hand=10, products=50)
        self.headers = {"Authorization": f"Bearer {shop.tokens[0]}"}
        await self.rows("update fondaco.price_list set external_id = 'opt' returning 1")
        found = await self.rows("select uuid from fondaco.product where sku = 'A-1'")
        self.path = f"/api/v1/products/{found[0][0]}"

    async def rows(self, sql: str) -> list[Any]:
        async with self.hall.database.transaction() as connection:
            return list((await connection.execute(text(sql))).all())

    async def set_price(self, price: str) -> Run:
        """As the ERP does: a package of one price."""
        records = [
            PackageRecord(row=1, section=Section.OFFERS, full=False, catalog_id="c"),
            PriceRecord(
                row=2,
                offer_external_id="A-1",
                price_list_external_id="opt",
                price=Decimal(price),
                currency="RUB",
            ),
        ]
        run = await start_run(self.hall, importer="test", source="file", source_hash=price.encode())
        return await run_import(
            self.hall, run.id, records=[("file", records)], images=None, wait_seconds=0
        )

    async def shown(self, client: httpx.AsyncClient, address: str) -> str:
        """What one of the processes says of A-1."""
        answer = await client.get(f"{address}{self.path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.text


async def test_one_price_is_one_row_and_seen_by_both_processes(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    site = Site(hall, wholesaler)
    await site.open()
    before = await site.rows(ROWS)
    with app_processes(database_url, tmp_path) as addresses:
        async with httpx.AsyncClient(timeout=60) as client:
            for address in addresses * 2:
                assert "100.00" in await site.shown(client, address)
            run = await site.set_price("91.5")
            assert run.counts["prices.changed"] == 1
            committed = time.monotonic()
            seen = [await site.shown(client, address) for address in addresses]
            assert all("91.5" in price for price in seen), seen
            assert time.monotonic() - committed < SECONDS
    after = await site.rows(ROWS)
    assert len({*after} - {*before}) == 1
    assert len(after) == len(before) == 50


async def test_a_process_that_never_forgets_would_show_the_old_one(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    site = Site(hall, wholesaler)
    await site.open()
    target = "unguarded:remembering_forever"
    with app_processes(database_url, tmp_path, number=1, target=target) as (address,):
        async with httpx.AsyncClient(timeout=60) as client:
            assert "100.00" in await site.shown(client, address)
            await site.set_price("91.5")
            assert "100.00" in await site.shown(client, address)
