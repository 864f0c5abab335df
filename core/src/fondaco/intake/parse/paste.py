"""An article list pasted or typed into a field: lines of an article and maybe a quantity."""

from fondaco.intake.parse.model import ColumnChoice, FileRefused, Limits, ParsedList
from fondaco.intake.parse.rows import read_list
from fondaco.intake.parse.table import Table
from fondaco.intake.parse.typed import rows_of


def parse_paste(
    text: str, limits: Limits = Limits(), columns: ColumnChoice | None = None
) -> ParsedList:
    """Lines as copied from a sheet (TAB) or typed: divided by ";", ",", or spaces.

    A first line of headings is understood. Rows are numbered by line, from 1.

    :raises FileRefused: nothing in it, too long, too many rows.
    """
    if len(text) > limits.paste_characters:
        raise FileRefused("paste.too_large", limit=str(limits.paste_characters))
    rows = rows_of(text, limits)
    if not rows:
        raise FileRefused("paste.empty")
    return read_list(Table(rows, "paste"), limits, columns)
