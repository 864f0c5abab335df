"""Sheets of an xlsx, xls or ods workbook, as calamine reads them. Runs in the child process only.

Values of formulas are those stored in the file; nothing is calculated and no macro is run.
"""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from fondaco.intake.parse.cells import Value, tidy
from fondaco.intake.parse.model import FileRefused, Limits
from fondaco.intake.parse.sheet_xml import SheetFacts, sheet_facts, workbook_parts
from fondaco.intake.parse.table import Row, Table


class Workbook:
    """An open workbook; `sheets` are the names of the visible worksheets."""

    def __init__(self, path: Path, format: str, limits: Limits) -> None:
        self._path, self._format, self._limits = path, format, limits
        self._parts = workbook_parts(path) if format in ("xlsx", "xlsm") else None
        # Given the path, calamine would believe the extension.
        self._book = CalamineWorkbook.from_filelike(path.open("rb"))
        self.sheets = tuple(
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        )

    def table(self, name: str) -> Table:
        """:raises FileRefused: the sheet is too large."""
        facts = self._facts(name)
        sheet = self._book.get_sheet_by_name(name)
        columns = [sheet.start[1]] if sheet.start else []
        left = min([*columns, *(column for _, column in facts.unvalued)], default=0)
        rows: list[Row] = []
        for row in _filled_rows(sheet, left, facts):
            rows.append(row)
            if len(rows) > 2 * self._limits.rows:
                raise FileRefused("file.too_many_rows", limit=str(self._limits.rows))
        merged = tuple(sheet.merged_cell_ranges or ())
        return Table(rows, self._format, name, left, merged, facts.formats)

    def _facts(self, name: str) -> SheetFacts:
        if self._parts is None:
            return SheetFacts()
        return sheet_facts(self._path, name, self._parts, self._limits)


def _filled_rows(sheet: CalamineSheet, left: int, facts: SheetFacts) -> Iterator[Row]:
    formulas: dict[int, dict[int, str]] = {}
    for (row, column), formula in facts.unvalued.items():
        formulas.setdefault(row, {})[column - left] = formula
    margin = [""] * (sheet.start[1] - left if sheet.start else 0)
    blank = [""] * sheet.width
    for index, cells in enumerate(sheet.iter_rows() if sheet.start else ()):
        # A stray cell at the bottom brings a million blank rows.
        if cells == blank and index not in formulas:
            continue
        values: list[Value] = [*margin, *map(tidy, cells)]
        _put(values, formulas.pop(index, {}))
        if any(value != "" for value in values):
            yield index + 1, values
    for index, cells_below in sorted(formulas.items()):
        values = []
        _put(values, cells_below)
        yield index + 1, values


def _put(values: list[Value], formulas: dict[int, str]) -> None:
    for column, formula in formulas.items():
        values.extend([""] * (column + 1 - len(values)))
        values[column] = formula
