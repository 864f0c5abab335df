"""A list as a workbook."""

from fondaco.documents.table_xlsx import Cell, Column, table_xlsx
from fondaco.lists.reading import ListLine, ReadList

COLUMNS = (
    Column("number_sign", 6, "number"),
    Column("sku", 18),
    Column("product", 52, "wrapped"),
    Column("unit", 8),
    Column("quantity", 11, "quantity"),
    Column("price", 14, "money"),
    Column("sum", 16, "money"),
    Column("availability", 30, "wrapped"),
    Column("promised", 12),
)


def list_xlsx(read: ReadList, name: str, locale: str) -> bytes:
    """One row a line, with the customer's prices; what is out of sight is a row without a name."""
    return table_xlsx(name, COLUMNS, [_cells(line, locale) for line in read.lines], locale)


def _cells(line: ListLine, locale: str) -> tuple[Cell, ...]:
    why = line.why_not.text(locale) if line.why_not else ""
    product, price, supply = line.product, line.price, line.supply
    if product is None or price is None or supply is None:
        return (line.place, "", why, "", line.quantity, None, None, "", "")
    parts = ", ".join(f"{p.place_name}: {p.quantity.normalize():f}" for p in supply.parts)
    promised = supply.promised
    return (
        line.place,
        product.sku,
        product.name,
        product.unit.name,
        line.quantity,
        price.unit_price,
        price.total,
        "; ".join(said for said in (parts, why) if said),
        f"{promised:%d.%m.%Y}" if promised else "",
    )
