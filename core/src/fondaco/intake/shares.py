"""A table of articles and outlets, or deliveries: what is understood of it, and what is not.

Nothing is written before the buyer has seen both; the page carries what is understood, and what is
not can be taken away as a file, mended and uploaded again.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from fondaco.cart.by_article import products_meant
from fondaco.cart.part_table import Headings, TableCell, TablePart, article_problem
from fondaco.cart.reading import CartRow
from fondaco.cart.service import MOST_QUANTITY, Carts
from fondaco.hooks.context import AskContext
from fondaco.intake.parse.matrix import MatrixRow, ParsedMatrix
from fondaco.intake.words import reason_of
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason

ZERO = Decimal(0)
Gets: TypeAlias = Callable[[CartRow, Sequence[TablePart]], Mapping[str, Decimal]]
"""What a line of the cart gives to the parts that a file names, by their keys."""
_BY_UUID: TextClause = text(
    "select id, uuid from fondaco.product where uuid = any(:uuids)"
).bindparams(bindparam("uuids", type_=ARRAY(PG_UUID(as_uuid=True))))


class ShareCell(Struct, frozen=True):
    """What a part will get of a product, and what it gets now.

    `quantity` None: the file says nothing of it. `near` are the multiples on both sides of a
    quantity that is none.
    """

    before: Decimal
    quantity: Decimal | None
    near: tuple[Decimal, ...] = ()


class ShareRow(Struct, frozen=True):
    """A product of the file; `cells` stand in the order of `FileShares.parts`."""

    product: Product
    cells: tuple[ShareCell, ...]
    in_cart: bool

    @property
    def total(self) -> Decimal:
        """What the parts of the file get of it in all."""
        return sum(
            (cell.before if cell.quantity is None else cell.quantity for cell in self.cells), ZERO
        )

    @property
    def before(self) -> Decimal:
        """What they get of it now."""
        return sum((cell.before for cell in self.cells), ZERO)


class LeftColumn(Struct, frozen=True):
    """A column that is not taken, why, and how many cells are filled in it."""

    heading: str
    reason: Reason
    cells: int


class LeftRow(Struct, frozen=True):
    """What of a row is not taken: the cells as they were typed, by the places of their columns."""

    number: int
    article: str
    cells: Mapping[int, str]
    reasons: tuple[Reason, ...]


class FileShares(Struct, frozen=True):
    """A file as it is understood. `headings` are those of all its columns; `parts` of those that
    are taken, with the same places in the rows' cells."""

    headings: tuple[str, ...]
    parts: tuple[TablePart, ...]
    rows: tuple[ShareRow, ...]
    left_columns: tuple[LeftColumn, ...]
    left_rows: tuple[LeftRow, ...]
    aside: tuple[str, ...]
    unfilled: int

    @property
    def cells(self) -> int:
        """How many quantities will be put down."""
        return sum(cell.quantity is not None for row in self.rows for cell in row.cells)

    @property
    def off_multiple(self) -> int:
        """How many of them are no whole multiples."""
        return sum(bool(cell.near) for row in self.rows for cell in row.cells)

    @property
    def refused(self) -> Sequence[LeftRow]:
        """The rows with mistakes of their own, beside those of whole columns."""
        return [row for row in self.left_rows if row.reasons]


class Carried(Struct, frozen=True, array_like=True):
    """What a page carries until the buyer takes it: of each product (place of part, quantity)."""

    parts: list[str]
    products: dict[UUID, list[tuple[int, Decimal]]]


async def understand(
    ask: AskContext, parsed: ParsedMatrix, headings: Headings, gets: Gets
) -> FileShares:
    """What a file asks for. The same number of statements for any number of rows and parts."""
    columns = [headings.part(heading) for heading in parsed.columns]
    meant = await _products(ask, parsed.rows)
    wanted: dict[ProductId, dict[str, Decimal]] = {}
    products: dict[ProductId, Product] = {}
    left_rows = []
    for row in parsed.rows:
        product, refusal = meant[row.number]
        left, reasons = dict[int, str](), [refusal] if refusal else []
        for cell in row.cells:
            part = columns[cell.column]
            if isinstance(part, Reason) or product is None or cell.quantity is None:
                left[cell.column] = cell.text
                if cell.problem and isinstance(part, TablePart):
                    reasons.append(_at(part, reason_of(cell.problem)))
                continue
            products[product.id] = product
            of_product = wanted.setdefault(product.id, {})
            of_product[part.key] = of_product.get(part.key, ZERO) + cell.quantity
        if left or reasons:
            left_rows.append(LeftRow(row.number, row.article, left, tuple(reasons)))
    taken = tuple({part.key: part for part in columns if isinstance(part, TablePart)}.values())
    return FileShares(
        headings=parsed.columns,
        parts=taken,
        rows=await _rows(ask, wanted, products, taken, gets),
        left_columns=tuple(
            LeftColumn(
                heading, part, sum(c.column == place for row in parsed.rows for c in row.cells)
            )
            for place, (heading, part) in enumerate(zip(parsed.columns, columns, strict=True))
            if isinstance(part, Reason)
        ),
        left_rows=tuple(left_rows),
        aside=parsed.aside,
        unfilled=parsed.unfilled,
    )


def carried(shares: FileShares) -> str:
    """What the page carries."""
    products = {
        row.product.uuid: [
            (place, cell.quantity)
            for place, cell in enumerate(row.cells)
            if cell.quantity is not None
        ]
        for row in shares.rows
    }
    content = Carried([part.key for part in shares.parts], products)
    return msgspec.json.encode(content).decode()


async def wanted_by(ask: AskContext, text: str, *, whole_multiples: bool) -> Sequence[TableCell]:
    """What came back from the page; with `whole_multiples` rounded up to what is sold.

    Raises `UserError` if it is not ours, or for what is out of sight by now.
    """
    try:
        came = msgspec.json.decode(text, type=Carried)
        cells = [
            (product, came.parts[place], quantity)
            for product, shares in came.products.items()
            for place, quantity in shares
            if place >= 0 and ZERO <= quantity <= MOST_QUANTITY
        ]
    except (msgspec.DecodeError, ArithmeticError, IndexError):
        raise _not_ours() from None
    if len(cells) != sum(map(len, came.products.values())) or not cells:
        raise _not_ours()
    rows = await ask.fetch(_BY_UUID, {"uuids": list(came.products)})
    ids = {row.uuid: ProductId(row.id) for row in rows}
    products = await ask.catalog.products(list(ids.values()))
    if any(uuid not in ids or ids[uuid] not in products for uuid in came.products):
        raise UserError(Reason("cart.unknown", "Такого товара нет", "There is no such product"))
    return [
        TableCell(
            ids[product],
            part,
            _whole(quantity, products[ids[product]].multiple) if whole_multiples else quantity,
        )
        for product, part, quantity in cells
    ]


async def _products(
    ask: AskContext, rows: Sequence[MatrixRow]
) -> Mapping[int, tuple[Product | None, Reason | None]]:
    """By the numbers of rows the product that is meant, or why it is none."""
    spellings = list(dict.fromkeys(one for row in rows for one in row.articles))
    found = dict(zip(spellings, await products_meant(ask, spellings), strict=True))
    return {row.number: _product(row, found) for row in rows}


def _product(
    row: MatrixRow, found: Mapping[str, Sequence[Product]]
) -> tuple[Product | None, Reason | None]:
    spelling = next((one for one in row.articles if found[one]), row.article)
    meant = found.get(spelling, ())
    problem = article_problem(spelling, meant)
    if problem is None:
        return meant[0], None
    # What Excel has done to an article explains better why it is not known.
    return None, reason_of(row.problem) if row.problem and not meant else problem


async def _rows(
    ask: AskContext,
    wanted: Mapping[ProductId, Mapping[str, Decimal]],
    products: Mapping[ProductId, Product],
    parts: Sequence[TablePart],
    gets: Gets,
) -> tuple[ShareRow, ...]:
    dealt = {row.product_id: gets(row, parts) for row in await Carts(ask).rows()}
    rows = []
    for id, of_product in wanted.items():
        product, now = products[id], dealt.get(id, {})
        cells = [
            _cell(now.get(part.key, ZERO), of_product.get(part.key), product.multiple)
            for part in parts
        ]
        rows.append(ShareRow(product, tuple(cells), id in dealt))
    return tuple(rows)


def _cell(before: Decimal, quantity: Decimal | None, multiple: Decimal) -> ShareCell:
    if not quantity or not quantity % multiple:
        return ShareCell(before, quantity)
    upper = _whole(quantity, multiple)
    lower = upper - multiple
    return ShareCell(before, quantity, (lower, upper) if lower else (upper,))


def _whole(quantity: Decimal, multiple: Decimal) -> Decimal:
    return (quantity / multiple).to_integral_value(ROUND_CEILING) * multiple


def _at(part: TablePart, mistake: Reason) -> Reason:
    ru, en = f"{part.name}: {mistake.ru}", f"{part.name}: {mistake.en}"
    return Reason(mistake.code, ru, en, mistake.params)


def _not_ours() -> UserError:
    return UserError(
        Reason(
            "cart.file_lost",
            "Таблица со страницы пришла неполной. Загрузите файл ещё раз",
            "The table came back from the page incomplete. Upload the file once more",
        )
    )
