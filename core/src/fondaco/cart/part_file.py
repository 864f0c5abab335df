"""The table in which a cart is dealt out as a workbook to be filled in and uploaded again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text

from fondaco.cart.part_table import TablePart, headings_of
from fondaco.documents.table_xlsx import Cell, Column, table_xlsx
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.cart import PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product

# What is known only by an OEM number or a barcode is named by it.
_CODES: TextClause = text(
    "select distinct on (product_id) product_id, value from fondaco.product_code"
    " where product_id = any(:ids) order by product_id, kind, value"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
_PRODUCT = (
    Column("sku", 20),
    Column("product", 46, "wrapped"),
    Column("unit", 8),
    Column("multiple", 11, "quantity"),
)
_PART_WIDTH = 16


async def codes_of(ask: AskContext, products: Sequence[Product]) -> Mapping[ProductId, str]:
    """A code of each of those that have no article. One statement, where there are such."""
    nameless = [product.id for product in products if not product.sku]
    rows = await ask.fetch(_CODES, {"ids": nameless}) if nameless else ()
    return {ProductId(row.product_id): row.value for row in rows}


def dealt_xlsx(
    title: str,
    lines: Sequence[PricedCartLine],
    parts: Sequence[TablePart],
    codes: Mapping[ProductId, str],
    locale: str,
) -> bytes:
    """A row for every line that can be ordered, a column for every part, under the key of the
    cart's shares.
    """
    columns = [Column("outlet", _PART_WIDTH, "quantity", heading) for heading in headings_of(parts)]
    rows = [_row(line, parts, codes) for line in lines if line.product.buyable]
    return table_xlsx(title, (*_PRODUCT, *columns), rows, locale)


def _row(
    line: PricedCartLine, parts: Sequence[TablePart], codes: Mapping[ProductId, str]
) -> Sequence[Cell]:
    product = line.product
    shares = {share.part.key: share.quantity for share in line.shares}
    return (
        product.sku or codes.get(product.id, ""),
        product.name,
        product.unit.name,
        product.multiple,
        *(shares.get(part.key) for part in parts),
    )
