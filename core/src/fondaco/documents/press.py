"""What a layout is lent: the kernel's typesetting, workbooks, figures and words (`Press`)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from fondaco.documents.render.brand import inks
from fondaco.documents.render.figures import language, long_date, money, quantity
from fondaco.documents.render.labels import LABELS
from fondaco.documents.render.parts import frame, placed
from fondaco.documents.render.pictures import logo
from fondaco.documents.render.sheet import Sheet
from fondaco.documents.render.text import fit
from fondaco.documents.render.typeset import typeset
from fondaco.documents.table_xlsx import WORKBOOK_OPTIONS, sheet_name
from fondaco.documents.words import amount_in_words, number_in_words
from fondaco_sdk.providers.layout import Form, Paper
from fondaco_sdk.types.paper import Party


class KernelPress:
    """For one document (implements `fondaco_sdk.providers.layout.Press`)."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._lang = language(paper.locale)

    def typeset(
        self,
        layout: Path,
        texts: Mapping[str, object],
        sender: Party,
        day: date,
        *,
        tagged: bool = True,
    ) -> bytes:
        """A PDF. RenderError: a missing glyph, or anything else that Typst complains of."""
        letterhead = self._paper.letterhead
        framed = {
            **frame(letterhead, sender, self._lang),
            "blocks": placed(self._paper.blocks),
            **texts,
        }
        return typeset(layout, framed, {"logo": logo(letterhead)}, day, tagged=tagged)

    def workbook(self, form: Form) -> bytes:
        """An xlsx of one sheet: title, head, table, totals, notes."""
        out = BytesIO()
        with Workbook(out, WORKBOOK_OPTIONS) as workbook:
            widths = [column.width for column in form.columns]
            sheet = Sheet(workbook, sheet_name(form.title), widths)
            sheet.put(0, 0, form.title, {"bold": True, "font_size": 14})
            row = 1
            for label, value in form.head:
                sheet.put(row, 0, f"{label}: {value}" if label else value)
                row += 1
            row += 1
            header = row
            headings = [column.heading for column in form.columns]
            sheet.put_header(header, headings, inks(self._paper.letterhead))
            for cells in (*form.rows, *form.totals):
                row += 1
                for at, (column, cell) in enumerate(zip(form.columns, cells, strict=True)):
                    sheet.put_cell(row, at, cell, column.kind)
            sheet.next_row = row + 1
            sheet.put_note("", form.notes)
            for block in self._paper.blocks:
                sheet.put_note(block.heading, block.paragraphs)
            sheet.prepare_print(header, LABELS[self._lang]["page"])
        return out.getvalue()

    def money(self, amount: Decimal) -> str:
        """1 234,50."""
        return money(amount, self._lang)

    def quantity(self, value: Decimal) -> str:
        """Without trailing zeros."""
        return quantity(value, self._lang)

    def fit(self, text: str, longest: int) -> str:
        """Longer words may break."""
        return fit(text, longest)

    def long_day(self, day: date) -> str:
        """3 марта 2026 г."""
        return long_date(day, self._lang)

    def amount_in_words(self, amount: Decimal, currency: str) -> str:
        """Двенадцать тысяч двести рублей 00 копеек."""
        return amount_in_words(amount, currency, self._lang)

    def number_in_words(self, number: int) -> str:
        """Сто двадцать один."""
        return number_in_words(number, self._lang)
