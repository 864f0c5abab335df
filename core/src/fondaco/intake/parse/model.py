"""What reading an article list gives back, and the limits it is read within."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from fondaco.intake.parse.codes import PARAMS

MEBIBYTE = 1024 * 1024


class Problem(Struct, frozen=True):
    """What is wrong with a row, or worth knowing about a list.

    The texts are `intake.problem.<code>` in the catalogues of this room; `params` fill them.
    """

    code: str
    params: Mapping[str, str] = {}


def problem(code: str, **params: str) -> Problem:
    """A problem whose parameters are exactly those its text has placeholders for."""
    if set(params) != set(PARAMS[code]):
        raise ValueError(f"{code} takes {PARAMS[code]}, not {tuple(params)}")
    return Problem(code, params)


class SheetRow(Struct, frozen=True):
    """One line of the list, as the person wrote it.

    `number` is the row number as Excel shows it, from 1 (in a paste: the line). `quantity` is in
    whatever unit the person meant, at most three decimals; it is None if none was written, or if
    what was written (`quantity_text`) is not a quantity and `problem` says why. `alternates` are
    other spellings of an article that Excel turned into a number or a date. Texts are cut at
    `TEXT_LENGTH` characters.
    """

    number: int
    article: str
    quantity: Decimal | None
    quantity_text: str
    name: str
    alternates: tuple[str, ...] = ()
    problem: Problem | None = None


class SkippedRow(Struct, frozen=True):
    """A row, or a run of rows, that is no line of the list.

    `reason`: title, header, numbering, blank, section, total or not_ordered; the texts are under
    `intake.skipped.<reason>`. `text` is what stood in the first row of the run.
    """

    first: int
    last: int
    reason: str
    text: str = ""


class Columns(Struct, frozen=True):
    """Which column is what, counted from 0, and how that was found: header, content or choice.

    `titles` has the heading of each column, or its letter where there is none. `header_row` is the
    row's number as Excel shows it.
    """

    article: int
    quantity: int | None
    name: int | None
    header_row: int | None
    found: str
    titles: tuple[str, ...]


class ColumnChoice(Struct, frozen=True):
    """What the person says instead of what was found. Columns count from 0, the row from 1.

    Without a `sheet` the first sheet with a list in it is read.
    """

    article: int
    quantity: int | None = None
    name: int | None = None
    header_row: int | None = None
    sheet: str | None = None


class ParsedList(Struct, frozen=True):
    """An article list. `format`: xlsx, xlsm, xls, ods, csv or paste; `sheet` is "" for text."""

    rows: tuple[SheetRow, ...]
    format: str
    sheet: str
    columns: Columns
    skipped: tuple[SkippedRow, ...]
    notices: tuple[Problem, ...]


class Limits(Struct, frozen=True):
    """How much an untrusted list may cost.

    A sheet may have twice `rows` filled rows, since most rows of an order form are not ordered.
    `ratio` is unpacked to packed size, for entries above 1 MiB.
    """

    rows: int = 5_000
    file_bytes: int = 50 * MEBIBYTE
    unpacked_bytes: int = 300 * MEBIBYTE
    entries: int = 2_000
    ratio: int = 100
    cells: int = 10_000_000
    paste_characters: int = 1_000_000
    memory_bytes: int = 1024 * MEBIBYTE
    cpu_seconds: int = 30
    wall_seconds: float = 20.0
    answer_bytes: int = 16 * MEBIBYTE


class FileRefused(Exception):
    """The list cannot be read at all; `code` and `params` as in `Problem`."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.problem = problem(code, **params)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def params(self) -> Mapping[str, str]:
        return self.problem.params


TEXT_LENGTH = 500
