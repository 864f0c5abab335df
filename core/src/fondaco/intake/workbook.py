"""Workbooks of quick order: a sample to fill in, and the rows that were not found."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook

from fondaco.documents.render.brand import inks
from fondaco.documents.render.sheet import Sheet
from fondaco.intake.choose import Outcome
from fondaco.web.i18n import Translator
from fondaco_sdk.types.paper import Letterhead
from fondaco_sdk.types.product import Product

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_SAMPLE = (("sku", 20, "text"), ("quantity", 12, "quantity"), ("name", 52, "text"))
_NOT_FOUND = (
    ("sku", 20, "text"),
    ("quantity", 12, "text"),
    ("name", 40, "text"),
    ("row", 10, "number"),
    ("reason", 60, "wrapped"),
)


def sample_xlsx(products: Sequence[Product], tr: Translator) -> bytes:
    """A list of some products, a pack of each, as it may be uploaded."""
    rows = [(product.sku, product.multiple, product.name) for product in products]
    return _table(_SAMPLE, rows, tr)


def not_found_xlsx(outcomes: Sequence[Outcome], tr: Translator) -> bytes:
    """Rows as they were typed, with the reason; corrected, it can be uploaded again."""
    rows = [
        (
            outcome.row.article,
            outcome.row.quantity_text,
            outcome.row.name,
            outcome.row.number,
            " ".join(note.text(tr.locale) for note in outcome.notes),
        )
        for outcome in outcomes
    ]
    return _table(_NOT_FOUND, rows, tr)


def _table(
    columns: Sequence[tuple[str, int, str]],
    rows: Sequence[tuple[str | int | Decimal, ...]],
    tr: Translator,
) -> bytes:
    out = BytesIO()
    with Workbook(out, _OPTIONS) as workbook:
        sheet = Sheet(workbook, tr("intake.file.sheet"), [width for _, width, _ in columns])
        headings = [tr(f"intake.file.{key}") for key, _, _ in columns]
        sheet.put_header(0, headings, inks(Letterhead()))
        for at, row in enumerate(rows, 1):
            for column, (value, (_, _, kind)) in enumerate(zip(row, columns, strict=True)):
                sheet.put_cell(at, column, value, kind)
    return out.getvalue()
