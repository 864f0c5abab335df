"""The cart as a workbook."""

from fondaco.documents.table_xlsx import Cell, Column, table_xlsx
from fondaco_sdk.types.cart import PricedCart, PricedCartLine

COLUMNS = (
    Column("number_sign", 6, "number"),
    Column("sku", 18),
    Column("product", 52, "wrapped"),
    Column("unit", 8),
    Column("quantity", 11, "quantity"),
    Column("list_price", 15, "money"),
    Column("price", 14, "money"),
    Column("sum", 16, "money"),
    Column("vat_sum", 14, "money"),
    Column("availability", 30, "wrapped"),
    Column("promised", 12),
)


def cart_xlsx(cart: PricedCart, locale: str) -> bytes:
    """One row a line, with where its parts come from and when."""
    title = "Корзина" if locale == "ru" else "Cart"
    rows = [_cells(number, line) for number, line in enumerate(cart.lines, 1)]
    return table_xlsx(title, COLUMNS, rows, locale)


def _cells(number: int, line: PricedCartLine) -> tuple[Cell, ...]:
    parts = ", ".join(
        f"{part.place_name}: {part.quantity.normalize():f}" for part in line.supply.parts
    )
    promised = line.supply.promised
    return (
        number,
        line.product.sku,
        line.product.name,
        line.product.unit.name,
        line.quantity,
        line.price.list_price,
        line.price.unit_price,
        line.price.total,
        line.price.vat_amount,
        parts,
        f"{promised:%d.%m.%Y}" if promised else "",
    )
