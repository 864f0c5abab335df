"""A table of articles and outlets: the first column names the articles, a row the outlets.

The reader knows only which headings may stand there; what is meant by them is decided elsewhere.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco.cart.deliveries.heading import name_and_day
from fondaco.intake.parse.article import read_article
from fondaco.intake.parse.cells import Value, text_of
from fondaco.intake.parse.headings import heading_of
from fondaco.intake.parse.lines import is_total
from fondaco.intake.parse.model import FileRefused, Limits, Problem
from fondaco.intake.parse.quantity import Marks, marks_of, read_quantity
from fondaco.intake.parse.sheet_xml import column_letters
from fondaco.intake.parse.table import Row, Table, at

MOST_CELLS = 50_000
MOST_COLUMNS = 1_000
_SEARCHED = 40
_DASHES = frozenset({"-", "–", "—"})
_NO_QUANTITY = "quantity.zero"


class MatrixCell(Struct, frozen=True, array_like=True):
    """A filled cell: the place of its column, and a quantity, or what is wrong with its `text`.

    Zero is a quantity here: this outlet gets nothing.
    """

    column: int
    quantity: Decimal | None
    text: str
    problem: Problem | None = None


class MatrixRow(Struct, frozen=True, array_like=True):
    """A row with at least one filled cell. `number` as Excel shows it; `articles` are the spellings
    the person may have typed, "" where none is written and `problem` says so."""

    number: int
    article: str
    articles: tuple[str, ...]
    cells: tuple[MatrixCell, ...]
    problem: Problem | None = None


class ParsedMatrix(Struct, frozen=True):
    """`columns` are the headings in their order, `aside` those of columns that are no outlets by
    what they say (name, unit, total). `unfilled` rows name an article and nothing more.
    """

    columns: tuple[str, ...]
    aside: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    unfilled: int
    notices: tuple[Problem, ...]


def plain_heading(text: str) -> str:
    """A heading as it is compared: without case, superfluous spaces, and the dots of ё."""
    return " ".join(text.casefold().replace("ё", "е").split())


def names_part(text: str, headings: frozenset[str]) -> bool:
    """Whether a heading is one of `headings`, as it is or with a number and a day beside it."""
    if plain_heading(text) in headings:
        return text != ""
    name, day = name_and_day(text)
    return bool(name or day) and plain_heading(name) in headings


def heads(rows: Sequence[Row], headings: frozenset[str]) -> int | None:
    """The index of the row that names most of `headings`, if one names any."""
    named = [
        sum(names_part(text_of(value), headings) for value in values)
        for _, values in rows[:_SEARCHED]
    ]
    most = max(named, default=0)
    return named.index(most) if most else None


def read_matrix(
    table: Table, limits: Limits, headings: frozenset[str], notices: Sequence[Problem] = ()
) -> ParsedMatrix:
    """:raises FileRefused: nothing in it, too many rows or filled cells."""
    if not table.rows:
        raise FileRefused("file.empty")
    heading = heads(table.rows, headings) or 0
    reader = _Reader(table, heading, headings)
    rows = list(reader.rows())
    if len(rows) > limits.rows:
        raise FileRefused("file.too_many_rows", limit=str(limits.rows))
    filled = [row for row in rows if row.cells]
    if not filled:
        raise FileRefused("file.no_quantities")
    if sum(len(row.cells) for row in filled) > MOST_CELLS:
        raise FileRefused("file.too_many_cells", limit=str(MOST_CELLS))
    return ParsedMatrix(
        tuple(reader.titles), reader.aside, tuple(filled), len(rows) - len(filled), tuple(notices)
    )


class _Reader:
    """One pass over the rows below the heading."""

    def __init__(self, table: Table, heading: int, headings: frozenset[str]) -> None:
        self._table = table
        self._heading = table.rows[heading][1]
        self._data = table.rows[heading + 1 :]
        width = max(len(values) for _, values in table.rows)
        titles = [text_of(at(self._heading, column)) for column in range(width)]
        known = [names_part(title, headings) for title in titles]
        self._article = _article_column(titles, known)
        filled = {
            column for _, values in self._data for column, value in enumerate(values) if value != ""
        }
        others = [
            column
            for column in range(width)
            if column != self._article and (known[column] or column in filled)
        ]
        if len(others) > MOST_COLUMNS:
            raise FileRefused("file.too_many_cells", limit=str(MOST_CELLS))
        self._columns = [n for n in others if known[n] or not _is_aside(titles[n])]
        self.aside = tuple(titles[n] for n in others if n not in set(self._columns))
        self.titles = [titles[n] or column_letters(n + table.left) for n in self._columns]
        # A file writes its numbers in one way, whichever column proves it.
        self._marks: Marks = marks_of(
            at(values, column) for _, values in self._data for column in self._columns
        )

    def rows(self) -> Iterator[MatrixRow]:
        """Those that name an article or hold a quantity."""
        for number, values in self._data:
            article = at(values, self._article)
            if values == self._heading or is_total(text_of(article)):
                continue
            cells = tuple(self._cells(values))
            if article != "" or cells:
                yield self._row(number, article, cells)

    def _row(self, number: int, article: Value, cells: tuple[MatrixCell, ...]) -> MatrixRow:
        column = self._article + self._table.left
        shown, spellings, problem = read_article(
            article, self._table.formats.get((number - 1, column), "")
        )
        return MatrixRow(number, shown, (shown, *spellings) if shown else (), cells, problem)

    def _cells(self, values: list[Value]) -> Iterator[MatrixCell]:
        for place, column in enumerate(self._columns):
            value = at(values, column)
            if value == "" or value in _DASHES:
                continue
            quantity, problem = read_quantity(value, self._marks)
            if problem is not None and problem.code == _NO_QUANTITY:
                quantity, problem = Decimal(0), None
            yield MatrixCell(place, quantity, text_of(value), problem)


def _article_column(titles: Sequence[str], known: Sequence[bool]) -> int:
    """The one that says so before the first outlet, or else the first."""
    first = known.index(True) if True in known else len(titles)
    weights = {
        column: heading.weight
        for column, title in enumerate(titles[:first])
        if (heading := heading_of(title)) and heading.role == "article"
    }
    return max(weights, key=lambda column: weights[column]) if weights else 0


def _is_aside(title: str) -> bool:
    return is_total(title) or heading_of(title) is not None
