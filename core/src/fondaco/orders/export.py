"""An order as a workbook."""

from decimal import Decimal

from fondaco.documents.service_lines import delivery_line
from fondaco.documents.table_xlsx import Cell, Column, table_xlsx
from fondaco.orders.detail import Shipment
from fondaco.orders.page_model import LineRow, OrderModel
from fondaco_sdk.types.order import OrderDelivery

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
    """One row a line, as ordered, and instead of what; then one for what each delivery costs. Of
    several shipments also where it goes.
    """
    lines = [(row, part.shipment) for part in model.shipments for row in part.lines]
    services = [
        (part.shipment.brought, part.shipment) for part in model.shipments if part.shipment.brought
    ]
    rows: list[tuple[Cell, ...]] = [_cells(n, row) for n, (row, _) in enumerate(lines, 1)]
    rows += [_service(n, one, locale) for n, (one, _) in enumerate(services, len(rows) + 1)]
    columns = list(COLUMNS)
    if any(row.line.replaced for row, _ in lines):
        columns = [*columns, REPLACED]
        replaced = [*(row.line.replaced for row, _ in lines), *("" for _ in services)]
        rows = [(*cells, one) for cells, one in zip(rows, replaced, strict=True)]
    if len(model.shipments) > 1:
        columns = [*columns, *TARGET]
        targets = [_target(shipment) for _, shipment in (*lines, *services)]
        rows = [(*cells, *target) for cells, target in zip(rows, targets, strict=True)]
    return table_xlsx(model.detail.order.number, columns, rows, locale)


def _target(shipment: Shipment) -> tuple[Cell, ...]:
    return shipment.outlet_name, shipment.address


def _service(number: int, one: OrderDelivery, locale: str) -> tuple[Cell, ...]:
    line = delivery_line(number, one, locale)
    arrives = f"{one.arrives_until:%d.%m.%Y}" if one.arrives_until else ""
    return (
        number, "", line.name, line.unit, Decimal(1), None, one.price, one.price, one.vat_amount,
        arrives,
    )  # fmt: skip


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
