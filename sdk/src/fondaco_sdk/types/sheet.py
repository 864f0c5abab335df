"""A table that a person uploads or takes away, as rows of named cells."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from fondaco_sdk.manifest import Text
from fondaco_sdk.types.reason import Reason

Kind = Literal["text", "code", "amount", "day"]


class SheetColumn(Struct, frozen=True):
    """A column to look for, known by its `title` in either language or by one of `also`, in
    whatever case.

    `kind`: a "code" (tax id, article) keeps its zeros and says where Excel has lost digits; an
    "amount" is a number with its signs and separators; a "day" is a date. `required`: without it
    the sheet is refused.
    """

    name: str
    title: Text
    also: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False


class SheetCell(Struct, frozen=True):
    """A cell: what is written there, on one line, and what it means as its column's kind.

    `number` or `day` is None for an empty cell, and where `wrong` says why it cannot be read.
    """

    text: str = ""
    number: Decimal | None = None
    day: date | None = None
    wrong: Reason | None = None


class SheetRow(Struct, frozen=True):
    """A row with something in it; `number` is the one that Excel shows, from 1."""

    number: int
    cells: Mapping[str, SheetCell]

    def cell(self, name: str) -> SheetCell:
        """The cell of a column, an empty one where the sheet has no such column."""
        return self.cells.get(name, SheetCell())


class Sheet(Struct, frozen=True):
    """The rows below the heading of the first filled sheet, or a part of them.

    `found` has the heading of each column that was found, `ignored` the headings of the others.
    `total`: how many rows there are in all parts together, those without a word among them.
    """

    rows: tuple[SheetRow, ...]
    found: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    total: int = 0


class WrittenColumn(Struct, frozen=True):
    """A column to write: its heading, and its width in characters. `wrapped`: long texts."""

    title: str
    width: int = 20
    wrapped: bool = False
