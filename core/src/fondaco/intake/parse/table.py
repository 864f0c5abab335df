"""A sheet or a text, cut into cells, before anyone knows which column is what."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from fondaco.intake.parse.cells import Value

Row: TypeAlias = tuple[int, list[Value]]
Block: TypeAlias = tuple[tuple[int, int], tuple[int, int]]


class Table(Struct, frozen=True):
    """`rows`: the filled rows with their numbers from 1, values tidied, blank cells "".

    `left` is the sheet's column, from 0, of the first value of each row. In `merged` (first and
    last cell of each merged block) and `formats` (number formats) rows and columns count from 0 as
    the sheet counts them.
    """

    rows: list[Row]
    format: str
    name: str = ""
    left: int = 0
    merged: tuple[Block, ...] = ()
    formats: Mapping[tuple[int, int], str] = {}


def at(values: list[Value], column: int | None) -> Value:
    """The value in a column, "" where the row is shorter or there is no such column."""
    return values[column] if column is not None and 0 <= column < len(values) else ""
