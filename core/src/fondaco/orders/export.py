"""An order as a workbook."""

from fondaco.documents.table_xlsx import Cell, Column, table_xlsx
from fondaco.orders.detail import Shipment
from fondaco.orders.page_model import LineRow, OrderModel

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
    Column("promised", 12),
)
REPLACED = Column("replaced", 18)
TARGET = (Column("outlet", 26, "wrapped"), Column("address", 40, "wrapped"))


def order_xlsx(model: OrderModel, locale: str) -> bytes:
    """One row a line, as ordered, and instead of what; of several shipments also where it goes."""
    columns, rows = (
        list(COLUMNS),
        [_cells(number, row) for number, row in enumerate(model.lines, 1)],
    )
    if any(row.line.replaced for row in model.lines):
        columns = [*columns, REPLACED]
        rows = [(*cells, row.line.replaced) for cells, row in zip(rows, model.lines, strict=True)]
    if len(model.shipments) > 1:
        targets = [_target(part.shipment) for part in model.shipments for _ in part.lines]
        columns = [*columns, *TARGET]
        rows = [(*row, *target) for row, target in zip(rows, targets, strict=True)]
    return table_xlsx(model.detail.order.number, columns, rows, locale)


def _target(shipment: Shipment) -> tuple[Cell, ...]:
    return shipment.outlet_name, shipment.address


def _cells(number: int, row: LineRow) -> tuple[Cell, ...]:
    line = row.line
    return (
        number,
        line.sku,
        line.name,
        line.unit,
        line.quantity,
        row.list_price,
        line.unit_price,
        line.total,
        line.vat_amount,
        f"{line.promised:%d.%m.%Y}" if line.promised else "",
    )
