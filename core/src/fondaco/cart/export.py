"""The cart as a workbook."""

from msgspec.structs import replace

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
    """One row a line, or an outlet of it, with where its parts come from and when."""
    title = "Корзина" if locale == "ru" else "Cart"
    columns, parts = [*COLUMNS], [(line, "") for line in cart.lines]
    if cart.dealt_out:
        parts = [part for line in cart.lines for part in _parts(line)]
    rows = [_cells(number, line) for number, (line, _) in enumerate(parts, 1)]
    if cart.dealt_out:
        columns.append(Column("outlet", 26, "wrapped"))
        rows = [(*cells, outlet) for cells, (_, outlet) in zip(rows, parts, strict=True)]
    if any(line.replaced for line in cart.lines):
        columns.append(Column("replaced", 18))
        rows = [(*cells, _instead(line)) for cells, (line, _) in zip(rows, parts, strict=True)]
    return table_xlsx(title, columns, rows, locale)


def _instead(line: PricedCartLine) -> str:
    """The article of what the line replaced."""
    return (line.replaced.sku or line.replaced.name) if line.replaced else ""


def _parts(line: PricedCartLine) -> list[tuple[PricedCartLine, str]]:
    """A row for every outlet, or for the line as long as something of it is not shared out."""
    if line.unshared:
        return [(line, "")]
    return [
        (
            replace(line, quantity=s.quantity, price=s.price, supply=s.supply, shares=(s,)),
            s.part.name,
        )
        for s in line.shares
    ]


def _cells(number: int, line: PricedCartLine) -> tuple[Cell, ...]:
    parts = ", ".join(
        f"{part.place_name}: {part.quantity.normalize():f}" for part in line.supply.parts
    )
    promised = line.promised
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
