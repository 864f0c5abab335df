"""S13: what is text stays text in every file we hand out."""

import io
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import text

from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler
from fondaco_sdk.types.cart import LineSource

EVIL = ("=cmd|' /C calc'!A0", "+7 900", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", "＝1+1")


async def _shop(hall: Hall, wholesaler: Wholesaler) -> CompanyFixture:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    ids = await wholesaler.products(len(EVIL), price_list=prices, place=await wholesaler.place())
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "update fondaco.product p set name = e.name from"
                " unnest(cast(:ids as bigint[]), cast(:names as text[])) as e (id, name)"
                " where p.id = e.id"
            ),
            {"ids": ids, "names": list(EVIL)},
        )
    company = await wholesaler.company("=1+1", seller, [prices])
    ask = company.ask(hall)
    async with ask.act() as act:
        await Carts(ask).add(act, [CartItem(i, Decimal(1), LineSource.SEARCH) for i in ids])
    return company


def _cells(data: bytes) -> Iterator[tuple[object, str]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield cell.value, cell.data_type


@pytest.mark.parametrize("path", ["/cart/export.xlsx"])
async def test_an_export_holds_no_formula_and_gives_the_names_back(
    hall: Hall, wholesaler: Wholesaler, client: Client, path: str
) -> None:
    company = await _shop(hall, wholesaler)
    await client.sign_in(company.email, PASSWORD)
    answer = await client.get(path)
    assert answer.status_code == 200
    found = list(_cells(answer.content))
    assert [value for value, kind in found if kind == "f"] == []
    values = {str(value) for value, _ in found}
    assert {"=cmd|' /C calc'!A0", "+7 900", "-1+1", "@SUM(A1)"} <= values


def test_a_writer_with_its_defaults_would_make_a_formula() -> None:
    """The control."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, EVIL[0])
    assert "f" in {kind for _, kind in _cells(out.getvalue())}
