"""Quick order through the front door: a file or a paste, four groups, decisions, the cart."""

import re
import time
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import openpyxl
import pytest
import pytest_asyncio
import xlsxwriter
from sqlalchemy import text

from fondaco.db.counting import counting
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Sequence[Sequence[object]]


def workbook(rows: Rows) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Заявка")
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(index, column, value)
    return out.getvalue()


async def upload(client: Client, content: bytes, name: str = "заявка.xlsx") -> httpx.Response:
    return await client.send_form("/quick-order/upload", files={"file": (name, content, XLSX)})


async def uploaded(client: Client, rows: Rows) -> str:
    """The address of the page of an uploaded list."""
    answer = await upload(client, workbook(rows))
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"])


async def sql(hall: Hall, statement: str, **values: object) -> Sequence[object]:
    async with hall.database.transaction() as connection:
        found = await connection.execute(text(statement), values)
        return found.all() if found.returns_rows else ()


@pytest_asyncio.fixture
async def company(wholesaler: Wholesaler, client: Client) -> CompanyFixture:
    """A signed-in buyer; 520 products A-1 …, each 50 in stock at 100, list price the same."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(520, price_list=prices, place=place, on_hand=Decimal(50))
    made = await wholesaler.company("Ромашка", seller, [prices])
    await client.sign_in(made.email, PASSWORD)
    return made


async def test_it(hall, client, company):
    where = await uploaded(client, [["Артикул", "Кол-во"], ["A-1", 5], ["A-2", 60], ["нет", 1]])
    page = await client.get(where)
    assert page.status_code == 200, page.text[:3000]
    open("/tmp/page.html","w").write(page.text)
    print(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))[:3000])
