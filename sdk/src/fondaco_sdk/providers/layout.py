"""The layout of a kind of document: from plain data to the bytes of a file.

A provider of kind "layout" is a `Layout`. The manifest names the kinds with `DocumentKind`; the
site may choose another layout for a kind by `[documents.layouts]`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from fondaco_sdk.types.paper import Content, Letterhead, Party, PlacedBlock

Cell: TypeAlias = str | int | Decimal | None


class Paper(Struct, frozen=True, kw_only=True):
    """A document to be drawn.

    `content` is what the kind is about. `version` is 1, or more for a corrected document, then with
    the day on which it was `corrected_on`. `locale` is "ru" or "en". `blocks` are what plugins add.
    """

    kind: str
    format: str
    locale: str
    content: Content
    letterhead: Letterhead
    version: int = 1
    corrected_on: date | None = None
    blocks: Sequence[PlacedBlock] = ()


class FormColumn(Struct, frozen=True):
    """A column of a form in a workbook: heading, width in characters, how its cells look."""

    heading: str
    width: int
    kind: Literal["text", "wrapped", "number", "quantity", "money"] = "text"


class Form(Struct, frozen=True, kw_only=True):
    """A document as one sheet: title, rows of (label, value), a table, its totals, notes below.

    `totals` stand under the table, each with a cell for every column, None where it stays empty.
    """

    title: str
    head: Sequence[tuple[str, str]]
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Sequence[Cell]] = ()
    notes: Sequence[str] = ()


class Press(Protocol):
    """What the kernel lends a layout: Typst with the site's typeface, workbooks, figures, words.

    Texts are never read as markup or as a formula, and a letter that the typeface lacks is an
    error that names it.
    """

    def typeset(
        self,
        layout: Path,
        texts: Mapping[str, object],
        sender: Party,
        day: date,
        *,
        tagged: bool = True,
    ) -> bytes:
        """A PDF by a Typst file of the plugin, which may `#import "common.typ": *` of the kernel.

        `texts` are there as `t`; language, colours, `sender` and the placed blocks are added. The
        same input gives the same bytes. `tagged`: with the structure that screen readers follow; in
        a table of 10,000 cells it is nine tenths of the file and a fifth of the time.
        """
        ...

    def workbook(self, form: Form) -> bytes:
        """An xlsx of one sheet."""
        ...

    def money(self, amount: Decimal) -> str:
        """1 234,50, in the document's language and without a currency."""
        ...

    def quantity(self, value: Decimal) -> str:
        """Without trailing zeros."""
        ...

    def fit(self, text: str, longest: int) -> str:
        """The text with places to break in words longer than so many letters, for narrow cells."""
        ...

    def long_day(self, day: date) -> str:
        """3 марта 2026 г."""
        ...

    def amount_in_words(self, amount: Decimal, currency: str) -> str:
        """Двенадцать тысяч рублей 00 копеек. ValueError: negative or not in whole kopecks."""
        ...

    def number_in_words(self, number: int) -> str:
        """Сто двадцать один, without a noun."""
        ...


class Layout(Protocol):
    """Draws documents of the kinds that name it.

    Called in a thread of the worker: no database, no clock, no network. What it raises is shown to
    staff beside the document, which is tried again; `UserError` says it in their language.
    """

    def draw(self, paper: Paper, press: Press) -> bytes:
        """The file in `paper.format`."""
        ...
