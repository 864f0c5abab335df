"""Price and stock lists of staff: which column is what, and what is read of each row.

A column is known by its key: the heading as people read it, without case and superfluous spaces, so
that a list may grow columns and change their order; the second column of one heading is `heading
(2)`. Where a list has no headings the key is the letter of the column.
"""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from fondaco.intake.parse.model import MEBIBYTE, Limits

ROWS = 300_000
PREVIEW_ROWS = 20
LIMITS = Limits(
    rows=ROWS,
    file_bytes=500 * MEBIBYTE,
    unpacked_bytes=1500 * MEBIBYTE,
    cells=30_000_000,
    memory_bytes=4096 * MEBIBYTE,
    cpu_seconds=240,
    wall_seconds=300.0,
)
"""What a list of staff may cost: they load whole price lists, and are trusted to."""


class Target(Struct, frozen=True):
    """A column of prices or stock, and the external id of the price list or place it goes to."""

    column: str
    into: str


class SheetMapping(Struct, frozen=True):
    """Which column is what.

    `currency`, `min_quantity`, `cost` (without VAT), `price_group`, and of goods on their way `lot`
    and `arrives_on` are columns too, "" for none;
    `default_currency` is ISO 4217, and "" means that of the price list. `header_row` counts from 1
    as Excel does, 0: there is none, None: the program looks for it; `sheet` "" is the first that is
    filled.
    """

    article: str
    prices: tuple[Target, ...] = ()
    stock: tuple[Target, ...] = ()
    currency: str = ""
    min_quantity: str = ""
    default_currency: str = ""
    header_row: int | None = None
    sheet: str = ""
    cost: str = ""
    price_group: str = ""
    lot: str = ""
    arrives_on: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read besides the article, each once."""
        named = [target.column for target in (*self.prices, *self.stock)]
        further = (
            self.currency,
            self.min_quantity,
            self.cost,
            self.price_group,
            self.lot,
            self.arrives_on,
        )
        return tuple(dict.fromkeys(column for column in (*named, *further) if column))


class Column(Struct, frozen=True):
    """A column of a list: its key, and its heading or letter."""

    key: str
    title: str


class Preview(Struct, frozen=True):
    """How a list begins. `article`: the column that most likely holds the articles; `number` in
    `rows` is the row number as Excel shows it; `total` counts the rows below the heading."""

    sheets: tuple[str, ...]
    sheet: str
    header_row: int | None
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    total: int
    article: int


class Amount(Struct, frozen=True, array_like=True):
    """A price or quantity as read from a cell.

    `number` None and no `wrong`: the cell is empty. `wrong`: not_a_number, ambiguous, formula or
    became_date; `text` is what is written.
    """

    number: Decimal | None = None
    text: str = ""
    wrong: str = ""


class SheetLine(Struct, frozen=True, array_like=True):
    """A row that names an article. `wrong` is the code of what Excel has made of the article.

    `amounts` and `texts` stand in the order of `SheetMapping.columns`.
    """

    number: int
    article: str
    amounts: tuple[Amount, ...]
    texts: tuple[str, ...]
    wrong: str = ""


class SheetRefused(Exception):
    """The list cannot be read; `code` is one of the intake's, or `sheet.*`."""

    def __init__(self, code: str, params: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
