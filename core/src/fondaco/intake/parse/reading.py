"""From a file on disk to an article list, inside the child process."""

from collections.abc import Callable
from pathlib import Path

from python_calamine import CalamineError, XmlError, ZipError

from fondaco.intake.parse.columns import find_layout
from fondaco.intake.parse.compound import has_macros
from fondaco.intake.parse.matrix import ParsedMatrix, heads, read_matrix
from fondaco.intake.parse.model import (
    ColumnChoice,
    FileRefused,
    Limits,
    ParsedList,
    Problem,
    problem,
)
from fondaco.intake.parse.rows import read_list
from fondaco.intake.parse.sniff import format_of
from fondaco.intake.parse.table import Table
from fondaco.intake.parse.text import decode
from fondaco.intake.parse.typed import rows_of
from fondaco.intake.parse.workbook import Workbook

_NAMED = 5


def read_file(path: Path, limits: Limits, choice: ColumnChoice | None) -> ParsedList:
    """:raises FileRefused: see its code."""

    def suits(table: Table) -> bool:
        return choice is not None or find_layout(table.rows).sure

    table, notices = _open(path, limits, suits, choice.sheet if choice else None)
    return read_list(table, limits, choice, notices)


def read_matrix_file(path: Path, limits: Limits, headings: frozenset[str]) -> ParsedMatrix:
    """:raises FileRefused: see its code."""
    table, notices = _open(path, limits, lambda table: heads(table.rows, headings) is not None)
    return read_matrix(table, limits, headings, notices)


def _open(
    path: Path, limits: Limits, suits: Callable[[Table], bool], sheet: str | None = None
) -> tuple[Table, list[Problem]]:
    """The sheet that is meant, and what is worth knowing about the file."""
    format = format_of(path, limits)
    if format == "csv":
        text, found = decode(path.read_bytes())
        return Table(rows_of(text, limits), "csv"), list(found)
    try:
        return _open_workbook(path, format, limits, suits, sheet)
    except (CalamineError, ZipError, XmlError, KeyError) as error:
        raise FileRefused("file.damaged") from error


def _open_workbook(
    path: Path, format: str, limits: Limits, suits: Callable[[Table], bool], sheet: str | None
) -> tuple[Table, list[Problem]]:
    book = Workbook(path, format, limits)
    notices: list[Problem] = []
    if format == "xlsm" or (format == "xls" and has_macros(path)):
        notices.append(problem("macros.ignored"))
    table = _table(book, suits, sheet)
    others = [name for name in book.sheets if name != table.name]
    if others:
        names = ", ".join(others[:_NAMED]) + "…" * (len(others) > _NAMED)
        notices.append(problem("sheets.ignored", sheet=table.name, others=names))
    return table, notices


def _table(book: Workbook, suits: Callable[[Table], bool], sheet: str | None) -> Table:
    """The sheet named by the person, or the first that suits, or the first filled."""
    if sheet is not None:
        if sheet not in book.sheets:
            raise FileRefused("file.no_such_sheet", sheet=sheet)
        return book.table(sheet)
    first: Table | None = None
    for name in book.sheets:
        table = book.table(name)
        if table.rows and suits(table):
            return table
        first = first or (table if table.rows else None)
    if first is None:
        raise FileRefused("file.empty")
    return first
