"""Price and stock lists as people make them."""

from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl

Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows, sheet: str = "Прайс", more: dict[str, Rows] | None = None) -> bytes:
    """A workbook; `more` are further sheets."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    for name, others in (more or {}).items():
        other = book.create_sheet(name)
        for row in others:
            other.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Rows, encoding: str = "cp1251") -> bytes:
    """A file as a Russian Excel saves it."""
    out = StringIO()
    for row in rows:
        out.write(";".join(str(cell) for cell in row) + "\r\n")
    return out.getvalue().encode(encoding)
