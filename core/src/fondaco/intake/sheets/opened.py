"""A list inside the child process: opened, its heading found, its rows read."""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, XmlError, ZipError

from fondaco.intake.parse.article import read_article
from fondaco.intake.parse.cells import Value, text_of
from fondaco.intake.parse.columns import Layout, find_heading, find_layout, titles_of
from fondaco.intake.parse.likeness import article_likeness
from fondaco.intake.parse.model import FileRefused, Limits
from fondaco.intake.parse.sheet_xml import column_letters
from fondaco.intake.parse.sniff import format_of
from fondaco.intake.parse.table import Table, at
from fondaco.intake.parse.text import decode
from fondaco.intake.parse.typed import rows_of
from fondaco.intake.parse.workbook import Workbook
from fondaco.intake.sheets.amount import marks_of_amounts, read_amount
from fondaco.intake.sheets.model import (
    PREVIEW_ROWS,
    Column,
    Preview,
    SheetLine,
    SheetMapping,
    SheetRefused,
)

_MOST_COLUMNS = 200
_KEY_LENGTH = 120
_PREVIEW_LENGTH = 80
_MOST_SHEETS = 50
_LIKELY = 0.5
_SAMPLE = 20_000


class OpenedSheet:
    """The filled sheet that was named, or the first. Raises `FileRefused`."""

    def __init__(self, path: Path, limits: Limits, sheet: str, header_row: int | None) -> None:
        self.sheets, self._table = open_table(path, limits, sheet)
        rows = self._table.rows
        if not rows:
            raise FileRefused("file.empty")
        self._heading, self._data = _heading(self._table, header_row)
        if len(rows) - self._data > limits.rows:
            raise FileRefused("file.too_many_rows", limit=str(limits.rows))
        self.columns = _columns(self._table, self._heading, self._data)

    def preview(self) -> Preview:
        """How the list begins."""
        table = self._table
        data = table.rows[self._data :]
        return Preview(
            sheets=self.sheets[:_MOST_SHEETS],
            sheet=table.name,
            header_row=None if self._heading is None else table.rows[self._heading][0],
            columns=self.columns,
            rows=tuple(
                (number, tuple(_short(at(values, i)) for i in range(len(self.columns))))
                for number, values in data[:PREVIEW_ROWS]
            ),
            total=len(data),
            article=min(find_layout(table.rows).article, len(self.columns) - 1),
        )

    def lines(self, mapping: SheetMapping) -> Iterator[SheetLine]:
        """The rows that name an article. Raises `SheetRefused` for a column that is not there."""
        places = {column.key: index for index, column in enumerate(self.columns)}
        wanted = (mapping.article, *mapping.columns)
        missing = [key for key in wanted if key not in places]
        if missing:
            found = ", ".join(column.title for column in self.columns)
            raise SheetRefused("sheet.no_column", {"column": missing[0], "found": found[:500]})
        article, *others = (places[key] for key in wanted)
        rows = self._table.rows[self._data :]
        heading = self._table.rows[self._heading][1] if self._heading is not None else None
        sample = rows[:_SAMPLE]
        marks = [marks_of_amounts(at(values, i) for _, values in sample) for i in others]
        for number, values in rows:
            if values == heading or _is_section(values, article):
                continue
            shown, wrong = self._article(number, at(values, article), article)
            cells = [at(values, i) for i in others]
            if shown or any(cell != "" for cell in cells):
                amounts = tuple(map(read_amount, cells, marks))
                yield SheetLine(number, shown, amounts, tuple(map(text_of, cells)), wrong)

    def _article(self, number: int, value: Value, column: int) -> tuple[str, str]:
        """The article as Excel shows it, and the code of what it lost."""
        if value == "":
            return "", ""
        format = self._table.formats.get((number - 1, column + self._table.left), "")
        text, spellings, problem = read_article(value, format)
        if problem is not None:
            return text, problem.code
        return (spellings[0] if spellings else text), ""


def open_table(path: Path, limits: Limits, sheet: str) -> tuple[tuple[str, ...], Table]:
    format = format_of(path, limits)
    if format == "csv":
        text, _ = decode(path.read_bytes())
        return (), Table(rows_of(text, limits), "csv")
    try:
        book = Workbook(path, format, limits)
        if sheet and sheet not in book.sheets:
            raise FileRefused("file.no_such_sheet", sheet=sheet)
        for name in (sheet,) if sheet else book.sheets:
            table = book.table(name)
            if table.rows:
                return book.sheets, table
    except (CalamineError, ZipError, XmlError, KeyError) as error:
        raise FileRefused("file.damaged") from error
    raise FileRefused("file.empty")


def _heading(table: Table, header_row: int | None) -> tuple[int | None, int]:
    """(index of the heading row, index of the first row after it)."""
    if header_row is None:
        return find_heading(table.rows)
    if header_row == 0:
        return None, 0
    at_row = next((i for i, (number, _) in enumerate(table.rows) if number >= header_row), None)
    if at_row is None or table.rows[at_row][0] != header_row:
        raise SheetRefused("sheet.no_header_row", {"row": str(header_row)})
    return at_row, at_row + 1


def _columns(table: Table, heading: int | None, data: int) -> tuple[Column, ...]:
    width = min(_MOST_COLUMNS, max(len(values) for _, values in table.rows))
    titles = titles_of(table.rows, Layout(0, None, None, heading, data, True))
    seen: dict[str, int] = {}
    columns = []
    for index in range(width):
        title = titles.get(index, column_letters(index + table.left))
        key = " ".join(title.casefold().split())[:_KEY_LENGTH]
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            key, title = f"{key} ({seen[key]})", f"{title} ({seen[key]})"
        columns.append(Column(key, title))
    return tuple(columns)


def _is_section(values: list[Value], article: int) -> bool:
    """The name of a section stands alone in its row, and does not look like an article."""
    alone = at(values, article) != "" and sum(1 for value in values if value != "") == 1
    return alone and article_likeness(text_of(at(values, article))) < _LIKELY


def _short(value: Value) -> str:
    text = text_of(value)
    return text if len(text) <= _PREVIEW_LENGTH else f"{text[: _PREVIEW_LENGTH - 1]}…"
