from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from fondaco.documents.render import RenderError, quote_xlsx
from fondaco.testing.papers import BUYER
from fondaco_sdk.types.paper import Origin, PlacedBlock, Quote

from .samples import LETTERHEAD, line, lines, quote

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "=1+1",
    "+7 900",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "{=1}",
    "0012",
    "1e5",
    "https://example.com",
    "TRUE",
    "  two  spaces ",
    "a\nb",
]
HEADER = 7


def sheet_of(content: Quote, locale: str = "ru", blocks: list[PlacedBlock] | None = None) -> Any:
    return load_workbook(BytesIO(quote_xlsx(content, LETTERHEAD, locale, blocks or []))).active


def texts_of(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_table_has_numbers_as_numbers() -> None:
    sheet = sheet_of(
        quote(
            [
                line(1),
                line(
                    2,
                    quantity=Decimal("0.125"),
                    total=Decimal("72.59"),
                    vat_amount=Decimal("13.09"),
                ),
            ]
        )
    )
    header = [cell.value for cell in sheet[HEADER]]
    first, second = (dict(zip(header, sheet[HEADER + n], strict=True)) for n in (1, 2))
    assert (first["Артикул"].value, first["Кол-во"].value) == ("6205-2RS C3", 9)
    assert first["Цена"].value == 453.28
    assert first["Цена"].number_format == "#,##0.00##"
    assert first["Сумма"].value == 4079.52
    assert first["Скидка"].value == 0.07
    assert first["Скидка"].number_format == "0%"
    assert first["Сумма НДС"].value == 735.65
    assert first["НДС"].value == "22%"
    assert second["Кол-во"].value == 0.125
    assert (first["Кол-во"].number_format, second["Кол-во"].number_format) == ("#,##0", "#,##0.###")


def test_totals_terms_and_blocks_stand_below() -> None:
    block = PlacedBlock(
        heading="Бонусы", rows=[("Начислим", "1 240")], paragraphs=["После оплаты."]
    )
    texts = texts_of(sheet_of(quote(), blocks=[block]))
    for expected in (
        "Коммерческое предложение № КП-128 от 22\u00a0ноября\u00a02026\u00a0г.",
        "29656.86",
        "31889.2",
        "2232.34",
        "5347.95",
        "Бонусы",
        "Начислим: 1 240",
        "После оплаты.",
        "До Воронежа 2–3 дня, 4 120,00 ₽.",
    ):
        assert expected in texts
    assert any("публичной офертой" in text for text in texts)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_text_never_becomes_a_formula_a_link_or_a_number(hostile: str) -> None:
    rows = [line(1, sku=hostile, name=hostile, unit=hostile, availability=hostile)]
    content = quote(
        rows,
        number=hostile,
        buyer=replace(BUYER, name=hostile, full_name=hostile),
        delivery_terms=hostile,
        payment_terms=hostile,
    )
    block = PlacedBlock(heading=hostile, rows=[(hostile, hostile)], paragraphs=[hostile])
    sheet = sheet_of(content, blocks=[block])
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert not sheet._hyperlinks
    row = sheet[HEADER + 1]
    # A carriage return is stored in the escaped form that Excel reads back and openpyxl does not.
    assert [unescape(str(row[at].value)) for at in (1, 2, 3)] == [hostile] * 3
    assert all(row[at].quotePrefix for at in (1, 2, 3))


def test_the_sheet_is_made_for_scrolling_and_printing() -> None:
    sheet = sheet_of(quote(lines(40)))
    assert sheet.freeze_panes == f"C{HEADER + 1}"
    assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.column_dimensions["C"].width > 40
    assert sheet.oddFooter.right.text == "&P из &N"


def test_in_english() -> None:
    header = [cell.value for cell in sheet_of(quote(), "en")[HEADER]]
    assert header[:5] == ["No.", "Article", "Product", "Unit", "Qty"]


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (quote_xlsx(quote(), LETTERHEAD, "ru") for _ in range(2))
    assert first == second


def test_a_text_too_long_for_a_cell_is_an_error_and_not_an_empty_cell() -> None:
    with pytest.raises(RenderError, match="40000 characters"):
        quote_xlsx(quote([line(1, name="я" * 40_000)]), LETTERHEAD, "ru")


def test_the_way_to_each_price_stands_on_a_sheet_of_its_own() -> None:
    origins = [
        Origin("=1+1", unit_price=Decimal("487.40")),
        Origin("Акция на заказ", off_sum=Decimal("33.34")),
    ]
    content = quote([line(1, origins=origins), line(2)])
    book = load_workbook(BytesIO(quote_xlsx(content, LETTERHEAD, "ru", [])))
    assert book.sheetnames == ["Коммерческое предложение", "Как получены цены"]
    head, *rows = book.worksheets[1].iter_rows(max_row=3)
    assert [cell.value for cell in head] == ["№", "Артикул", "Товар", "Пояснение", "Цена"]
    assert [(row[1].value, row[3].value, row[4].value) for row in rows] == [
        ("6205-2RS C3", "=1+1", 487.4),
        ("6205-2RS C3", "Акция на заказ", -33.34),
    ]
    assert rows[0][3].data_type == "s"
