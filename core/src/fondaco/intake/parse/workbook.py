"""Sheets of an xlsx, xls or ods workbook, as calamine reads them. Runs in the child process only.

Values of formulas are those stored in the file; nothing is calculated and no macro is run.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from fondaco.intake.parse.cells import Value, tidy
from fondaco.intake.parse.model import FileRefused, Limits
from fondaco.intake.parse.sheet_xml import SheetFacts, WorkbookParts, sheet_facts, workbook_parts
from fondaco.intake.parse.table import Row, Table


class Workbook:
    """An open workbook; `sheets` are the names of the visible worksheets."""

    def __init__(self, path: Path, format: str, limits: Limits) -> None:
        self._path, self._format, self._limits = path, format, limits
        self._parts = workbook_parts(path) if format in ("xlsx", "xlsm") else None
        try:
            self._book = _open(path, format)
        except PasswordError as error:
            raise FileRefused("file.encrypted") from error
        self.sheets = tuple(
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        )

    def table(self, name: str) -> Table:
        """:raises FileRefused: the sheet is too large."""
        facts = self._facts(name)
        sheet = self._book.get_sheet_by_name(name)
        if sheet.start is None:
            return Table([], self._format, name)
        left = sheet.start[1]
        rows = list(_filled_rows(sheet, left, facts, 2 * self._limits.rows))
        merged = tuple(sheet.merged_cell_ranges or ())
        return Table(rows, self._format, name, left, merged, facts.formats)

    def _facts(self, name: str) -> SheetFacts:
        if self._parts is None:
            return SheetFacts()
        return sheet_facts(self._path, name, self._parts, self._limits)


def _filled_rows(
    sheet: CalamineSheet, left: int, facts: SheetFacts, most: int
) -> Iterator[Row]:
    formulas: dict[int, dict[int, str]] = {}
    for (row, column), formula in facts.unvalued.items():
        formulas.setdefault(row, {})[column - left] = formula
    count = 0
    for index, cells in enumerate(sheet.iter_rows()):
        values: list[Value] = [tidy(cell) for cell in cells]
        for column, formula in formulas.get(index, {}).items():
            if 0 <= column < len(values):
                values[column] = formula
        if all(value == "" for value in values):
            continue
        count += 1
        if count > most:
            raise FileRefused("file.too_many_rows", limit=str(most // 2))
        yield index + 1, values
