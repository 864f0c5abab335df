"""Tables whose columns are known by their headings, as a plugin reads and writes them."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco_sdk.context import SheetService
from fondaco_sdk.errors import UserError
from fondaco_sdk.manifest import Text
from fondaco_sdk.types.sheet import Sheet, SheetColumn, WrittenColumn

Write = Callable[..., Path]

COLUMNS = (
    SheetColumn("who", Text("ИНН", "Tax id"), ("УНП",), "code", required=True),
    SheetColumn("sum", Text("Сумма", "Amount"), (), "amount"),
    SheetColumn("day", Text("Дата", "Day"), (), "day"),
    SheetColumn("note", Text("Заметка", "Note")),
)


@pytest.fixture
def sheets(hall: Hall) -> SheetService:
    return system_ask(hall).sheets


async def _csv(sheets: SheetService, *lines: str, rows: int = 5000) -> Sheet:
    return await sheets.read("\n".join(lines).encode(), COLUMNS, rows=rows)


async def test_columns_are_found_by_their_headings_wherever_they_stand(
    sheets: SheetService, xlsx: Write
) -> None:
    path = xlsx(
        [
            ("Отчёт за год",),
            (),
            ("№", "Заметка:", "ДАТА", " инн ", "Сумма*", "Менеджер"),
            (1, "первая  строка", "31.12.2026", "0274062111", "1 500,50", "Котова"),
            (2, None, None, 7701234567, 12.25, None),
            (3, None, None, None, None, "Белов"),
        ]
    )
    sheet = await sheets.read(path.read_bytes(), COLUMNS)
    assert dict(sheet.found) == {"who": "инн", "sum": "Сумма*", "day": "ДАТА", "note": "Заметка:"}
    assert sheet.ignored == ("№", "Менеджер")
    one, two = sheet.rows
    assert (one.number, two.number) == (4, 5)
    assert one.cell("who").text == "0274062111"
    assert (one.cell("sum").number, one.cell("day").day) == (Decimal("1500.5"), date(2026, 12, 31))
    assert one.cell("note").text == "первая строка"
    assert (two.cell("who").text, two.cell("sum").number) == ("7701234567", Decimal("12.25"))
    assert (two.cell("day").text, two.cell("absent").text) == ("", "")


async def test_zeros_that_only_the_format_shows_are_kept(
    sheets: SheetService, tmp_path: Path
) -> None:
    path = tmp_path / "zeros.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ("ИНН", "Сумма"))
        page.write(1, 0, 274062111, book.add_format({"num_format": "0000000000"}))
        page.write(1, 1, 5)
    (row,) = (await sheets.read(path.read_bytes(), COLUMNS)).rows
    assert row.cell("who").text == "0274062111"


async def test_what_cannot_be_read_is_said_at_its_cell(sheets: SheetService) -> None:
    sheet = await _csv(
        sheets,
        "Tax id;Amount;Day",
        "7,70123E+11;много;32.12.2026",
        "=A1;1,500;сегодня",
        "7701234567;-3;2026-02-01",
    )
    wrong = [[getattr(cell.wrong, "code", "") for cell in row.cells.values()] for row in sheet.rows]
    assert wrong == [
        ["cell.lost_digits", "cell.not_a_number", "cell.not_a_day"],
        ["cell.formula", "cell.ambiguous", "cell.not_a_day"],
        ["", "", ""],
    ]
    found = sheet.rows[0].cell("sum").wrong
    assert found is not None
    assert (found.ru, found.en) == ("«много» — не число", "“много” is not a number")
    assert sheet.rows[2].cell("sum").number == -3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\n\n", "file.empty"),
        (b"%PDF-1.7 and so on", "file.not_a_table"),
        ("Сумма;Дата\n1;2".encode(), "sheet.no_column"),
        ("ИНН\n" + "\n".join(f"77{n:08d}" for n in range(12)), "file.too_many_rows"),
        (b"PK\x03\x04 no archive at all", "file.damaged"),
    ],
)
async def test_no_table_is_refused_with_words(
    sheets: SheetService, content: bytes | str, code: str
) -> None:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(UserError) as refused:
        await sheets.read(raw, COLUMNS, rows=10)
    reason = refused.value.reason
    assert reason.code == code
    assert reason.ru and reason.en and "артикул" not in reason.ru
    if code == "sheet.no_column":
        assert "нет столбца «ИНН»" in reason.ru
        assert "Найдены: Сумма, Дата" in reason.ru
        assert "no column “Tax id”" in reason.en


async def test_what_is_written_is_read_again_and_nothing_is_a_formula(
    sheets: SheetService,
) -> None:
    columns = [WrittenColumn("ИНН"), WrittenColumn("Сумма", 10), WrittenColumn("Почему", 40, True)]
    rows: Sequence[Sequence[str | int | Decimal | None]] = [
        ("0274062111", Decimal("1.5"), "=HYPERLINK(1)"),
        ("=1+1", None, "да"),
    ]
    written = sheets.write("Не учтено: [1/2]", columns, rows)
    sheet = await sheets.read(written, COLUMNS)
    assert [row.cell("who").text for row in sheet.rows] == ["0274062111", "=1+1"]
    assert sheet.rows[0].cell("sum").number == Decimal("1.5")
    assert sheet.ignored == ("Почему",)
