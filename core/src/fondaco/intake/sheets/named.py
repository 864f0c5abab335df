"""A table whose columns are known by their headings; read in the child process."""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from msgspec import Struct

from fondaco.intake.parse.article import read_article
from fondaco.intake.parse.cells import Value, text_of
from fondaco.intake.parse.model import FileRefused, Limits
from fondaco.intake.parse.quantity import Marks
from fondaco.intake.parse.table import Row, Table, at
from fondaco.intake.sheets.amount import marks_of_amounts, read_amount
from fondaco.intake.sheets.model import SheetRefused
from fondaco.intake.sheets.opened import open_table

_HEADING_SEARCH = 40
_NO_MARKS = Marks(frozenset(), frozenset())
_DAY = re.compile(r"(?P<d>[0-9]{1,2})[./](?P<m>[0-9]{1,2})[./](?P<y>[0-9]{4})")


class WantedColumn(Struct, frozen=True):
    """A column to look for; `titles` are folded, `kind` is that of the SDK's `SheetColumn`."""

    name: str
    titles: tuple[str, ...]
    kind: str
    required: bool


class NamedCell(Struct, frozen=True, array_like=True):
    """The text of a cell; `value` is its number, or its day as ISO 8601; `wrong` a code."""

    text: str = ""
    value: str = ""
    wrong: str = ""


class NamedSheet(Struct, frozen=True):
    """Rows in the order of `names`; `found` are the headings of those, `ignored` the others.

    `total`: how many rows the table has below the heading, empty ones and other parts' too.
    """

    names: tuple[str, ...]
    found: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: tuple[tuple[int, tuple[NamedCell, ...]], ...]
    total: int


def read_named(
    path: Path, limits: Limits, wanted: tuple[WantedColumn, ...], part: int
) -> Iterator[NamedSheet]:
    """The rows below the heading, at most `part` at a time; there is one part at least.

    Raises `FileRefused`, or `SheetRefused` without a column.
    """
    _, table = open_table(path, limits, "")
    if not table.rows:
        raise FileRefused("file.empty")
    heading, places = _heading(table.rows, wanted)
    missing = [column.name for column in wanted if column.required and column.name not in places]
    titles = [text_of(value) for value in table.rows[heading][1]]
    if missing:
        found = ", ".join(title for title in titles if title)
        raise SheetRefused("sheet.no_column", {"column": missing[0], "found": found[:500]})
    data = table.rows[heading + 1 :]
    if len(data) > limits.rows:
        raise FileRefused("file.too_many_rows", limit=str(limits.rows))
    columns = [column for column in wanted if column.name in places]
    marks = {
        column.name: marks_of_amounts(at(values, places[column.name]) for _, values in data)
        for column in columns
        if column.kind == "amount"
    }
    rows = (
        (
            number,
            tuple(
                _cell(
                    table,
                    number,
                    at(values, places[c.name]),
                    places[c.name],
                    c.kind,
                    marks.get(c.name, _NO_MARKS),
                )
                for c in columns
            ),
        )
        for number, values in data
    )
    filled = (row for row in rows if any(cell.text for cell in row[1]))
    names = tuple(column.name for column in columns)
    headings = tuple(titles[places[column.name]] for column in columns)
    ignored = tuple(t for n, t in enumerate(titles) if t and n not in places.values())
    some = tuple(islice(filled, part))
    while True:
        yield NamedSheet(names, headings, ignored, some, len(data))
        some = tuple(islice(filled, part))
        if not some:
            return


def folded(title: str) -> str:
    """A heading as it is compared: without case, superfluous spaces, and marks at its end."""
    return " ".join(title.casefold().replace("ё", "е").split()).rstrip(" :*.")


def _heading(rows: list[Row], wanted: tuple[WantedColumn, ...]) -> tuple[int, dict[str, int]]:
    """The row, of the first ones, that names most of the columns, and where they stand in it."""
    best: tuple[int, dict[str, int]] = (0, {})
    for index, (_, values) in enumerate(rows[:_HEADING_SEARCH]):
        heads = [folded(value) if isinstance(value, str) else "" for value in values]
        places = {
            column.name: min(heads.index(title) for title in column.titles if title in heads)
            for column in wanted
            if any(title in heads for title in column.titles)
        }
        if len(places) > len(best[1]):
            best = index, places
    return best


def _cell(
    table: Table, number: int, value: Value, place: int, kind: str, marks: Marks
) -> NamedCell:
    if value == "":
        return NamedCell()
    if kind == "code":
        format = table.formats.get((number - 1, place + table.left), "")
        text, spellings, problem = read_article(value, format)
        shown = spellings[0] if spellings and problem is None else text
        return NamedCell(shown, "", problem.code.removeprefix("article.") if problem else "")
    if kind == "amount":
        amount = read_amount(value, marks)
        return NamedCell(text_of(value), _plain(amount.number), amount.wrong)
    if kind == "day":
        day = _day(value)
        return NamedCell(text_of(value), day, "" if day else "not_a_day")
    return NamedCell(text_of(value))


def _plain(number: object) -> str:
    return "" if number is None else f"{number:f}"


def _day(value: Value) -> str:
    """ISO 8601, or "" where it is no day."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str):
        return ""
    match = _DAY.fullmatch(value)
    iso = f"{match['y']}-{int(match['m']):02}-{int(match['d']):02}" if match else value
    try:
        return dt.date.fromisoformat(iso).isoformat()
    except ValueError:
        return ""
