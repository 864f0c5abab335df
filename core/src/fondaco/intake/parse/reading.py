"""From a file on disk to an article list, inside the child process."""

from pathlib import Path

from python_calamine import CalamineError, XmlError, ZipError

from fondaco.intake.parse.columns import find_layout
from fondaco.intake.parse.compound import has_macros
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
    format = format_of(path, limits)
    if format == "csv":
        return _read_text(path, limits, choice)
    try:
        return _read_workbook(path, format, limits, choice)
    except (CalamineError, ZipError, XmlError, KeyError) as error:
        raise FileRefused("file.damaged") from error


def _read_text(path: Path, limits: Limits, choice: ColumnChoice | None) -> ParsedList:
    text, notices = decode(path.read_bytes())
    return read_list(Table(rows_of(text, limits), "csv"), limits, choice, notices)


def _read_workbook(
    path: Path, format: str, limits: Limits, choice: ColumnChoice | None
) -> ParsedList:
    book = Workbook(path, format, limits)
    notices: list[Problem] = []
    if format == "xlsm" or (format == "xls" and has_macros(path)):
        notices.append(problem("macros.ignored"))
    table = _table(book, choice)
    others = [sheet for sheet in book.sheets if sheet != table.name]
    if others:
        names = ", ".join(others[:_NAMED]) + "…" * (len(others) > _NAMED)
        notices.append(problem("sheets.ignored", sheet=table.name, others=names))
    return read_list(table, limits, choice, notices)


def _table(book: Workbook, choice: ColumnChoice | None) -> Table:
    """The sheet named by the person, or the first that looks like a list, or the first filled."""
    if choice and choice.sheet is not None:
        if choice.sheet not in book.sheets:
            raise FileRefused("file.no_such_sheet", sheet=choice.sheet)
        return book.table(choice.sheet)
    first: Table | None = None
    for name in book.sheets:
        table = book.table(name)
        if table.rows and (choice or find_layout(table.rows).sure):
            return table
        first = first or (table if table.rows else None)
    if first is None:
        raise FileRefused("file.empty")
    return first
