"""Finding the columns in sheets as people draw them."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from fondaco.intake.parse import ColumnChoice, FileRefused, ParsedList

Read = Callable[..., Awaitable[ParsedList]]

ARTICLES = ["OC 90", "W712/75", "0451103314", "PH-4967", "LF 3349", "C-1042"]
NAMES = [f"Фильтр масляный {kind}" for kind in ("А", "Б 5W30", "для ВАЗ", "Г", "Д", "Е")]


def lines_of(parsed: ParsedList) -> list[tuple[str, Decimal | None]]:
    return [(row.article, row.quantity) for row in parsed.rows]


EXPECTED = [
    (article, Decimal(n)) for n, article in zip((4, 10, 2, 6, 8, 20), ARTICLES, strict=True)
]
QUANTITIES = [int(quantity) for _, quantity in EXPECTED]


def sheet(*columns: Sequence[object], heading: Sequence[str] | None = None) -> list[list[object]]:
    rows: list[list[object]] = [list(row) for row in zip(*columns, strict=True)]
    return [list(heading), *rows] if heading else rows


COUNTER = [1, 2, 3, 4, 5, 6]
PRICES = [100, 250, 99, 1200, 640, 75]
SUMS = [p * q for p, q in zip(PRICES, QUANTITIES, strict=True)]
BARCODES = [4600000000000 + n * 7919 for n in range(6)]
BRANDS = ["MANN", "MANN", "BOSCH", "FRAM", "MANN", "CHAMPION"]
UNITS = ["шт"] * 6
PACKS = [1, 12, 1, 6, 1, 1]

LAYOUTS = {
    "bare": sheet(ARTICLES, QUANTITIES),
    "quantity first": sheet(QUANTITIES, ARTICLES),
    "row numbers": sheet(COUNTER, ARTICLES, QUANTITIES),
    "row numbers, name, price and sum": sheet(COUNTER, ARTICLES, NAMES, QUANTITIES, PRICES, SUMS),
    "price before quantity": sheet(ARTICLES, NAMES, PRICES, QUANTITIES, SUMS),
    "units": sheet(ARTICLES, NAMES, UNITS, QUANTITIES),
    "brands": sheet(BRANDS, ARTICLES, QUANTITIES),
    "1C": sheet(
        COUNTER,
        ARTICLES,
        NAMES,
        QUANTITIES,
        UNITS,
        PRICES,
        SUMS,
        heading=["№", "Артикул", "Товары (работы, услуги)", "Кол-во", "Ед.", "Цена", "Сумма"],
    ),
    "English": sheet(
        COUNTER,
        NAMES,
        ARTICLES,
        PRICES,
        QUANTITIES,
        heading=["Line", "Description", "Part No.", "Unit price", "Order qty"],
    ),
    "barcode and pack": sheet(
        BARCODES,
        ARTICLES,
        PACKS,
        QUANTITIES,
        heading=["Штрихкод", "Кат. номер", "Кол-во в упаковке", "Заказ, шт"],
    ),
    "own code and article": sheet(
        [f"00-0000{n}" for n in range(6)],
        ARTICLES,
        [5, 6, 7, 8, 9, 10],
        QUANTITIES,
        heading=["Код", "Артикул", "Остаток", "К заказу"],
    ),
    "article called nomenclature": sheet(
        ARTICLES, QUANTITIES, heading=["Номенклатура", "Количество"]
    ),
    "unknown headings": sheet(ARTICLES, QUANTITIES, heading=["Что везём", "Сколько"]),
}


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name != "unknown headings"])
async def test_layouts(name: str, read: Read) -> None:
    parsed = await read(LAYOUTS[name])
    assert lines_of(parsed) == EXPECTED
    assert "columns.guessed" not in {notice.code for notice in parsed.notices}


async def test_the_name_is_found(read: Read) -> None:
    parsed = await read(LAYOUTS["1C"])
    assert [row.name for row in parsed.rows] == NAMES
    assert parsed.columns.titles[parsed.columns.article] == "Артикул"
    assert (parsed.columns.found, parsed.columns.header_row) == ("header", 1)


async def test_unknown_headings_stay_visible(read: Read) -> None:
    """They are a row that will not be found, never a row that is lost."""
    parsed = await read(LAYOUTS["unknown headings"])
    assert lines_of(parsed)[1:] == EXPECTED
    assert parsed.rows[0].problem is not None


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_row_numbers_of_short_lists(count: int, read: Read) -> None:
    rows = [[n, f"AB-{n}00", 3] for n in range(1, count + 1)]
    assert lines_of(await read(rows)) == [(f"AB-{n}00", Decimal(3)) for n in range(1, count + 1)]


async def test_ascending_quantities_after_the_article(read: Read) -> None:
    rows = [[f"AB-{n}00", n] for n in range(1, 6)]
    assert lines_of(await read(rows)) == [(f"AB-{n}00", Decimal(n)) for n in range(1, 6)]


async def test_row_numbers_and_articles_without_quantity(read: Read) -> None:
    parsed = await read([[n, f"AB-{n}00"] for n in range(1, 6)])
    assert parsed.columns.quantity is None
    assert {row.quantity for row in parsed.rows} == {None}


async def test_title_sections_and_total(tmp_path: Path, read: Read) -> None:
    book = xlsxwriter.Workbook(tmp_path / "form.xlsx")
    page = book.add_worksheet("Заявка")
    page.merge_range("B1:E1", "Заявка № 15 от 01.02.2026")
    page.write("B2", "ООО «Ромашка»")
    page.write_row("B4", ["№", "Артикул", "Наименование", "Кол-во"])
    page.write_row("B5", [1, 2, 3, 4])
    page.merge_range("B6:E6", "Фильтры")
    page.write_row("B7", [1, "OC 90", "Фильтр масляный", 4])
    page.write_row("B8", [2, "", "Свеча зажигания", 8])
    page.write_row("B10", ["№", "Артикул", "Наименование", "Кол-во"])
    page.write_row("B11", [3, "W712", "Фильтр", 2])
    page.write_row("B12", [4, "", "", ""])
    page.write("B13", "Итого")
    page.write("E13", 14)
    page.write("B15", "Менеджер: Иванов И. И.")
    book.close()
    parsed = await read(tmp_path / "form.xlsx")
    assert [(row.number, row.article) for row in parsed.rows] == [
        (7, "OC 90"),
        (8, ""),
        (11, "W712"),
    ]
    assert parsed.rows[1].problem is not None and parsed.rows[1].problem.code == "article.missing"
    assert parsed.rows[1].name == "Свеча зажигания"
    assert [(run.first, run.last, run.reason) for run in parsed.skipped] == [
        (1, 2, "title"),
        (3, 3, "blank"),
        (4, 4, "header"),
        (5, 5, "numbering"),
        (6, 6, "section"),
        (9, 9, "blank"),
        (10, 10, "header"),
        (12, 12, "blank"),
        (13, 13, "total"),
        (14, 14, "blank"),
        (15, 15, "section"),
    ]
    assert parsed.columns.titles[parsed.columns.article] == "Артикул"


async def test_articles_that_begin_like_headings_and_totals(read: Read) -> None:
    articles = ["ШТ-100", "КОД/5", "TOTAL-9000", "SKU1", "Итого-7"]
    assert [row.article for row in (await read([[a, 3] for a in articles])).rows] == articles


async def test_heading_of_two_rows(tmp_path: Path, read: Read) -> None:
    book = xlsxwriter.Workbook(tmp_path / "two.xlsx")
    page = book.add_worksheet()
    page.merge_range("A1:A2", "Артикул")
    page.merge_range("B1:C1", "Количество")
    page.write_row("B2", ["Остаток", "Заказ"])
    for index, article in enumerate(ARTICLES):
        page.write_row(2 + index, 0, [article, 3 * index + 50, QUANTITIES[index]])
    book.close()
    parsed = await read(tmp_path / "two.xlsx")
    assert lines_of(parsed) == EXPECTED
    assert parsed.columns.titles == ("Артикул", "Количество Остаток", "Заказ")


async def test_article_merged_over_two_quantities(tmp_path: Path, read: Read) -> None:
    book = xlsxwriter.Workbook(tmp_path / "merged.xlsx")
    page = book.add_worksheet()
    page.write_row("A1", ["Артикул", "Кол-во", "Адрес"])
    page.merge_range("A2:A3", "OC 90")
    page.write_row("B2", [4, "Склад"])
    page.write_row("B3", [6, "Магазин"])
    book.close()
    parsed = await read(tmp_path / "merged.xlsx")
    assert lines_of(parsed) == [("OC 90", Decimal(4)), ("OC 90", Decimal(6))]


async def test_order_form_with_few_quantities(read: Read) -> None:
    rows: list[list[object]] = [["Артикул", "Наименование", "Цена", "Заказ"]]
    rows += [[f"AB-{n:04}", f"Деталь номер {n}", 10.5, None] for n in range(100)]
    rows[8][3], rows[60][3], rows[90][3] = 5, "2 шт", 0
    parsed = await read(rows)
    assert [(row.number, row.quantity) for row in parsed.rows] == [
        (9, Decimal(5)),
        (61, Decimal(2)),
    ]
    assert (
        sum(run.last - run.first + 1 for run in parsed.skipped if run.reason == "not_ordered") == 98
    )
    notice = next(notice for notice in parsed.notices if notice.code == "rows.not_ordered")
    assert notice.params == {"count": "98", "column": "Заказ"}


async def test_chosen_columns(read: Read) -> None:
    rows = sheet([f"ZZ-{n}" for n in range(6)], PRICES, ARTICLES, QUANTITIES)
    parsed = await read(rows, columns=ColumnChoice(article=2, quantity=3))
    assert lines_of(parsed) == EXPECTED
    assert parsed.columns.found == "choice"


async def test_no_article_like_column_is_said(read: Read) -> None:
    parsed = await read([["болты", "много"], ["гайки", "мало"], ["шайбы", "чуть"]])
    assert [row.article for row in parsed.rows] in (
        ["болты", "гайки", "шайбы"],
        ["много", "мало", "чуть"],
    )
    assert [notice.code for notice in parsed.notices] == ["columns.guessed"]


async def test_only_a_heading(read: Read) -> None:
    with pytest.raises(FileRefused, match="empty"):
        await read([["Артикул", "Количество"]])
