"""Each row of a table whose columns are known: a line of the list, or a reason why it is none."""

import re
from decimal import Decimal

from fondaco.intake.parse.article import read_article
from fondaco.intake.parse.cells import Value, text_of
from fondaco.intake.parse.columns import Layout
from fondaco.intake.parse.likeness import article_likeness
from fondaco.intake.parse.model import Problem, SheetRow, SkippedRow
from fondaco.intake.parse.quantity import Marks, marks_of, read_quantity
from fondaco.intake.parse.table import Row, Table, at

# Total is also a maker of oils.
_TOTAL = re.compile(
    r"(итого|всего|итог|к оплате)\b(?![-/]).*"
    r"|(sub ?|grand )?total( (qty|quantity|sum|amount|price))?:?",
    re.IGNORECASE,
)
_LIKELY = 0.5
_WORD = re.compile(r"[^\W\d_]")
_DASHES = {"-", "–", "—"}


class LineReader:
    """One pass over the rows of a table whose columns are known."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout
        self._marks = self._quantity_marks()
        self._heading = table.rows[layout.heading][1] if layout.heading is not None else None
        self._first_line = self._index_of_first_line()
        self._above = self._cells_above()
        self._wide = {
            first[0] + 1
            for first, last in table.merged
            if first[1] - table.left <= layout.article <= last[1] - table.left
            and last[1] > first[1]
        }

    def read(self) -> tuple[list[SheetRow], list[SkippedRow]]:
        rows: list[SheetRow] = []
        skipped: list[SkippedRow] = []
        for index, (number, values) in enumerate(self._table.rows):
            reason = self._reason_to_skip(index, number, values)
            if reason:
                skipped.append(SkippedRow(number, number, reason, _text_of_row(values)))
            else:
                rows.append(self._line(number, values))
        return rows, skipped

    def _line(self, number: int, values: list[Value]) -> SheetRow:
        layout = self._layout
        wanted = at(values, layout.quantity)
        quantity, trouble = self._quantity(wanted)
        column = layout.article + self._table.left
        article, alternates, article_trouble = read_article(
            self._article(number, values), self._table.formats.get((number - 1, column), "")
        )
        return SheetRow(
            number=number,
            article=article,
            quantity=quantity,
            quantity_text=text_of(wanted),
            name=text_of(at(values, layout.name)),
            alternates=alternates,
            problem=article_trouble or trouble,
        )

    def _quantity(self, wanted: Value) -> tuple[Decimal | None, Problem | None]:
        if self._layout.quantity is None:
            return None, None
        return read_quantity("" if wanted in _DASHES else wanted, self._marks)

    def _article(self, number: int, values: list[Value]) -> Value:
        """A block merged over several rows names the article for each of its quantities."""
        own = at(values, self._layout.article)
        if own != "" or at(values, self._layout.quantity) == "":
            return own
        return self._above.get(number, "")

    def _reason_to_skip(self, index: int, number: int, values: list[Value]) -> str:
        layout = self._layout
        if layout.heading is not None and index < layout.heading:
            return "title"
        if index < layout.data or values == self._heading:
            return "header"
        if layout.heading is not None and index == layout.data and _numbers_columns(values):
            return "numbering"
        return self._reason_by_content(index, number, values)

    def _reason_by_content(self, index: int, number: int, values: list[Value]) -> str:
        layout = self._layout
        article = self._article(number, values)
        filled = [value for value in values if value != ""]
        first = next((text for text in map(text_of, filled) if _WORD.search(text)), "")
        if is_total(first) and article in ("", first):
            return "total"
        if at(values, layout.quantity) != "":
            return ""
        if article == "":
            if layout.quantity is None and at(values, layout.name) != "":
                return ""
            return "section" if first else "blank"
        if number in self._wide:
            return "section" if index > layout.data or layout.heading is not None else "title"
        return "title" if self._is_title(index, filled) else ""

    def _is_title(self, index: int, filled: list[Value]) -> bool:
        """Words alone above a table without a heading: "Прошу отгрузить:"."""
        if self._layout.heading is not None or len(filled) > 1 or index >= self._first_line:
            return False
        text = text_of(filled[0])
        sentence = " " in text and article_likeness(text) < _LIKELY
        return text.endswith(":") or (self._layout.quantity is not None and sentence)

    def _index_of_first_line(self) -> int:
        """The index of the first row that has a quantity, or else looks nothing like a title."""
        rows = self._table.rows
        if self._layout.quantity is None:
            return next((i for i, row in enumerate(rows) if not _ends_with_colon(row)), 0)
        return next(
            (i for i, (_, values) in enumerate(rows) if at(values, self._layout.quantity) != ""), 0
        )

    def _quantity_marks(self) -> Marks:
        rows = self._table.rows[self._layout.data :]
        return marks_of(at(values, self._layout.quantity) for _, values in rows)

    def _cells_above(self) -> dict[int, Value]:
        """Row number -> the article merged down to it from the row in which it is written."""
        left, article = self._table.left, self._layout.article
        written = dict(self._table.rows)
        above: dict[int, Value] = {}
        for (top, start), (bottom, end) in self._table.merged:
            if start == end == article + left and bottom - top < len(self._table.rows):
                value = at(written.get(top + 1, []), article)
                above.update(dict.fromkeys(range(top + 2, bottom + 2), value))
        return above


def is_total(text: str) -> bool:
    """Whether a row or column that begins so sums up the others."""
    return _TOTAL.fullmatch(text) is not None


def _numbers_columns(values: list[Value]) -> bool:
    """The row 1, 2, 3, ... under the heading of a printed form."""
    texts = [text_of(value) for value in values if value != ""]
    return len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _ends_with_colon(row: Row) -> bool:
    filled = [value for value in row[1] if value != ""]
    return len(filled) == 1 and text_of(filled[0]).endswith(":")


def _text_of_row(values: list[Value]) -> str:
    return text_of(" ".join(text_of(value) for value in values if value != ""))
