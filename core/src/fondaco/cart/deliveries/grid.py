"""The table of lines and deliveries as its page reads it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.cart.cell_form import field_name
from fondaco.cart.deliveries.stored import Delivery
from fondaco.cart.parts import PartRow
from fondaco_sdk.types.cart import PricedCart, PricedCartLine

ROWS = 50
ZERO = Decimal(0)


class DeliveryCell(Struct, frozen=True):
    """What a delivery gets of a line, as stored or as typed, when it is there, and what is wrong.

    Of the first delivery `name` is "": it gets the rest.
    """

    name: str
    delivery: UUID
    value: str
    quantity: Decimal
    promised: date | None
    missing: Decimal
    error: str = ""


class DeliveryLine(Struct, frozen=True):
    """A line with its cells, in the order of the deliveries."""

    line: PricedCartLine
    cells: tuple[DeliveryCell, ...]


class DeliveryTable(Struct, frozen=True):
    """A page of the lines by all deliveries; `columns` are the deliveries with what they come to.

    `first` counts from 1.
    """

    rows: tuple[DeliveryLine, ...]
    columns: tuple[tuple[Delivery, PartRow], ...]
    first: int
    page: int
    pages: int
    lines: int

    @property
    def last(self) -> int:
        """The number of the last line on the page."""
        return self.first + len(self.rows) - 1


def delivery_table(
    cart: PricedCart,
    stored: Sequence[Delivery],
    rows: Sequence[PartRow],
    page: int,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> DeliveryTable:
    """A page of the table; `typed` and `mistakes` by the names of fields."""
    pages = max(-(-len(cart.lines) // ROWS), 1)
    page = min(max(page, 1), pages)
    first = (page - 1) * ROWS
    return DeliveryTable(
        tuple(
            DeliveryLine(line, _cells(line, stored, typed, mistakes))
            for line in cart.lines[first : first + ROWS]
        ),
        tuple(zip(stored, rows, strict=True)),
        first + 1,
        page,
        pages,
        len(cart.lines),
    )


def _cells(
    line: PricedCartLine,
    stored: Sequence[Delivery],
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> tuple[DeliveryCell, ...]:
    shares = {share.part.key: share for share in line.shares}
    found = []
    for number, delivery in enumerate(stored):
        name = field_name(line.uuid, delivery.uuid) if number else ""
        share = shares.get(str(delivery.uuid))
        quantity = share.quantity if share else ZERO
        value = f"{quantity.normalize():f}" if quantity else ""
        found.append(
            DeliveryCell(
                name,
                delivery.uuid,
                typed.get(name, value) if name else value,
                quantity,
                share.promised if share else None,
                share.supply.missing if share else ZERO,
                mistakes.get(name, "") if name else "",
            )
        )
    return tuple(found)
