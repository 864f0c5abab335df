"""Any table as a workbook of one sheet: numbers stay numbers, and nothing is a formula."""

import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import TypeAlias

from litestar import Response
from msgspec import Struct
from xlsxwriter import Workbook

from fondaco.documents.render.brand import inks
from fondaco.documents.render.figures import language
from fondaco.documents.render.labels import LABELS
from fondaco.documents.render.sheet import Sheet
from fondaco_sdk.types.paper import Letterhead

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell: TypeAlias = str | int | Decimal | None

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Column(Struct, frozen=True):
    """A column: the key of its heading in the labels, its width, and how its cells look.

    `kind` is "text", "wrapped", "number", "quantity", "money" or "percent". `heading` stands in
    place of a label where it is somebody's name.
    """

    label: str
    width: int
    kind: str = "text"
    heading: str = ""


def table_xlsx(
    title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], locale: str
) -> bytes:
    """The rows below their headings; `title`, less what no sheet may be called, names the sheet."""
    words = LABELS[language(locale)]
    out = BytesIO()
    with Workbook(out, WORKBOOK_OPTIONS) as workbook:
        sheet = Sheet(
            workbook,
            sheet_name(title),
            [column.width for column in columns],
        )
        headings = [column.heading or words[column.label] for column in columns]
        sheet.put_header(0, headings, inks(Letterhead()))
        for at, row in enumerate(rows, start=1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                sheet.put_cell(at, place, value, column.kind)
        sheet.prepare_print(0, words["page"])
    return out.getvalue()


def sheet_name(title: str) -> str:
    """A title, less what no sheet may be called."""
    return _NOT_IN_NAMES.sub(" ", title)[:31].strip() or "1"


def download(data: bytes, name: str) -> Response[bytes]:
    """The answer that saves a workbook under an ASCII `name`."""
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=XLSX, headers=disposition)
