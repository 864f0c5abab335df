"""What people write as a quantity, in a text and in a cell."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from fondaco.intake.parse import ParsedList, SheetRow, parse_paste

Read = Callable[..., Awaitable[ParsedList]]
Write = Callable[..., Path]

GOOD = [
    ("5", "5"),
    ("1 000,5", "1000.5"),
    ("1.000,5", "1000.5"),
    ("1,000.5", "1000.5"),
    ("1\u00a0000", "1000"),
    ("1\u202f000,25", "1000.25"),
    ("1 234,000", "1234"),
    ("1,000,000", "1000000"),
    ("0,500", "0.5"),
    ("2 шт", "2"),
    ("2шт.", "2"),
    ("12 pcs", "12"),
    ("x3", "3"),
    ("3х", "3"),
    ("× 3", "3"),
    ("+5", "5"),
    ("５", "5"),
    ('="7"', "7"),
]
BAD = [
    ("=2+2", "quantity.formula"),
    ("-3", "quantity.negative"),
    ("−3", "quantity.negative"),
    ("0", "quantity.zero"),
    ("0,00", "quantity.zero"),
    ("много", "quantity.not_a_number"),
    ("1 2", "quantity.not_a_number"),
    ("5-10", "quantity.not_a_number"),
    ("1e5", "quantity.not_a_number"),
    ("5²", "quantity.not_a_number"),
    ("9" * 400, "quantity.not_a_number"),
    ("2 уп", "quantity.packs"),
    ("5,000", "quantity.ambiguous"),
    ("5.000", "quantity.ambiguous"),
    ("99999999999", "quantity.too_large"),
    ("1,2345", "quantity.too_precise"),
]


def second_row(quantity: str) -> SheetRow:
    return parse_paste(f"Артикул\tКол-во\nAB-100\t1\nAB-200\t{quantity}").rows[1]


@pytest.mark.parametrize(("text", "number"), GOOD)
def test_quantities(text: str, number: str) -> None:
    row = second_row(text)
    assert (row.quantity, row.problem) == (Decimal(number), None)
    assert str(row.quantity) == number


@pytest.mark.parametrize(("text", "code"), BAD)
def test_problems_keep_what_was_written(text: str, code: str) -> None:
    row = second_row(text)
    assert row.article == "AB-200"
    assert row.quantity is None
    assert row.quantity_text == text
    assert row.problem is not None and row.problem.code == code


def test_the_column_shows_what_its_comma_means() -> None:
    text = "Артикул;Кол-во\nAB-100;5,000\nAB-200;0,500"
    assert [row.quantity for row in parse_paste(text).rows] == [Decimal(5), Decimal("0.5")]
    text = "Артикул;Кол-во\nAB-100;5,000\nAB-200;1,000,000"
    assert [row.quantity for row in parse_paste(text).rows] == [Decimal(5000), Decimal(1_000_000)]


async def test_numbers_of_a_workbook(read: Read, xlsx: Write) -> None:
    cells = [1000.5, 3, 0.1 + 0.2, 1e-7, -3, 0, 1e12, True, "1 000,5", "=2+2", "много"]
    rows = [["Артикул", "Кол-во"], *[[f"AB-{i}00", cell] for i, cell in enumerate(cells, 1)]]
    parsed = await read(rows)
    assert [(row.quantity, row.problem.code if row.problem else "") for row in parsed.rows] == [
        (Decimal("1000.5"), ""),
        (Decimal(3), ""),
        (Decimal("0.3"), ""),
        (None, "quantity.too_precise"),
        (None, "quantity.negative"),
        (None, "quantity.zero"),
        (None, "quantity.too_large"),
        (None, "quantity.not_a_number"),
        (Decimal("1000.5"), ""),
        (None, "quantity.formula"),
        (None, "quantity.not_a_number"),
    ]


async def test_a_quantity_that_became_a_date(tmp_path: Path, read: Read) -> None:
    book = xlsxwriter.Workbook(tmp_path / "dates.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Артикул", "Кол-во"])
    sheet.write_row(1, 0, ["AB-100", 2])
    sheet.write(2, 0, "AB-200")
    sheet.write_datetime(2, 1, date(2026, 5, 1), book.add_format({"num_format": "dd.mmm"}))
    book.close()
    row = (await read(tmp_path / "dates.xlsx")).rows[1]
    assert (row.article, row.quantity) == ("AB-200", None)
    assert row.problem is not None and row.problem.code == "quantity.became_date"
