"""Lists as people send them: made here, read through `parse_file`."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from fondaco.intake.parse import ColumnChoice, Limits, ParsedList, parse_file

Cells = Sequence[Sequence[object]]
Read = Callable[..., Awaitable[ParsedList]]
Write = Callable[..., Path]


@pytest.fixture
def xlsx(tmp_path: Path) -> Write:
    """xlsx(rows, ...) -> the path of a workbook with one sheet "Лист1" that holds the rows."""

    def write(rows: Cells, name: str = "list.xlsx") -> Path:
        book = xlsxwriter.Workbook(
            tmp_path / name, {"strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet("Лист1")
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(index, column, value)
        book.close()
        return tmp_path / name

    return write


@pytest.fixture
def read(tmp_path: Path, xlsx: Write) -> Read:
    """await read(rows | bytes | path, ...) -> the list in a file of that content."""

    async def read_it(
        content: Cells | bytes | Path,
        filename: str = "list.xlsx",
        limits: Limits = Limits(),
        columns: ColumnChoice | None = None,
    ) -> ParsedList:
        if isinstance(content, bytes):
            path = tmp_path / "upload"
            path.write_bytes(content)
        else:
            path = content if isinstance(content, Path) else xlsx(content)
        return await parse_file(path, filename, limits, columns)

    return read_it
