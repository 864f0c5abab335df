"""The grid of products and outlets as its page reads it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.cart.cell_form import field_name
from fondaco.cart.page_model import OutletSums, Sums, outlet_sums, sums_of
from fondaco.cart.reading import CartView
from fondaco.customers.outlets import Outlet
from fondaco_sdk.types.cart import PricedCartLine

ROWS = 50
ZERO = Decimal(0)


class GridCell(Struct, frozen=True):
    """A field: what an outlet gets of a line as it is stored or as it was typed, and what is wrong
    with it. `near` are the multiples on both sides of a quantity that is none.
    """

    name: str
    outlet: UUID
    value: str
    error: str = ""
    near: tuple[Decimal, ...] = ()


class GridRow(Struct, frozen=True):
    """A product."""

    line: PricedCartLine
    cells: tuple[GridCell, ...]


class Grid(Struct, frozen=True):
    """A page of the grid: some products by all outlets; the sums are of the whole cart."""

    rows: tuple[GridRow, ...]
    outlets: tuple[OutletSums, ...]
    sums: Sums
    first: int
    pages: int
    page: int
    unshared: int
    before: str

    @property
    def last(self) -> int:
        """The number of the last product on the page, counted from 1."""
        return self.first + len(self.rows) - 1


def grid_of(
    view: CartView,
    outlets: Sequence[Outlet],
    page: int = 1,
    typed: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
    before: str = "",
) -> Grid:
    """A page of the grid; `typed` and `mistakes` by the names of fields, `before` to undo by."""
    lines = view.cart.lines
    pages = max(-(-len(lines) // ROWS), 1)
    page = min(max(page, 1), pages)
    first = (page - 1) * ROWS
    return Grid(
        tuple(
            GridRow(line, _cells(line, outlets, typed or {}, mistakes or {}))
            for line in lines[first : first + ROWS]
        ),
        tuple(outlet_sums(lines, outlets)),
        sums_of(lines, view.cart.quote.currency),
        first + 1,
        pages,
        page,
        sum(line.unshared > 0 for line in lines),
        before,
    )


def _cells(
    line: PricedCartLine,
    outlets: Sequence[Outlet],
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> tuple[GridCell, ...]:
    shares = {share.part.outlet: share.quantity for share in line.shares}
    found = []
    for outlet in outlets:
        name = field_name(line.uuid, outlet.uuid)
        quantity = shares.get(outlet.id, ZERO)
        stored = f"{quantity.normalize():f}" if quantity else ""
        value, error = typed.get(name, stored), mistakes.get(name, "")
        near = () if error else _near(quantity, line.product.multiple)
        found.append(GridCell(name, outlet.uuid, value, error, near))
    return tuple(found)


def _near(quantity: Decimal, multiple: Decimal) -> tuple[Decimal, ...]:
    over = quantity % multiple
    if not over:
        return ()
    lower, upper = quantity - over, quantity - over + multiple
    return (lower, upper) if lower else (upper,)
