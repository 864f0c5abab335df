"""Коммерческое предложение as a workbook: numbers are numbers, and nothing is a formula."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

from xlsxwriter import Workbook

from fondaco.documents.render.brand import inks
from fondaco.documents.render.checks import check_totals
from fondaco.documents.render.figures import language, long_date
from fondaco.documents.render.labels import LABELS, rate_text
from fondaco.documents.render.origins import amount_of, worth_telling
from fondaco.documents.render.parts import requisites, vat_amounts
from fondaco.documents.render.quote import price_note, quote_terms
from fondaco.documents.render.sheet import MONEY, Sheet
from fondaco.documents.render.text import paragraphs
from fondaco_sdk.types.paper import Letterhead, Line, PlacedBlock, Quote, total_of

_HEADER_ROW = 6
_TITLE = {"bold": True, "font_size": 14}
_BOLD = {"bold": True}


class _Column(NamedTuple):
    heading: str
    width: int
    value: Callable[[Line], str | int | Decimal | None]
    kind: str = "text"


def quote_xlsx(
    content: Quote, letterhead: Letterhead, locale: str, blocks: Sequence[PlacedBlock] = ()
) -> bytes:
    """The quote as an xlsx workbook, ready to print on A4 landscape.

    How the prices came about stands on a second sheet, where there is more to tell than a list.

    Texts are kept to the letter and stay texts, whatever they begin with.
    RenderError: totals that differ from the lines, or a text longer than a cell may hold.
    """
    check_totals(content)
    lang = language(locale)
    columns = _columns(content.lines, lang)
    out = BytesIO()
    with Workbook(out, _OPTIONS) as workbook:
        workbook.set_properties(_properties(content, lang))
        sheet = Sheet(workbook, LABELS[lang]["quote"], [column.width for column in columns])
        _write_head(sheet, content, letterhead, lang)
        _write_lines(sheet, content.lines, columns, letterhead)
        _write_totals(sheet, content, columns, lang)
        _write_notes(sheet, content, blocks, lang)
        sheet.prepare_print(_HEADER_ROW, LABELS[lang]["page"])
        if worth_telling(content.lines):
            _write_origins(workbook, content.lines, letterhead, lang)
    return out.getvalue()


_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def _properties(content: Quote, lang: str) -> dict[str, object]:
    stated = {"number": content.number, "date": long_date(content.date, lang)}
    return {
        "title": LABELS[lang]["quote_short"].format(**stated),
        "author": content.seller.name,
        "created": datetime.combine(content.date, time(), UTC),
    }


def _columns(lines: Sequence[Line], lang: str) -> list[_Column]:
    words = LABELS[lang]
    columns = [
        _Column(words["number_sign"], 6, lambda line: line.number, "number"),
        _Column(words["sku"], 18, lambda line: line.sku),
        _Column(words["product"], 52, lambda line: line.name, "wrapped"),
        _Column(words["unit"], 8, lambda line: line.unit),
        _Column(words["quantity"], 11, lambda line: line.quantity, "quantity"),
    ]
    if any(line.list_price is not None for line in lines):
        columns.append(_Column(words["list_price"], 15, lambda line: line.list_price, "money"))
    if any(line.discount_percent for line in lines):
        columns.append(_Column(words["discount"], 10, _discount, "percent"))
    columns += [
        _Column(words["price"], 14, lambda line: line.price, "money"),
        _Column(words["sum"], 16, lambda line: line.total, "money"),
        _Column(words["vat"], 10, lambda line: rate_text(line.vat_rate, lang)),
        _Column(words["vat_sum"], 14, lambda line: line.vat_amount, "money"),
    ]
    if any(line.replaced for line in lines):
        columns.append(_Column(words["replaced"], 18, lambda line: line.replaced))
    if any(line.availability for line in lines):
        columns.append(_Column(words["availability"], 24, lambda line: line.availability))
    if any(line.promised for line in lines):
        columns.append(_Column(words["promised"], 18, lambda line: line.promised))
    if any(line.group for line in lines):
        columns.append(_Column(words["outlet"], 26, lambda line: line.group, "wrapped"))
    return columns


def _discount(line: Line) -> Decimal | None:
    return line.discount_percent / 100 if line.discount_percent else None


def _write_head(sheet: Sheet, content: Quote, letterhead: Letterhead, lang: str) -> None:
    words = LABELS[lang]
    manager = content.manager
    reach = [part for part in (manager.name, manager.phone, manager.email) if part]
    until = long_date(content.valid_until, lang)
    stated = {"number": content.number, "date": long_date(content.date, lang)}
    title = words["quote_short"].format(**stated)
    sheet.put(0, 0, title, {**_TITLE, "font_color": inks(letterhead)["ink"]})
    sheet.put(1, 0, f"{words['seller']}: {requisites(content.seller, lang)}")
    sheet.put(2, 0, f"{words['buyer']}: {requisites(content.buyer, lang)}")
    sheet.put(3, 0, f"{words['manager']}: {', '.join(reach)}")
    sheet.put(4, 0, f"{words['quote_valid_until']} {until}")
    sheet.put(5, 0, price_note(content, lang))


def _write_lines(
    sheet: Sheet, lines: Sequence[Line], columns: Sequence[_Column], letterhead: Letterhead
) -> None:
    colours = inks(letterhead)
    sheet.put_header(_HEADER_ROW, [column.heading for column in columns], colours)
    for row, line in enumerate(lines, start=_HEADER_ROW + 1):
        for at, column in enumerate(columns):
            sheet.put_cell(row, at, column.value(line), column.kind)
    sheet.next_row = _HEADER_ROW + len(lines) + 2


def _write_origins(
    workbook: Workbook, lines: Sequence[Line], letterhead: Letterhead, lang: str
) -> None:
    words = LABELS[lang]
    sheet = Sheet(workbook, words["origins"], [6, 18, 52, 60, 14])
    headings = ("number_sign", "sku", "product", "explanation", "price")
    sheet.put_header(0, [words[name] for name in headings], inks(letterhead))
    row = 0
    for line in lines:
        for origin in line.origins:
            row += 1
            sheet.put_cell(row, 0, line.number, "number")
            sheet.put_cell(row, 1, line.sku, "text")
            sheet.put_cell(row, 2, line.name, "wrapped")
            sheet.put_cell(row, 3, origin.text, "wrapped")
            sheet.put_cell(row, 4, amount_of(origin), "money")
    sheet.next_row = row + 1
    sheet.put_note("", [words["origins_note"]])
    sheet.prepare_print(0, words["page"])


def _write_totals(sheet: Sheet, content: Quote, columns: Sequence[_Column], lang: str) -> None:
    words = LABELS[lang]
    at = [column.heading for column in columns].index(words["sum"])
    rows: list[tuple[str, Decimal | None]] = []
    if content.saving:
        rows.append((words["list_total"], total_of(content.lines) + content.saving))
        rows.append((words["saving"], content.saving))
    rows.append((words["quote_total"], content.total))
    rows += vat_amounts(content.vat_totals, lang)
    for label, amount in rows:
        style = _BOLD if label == words["quote_total"] else {}
        sheet.put(sheet.next_row, at - 1, label, {**style, "align": "right"})
        if amount is not None:
            sheet.put(sheet.next_row, at, amount, {**style, "num_format": MONEY})
        sheet.next_row += 1


def _write_notes(sheet: Sheet, content: Quote, blocks: Sequence[PlacedBlock], lang: str) -> None:
    for heading, texts in quote_terms(content, lang):
        sheet.put_note(heading, texts)
    for block in blocks:
        rows = [f"{label}: {value}" for label, value in block.rows]
        texts = [line for text in block.paragraphs for line in paragraphs(text)]
        sheet.put_note(block.heading, [*rows, *texts])
    if not content.public_offer:
        sheet.put_note("", [LABELS[lang]["not_offer"]])
