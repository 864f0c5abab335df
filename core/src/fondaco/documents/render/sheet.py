"""One sheet of a workbook: cells that keep their text, styles, and the page it prints on."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil

from xlsxwriter import Workbook

from fondaco.documents.render.errors import RenderError

MONEY = "#,##0.00##"
_BORDER = {"border": 1, "border_color": "#cfd5dd", "valign": "top"}
_WRAPPED_LINE_HEIGHT = 15


class Sheet:
    """Writes at (row, column), both from 0. `next_row` is where the next note goes."""

    def __init__(self, workbook: Workbook, name: str, widths: Sequence[int]) -> None:
        self._workbook = workbook
        self._sheet = workbook.add_worksheet(name)
        self._styles: dict[tuple[tuple[str, object], ...], object] = {}
        self._widths = widths
        self.next_row = 0
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def put(
        self,
        row: int,
        column: int,
        value: str | int | Decimal,
        style: Mapping[str, object] | None = None,
    ) -> None:
        """A text as text, a number as a number, never a formula."""
        if not isinstance(value, str):
            self._sheet.write_number(row, column, value, self._format(style or {}))
            return
        # Without the quote prefix Excel takes "=…" for a formula once somebody edits the cell.
        quoted = self._format({**(style or {}), "quote_prefix": True})
        if self._sheet.write_string(row, column, value, quoted) != 0:
            raise RenderError(
                f"A text of {len(value)} characters does not fit into a cell: “{value[:60]}…”.",
                f"Текст длиной {len(value)} знаков не помещается в ячейку: «{value[:60]}…».",
            )

    def put_cell(self, row: int, column: int, value: str | int | Decimal | None, kind: str) -> None:
        """A bordered cell of the table; None leaves it empty."""
        style = {**_BORDER, **_style_of(value, kind)}
        if value is None:
            self._sheet.write_blank(row, column, None, self._format(style))
        else:
            self.put(row, column, value, style)

    def put_header(self, row: int, headings: Sequence[str], colours: Mapping[str, str]) -> None:
        """The table's header, kept in view above what scrolls."""
        style = {
            **_BORDER,
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
            "bg_color": colours["fill"],
            "font_color": colours["on_fill"],
        }
        for column, heading in enumerate(headings):
            self.put(row, column, heading, style)
        self._sheet.set_row(row, 2 * _WRAPPED_LINE_HEIGHT)
        self._sheet.freeze_panes(row + 1, 2)

    def put_note(self, heading: str, texts: Sequence[str]) -> None:
        """A heading and paragraphs over the whole width, below everything written so far."""
        self.next_row += 1
        if heading:
            self.put(self.next_row, 0, heading, {"bold": True})
            self.next_row += 1
        for text in texts:
            self._put_wide(text)
            self.next_row += 1

    def _put_wide(self, text: str) -> None:
        style = {"text_wrap": True, "valign": "top"}
        last = len(self._widths) - 1
        self._sheet.merge_range(self.next_row, 0, self.next_row, last, "", self._format(style))
        self.put(self.next_row, 0, text, style)
        # Excel does not grow the height of a merged cell by itself.
        lines = ceil(len(text) / sum(self._widths))
        self._sheet.set_row(self.next_row, max(lines, 1) * _WRAPPED_LINE_HEIGHT)

    def prepare_print(self, header_row: int, page: str) -> None:
        """A4 landscape, as wide as the page, the header on each; `page` is the footer's pattern."""
        self._sheet.set_paper(9)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(header_row)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.set_footer("&R" + page.format(page="&P", pages="&N"))

    def _format(self, style: Mapping[str, object]) -> object:
        key = tuple(sorted(style.items()))
        if key not in self._styles:
            self._styles[key] = self._workbook.add_format(dict(style))
        return self._styles[key]


def _style_of(value: str | int | Decimal | None, kind: str) -> dict[str, object]:
    if kind == "wrapped":
        return {"text_wrap": True}
    # "#,##0.###" would show a whole number as "5,", so whole numbers have a format of their own.
    if kind == "quantity":
        return {"num_format": "#,##0" if value == int(value or 0) else "#,##0.###"}
    if kind == "percent":
        hundredfold = Decimal(value or 0) * 100
        return {"num_format": "0%" if hundredfold == int(hundredfold) else "0.##%"}
    return {"num_format": MONEY} if kind == "money" else {}
