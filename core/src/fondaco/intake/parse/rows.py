"""From the cells of a table to the lines of an article list; no row is lost without a reason."""

from collections.abc import Sequence

from msgspec import structs

from fondaco.intake.parse.columns import Layout, find_heading, find_layout, titles_of
from fondaco.intake.parse.lines import LineReader
from fondaco.intake.parse.model import (
    ColumnChoice,
    Columns,
    FileRefused,
    Limits,
    ParsedList,
    Problem,
    SheetRow,
    SkippedRow,
    problem,
)
from fondaco.intake.parse.sheet_xml import column_letters
from fondaco.intake.parse.table import Table

_FEWEST_UNORDERED = 10


def read_list(
    table: Table, limits: Limits, choice: ColumnChoice | None, notices: Sequence[Problem] = ()
) -> ParsedList:
    """:raises FileRefused: nothing in it, too many rows, a chosen column that is not there."""
    if not table.rows:
        raise FileRefused("file.empty")
    layout = _chosen_layout(table, choice) if choice else find_layout(table.rows)
    columns = _columns(table, layout, chosen=choice is not None)
    rows, skipped = LineReader(table, layout).read()
    unordered: list[SkippedRow] = []
    if columns.quantity is not None and table.format != "paste":
        rows, unordered = _without_unordered(rows)
    if not rows:
        raise FileRefused("file.empty")
    if len(rows) > limits.rows:
        raise FileRefused("file.too_many_rows", limit=str(limits.rows))
    found = list(notices)
    if not layout.sure:
        found.append(problem("columns.guessed", column=columns.titles[columns.article]))
    if unordered and columns.quantity is not None:
        title = columns.titles[columns.quantity]
        found.append(problem("rows.not_ordered", count=str(len(unordered)), column=title))
    everything = sorted([*skipped, *_blank_runs(table), *unordered], key=lambda row: row.first)
    return ParsedList(
        tuple(rows), table.format, table.name, columns, _in_runs(everything), tuple(found)
    )


def _chosen_layout(table: Table, choice: ColumnChoice) -> Layout:
    width = table.left + max(len(values) for _, values in table.rows)
    for column in (choice.article, choice.quantity, choice.name):
        if column is not None and not table.left <= column < width:
            raise FileRefused("file.no_such_column", column=column_letters(max(column, 0)))
    numbers = [number for number, _ in table.rows]
    if choice.header_row in numbers:
        heading: int | None = numbers.index(choice.header_row)
        data = numbers.index(choice.header_row) + 1
    else:
        heading, data = find_heading(table.rows)
    return Layout(
        choice.article - table.left,
        None if choice.quantity is None else choice.quantity - table.left,
        None if choice.name is None else choice.name - table.left,
        heading,
        data,
        True,
    )


def _columns(table: Table, layout: Layout, chosen: bool) -> Columns:
    titles = {column + table.left: text for column, text in titles_of(table.rows, layout).items()}
    width = table.left + max(len(values) for _, values in table.rows)
    return Columns(
        article=layout.article + table.left,
        quantity=None if layout.quantity is None else layout.quantity + table.left,
        name=None if layout.name is None else layout.name + table.left,
        header_row=None if layout.heading is None else table.rows[layout.heading][0],
        found="choice" if chosen else "content" if layout.heading is None else "header",
        titles=tuple(titles.get(column, column_letters(column)) for column in range(width)),
    )


def _without_unordered(rows: list[SheetRow]) -> tuple[list[SheetRow], list[SkippedRow]]:
    """In an order form most rows have no quantity: those are goods that nobody wants.

    In a list that has a quantity in most rows, a missing one was forgotten, and is a problem.
    """
    unwanted = [row for row in rows if not row.quantity_text.strip("0.,-–— ")]
    if not max(_FEWEST_UNORDERED, len(rows) / 2) < len(unwanted) < len(rows):
        return rows, []
    numbers = {row.number for row in unwanted}
    return (
        [row for row in rows if row.number not in numbers],
        [SkippedRow(row.number, row.number, "not_ordered", row.article) for row in unwanted],
    )


def _blank_runs(table: Table) -> list[SkippedRow]:
    runs = []
    before = 0
    for number, _ in table.rows:
        if number > before + 1:
            runs.append(SkippedRow(before + 1, number - 1, "blank"))
        before = number
    return runs


def _in_runs(skipped: list[SkippedRow]) -> tuple[SkippedRow, ...]:
    runs: list[SkippedRow] = []
    for row in skipped:
        last = runs[-1] if runs else None
        if last and last.reason == row.reason and last.last + 1 == row.first:
            runs[-1] = structs.replace(last, last=row.last)
        else:
            runs.append(row)
    return tuple(runs)
