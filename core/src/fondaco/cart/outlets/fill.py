"""Filling the grid at a stroke: in equal shares, from another column, as it was before. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct

from fondaco.cart.dealing import Cell
from fondaco.customers.outlets import Outlet
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.reason import Reason

ZERO = Decimal(0)


class Before(Struct, frozen=True, array_like=True):
    """The grid as it stood: for every line its quantity and what each outlet got, in their order.

    A page carries it so that a stroke over many cells can be undone. `added` are the lines that the
    stroke put in; `by_outlets`: whether the cart was shared out before it.
    """

    outlets: list[UUID]
    lines: dict[UUID, tuple[Decimal, list[Decimal]]]
    added: list[UUID] = []
    by_outlets: bool = True

    def cells(self) -> list[Cell]:
        """Every cell, also the empty ones."""
        return [
            Cell(line, outlet, quantity)
            for line, (_, shares) in self.lines.items()
            for outlet, quantity in zip(self.outlets, shares, strict=True)
        ]

    def quantities(self) -> Mapping[UUID, Decimal]:
        """The quantities of the lines."""
        return {line: quantity for line, (quantity, _) in self.lines.items()}


def as_it_stood(cart: PricedCart, outlets: Sequence[Outlet], now: Sequence[PricedCartLine]) -> str:
    """What a page carries to undo by: the cart before a stroke; `now` are the lines after it."""
    stood = {}
    for line in cart.lines:
        shares = {share.part.outlet: share.quantity for share in line.shares}
        stood[line.uuid] = (line.quantity, [shares.get(outlet.id, ZERO) for outlet in outlets])
    added = [line.uuid for line in now if line.uuid not in stood]
    before = Before([o.uuid for o in outlets], stood, added, cart.by_outlets)
    return msgspec.json.encode(before).decode()


def read_before(text: str) -> Before:
    """What came back. Raises `UserError` if it is not ours."""
    try:
        before = msgspec.json.decode(text, type=Before)
        before.cells()
    except (msgspec.DecodeError, ValueError):
        raise UserError(
            Reason("cart.no_undo", "Это уже не вернуть", "This can no longer be undone")
        ) from None
    return before


def equal_shares(line: PricedCartLine, outlets: Sequence[Outlet]) -> list[Cell]:
    """A line in whole multiples, as equal as can be; the first outlets get one multiple more.

    What is no whole multiple stays unshared.
    """
    multiple = line.product.multiple
    each, more = divmod(int(line.quantity // multiple), len(outlets))
    return [
        Cell(line.uuid, outlet.uuid, (each + (place < more)) * multiple)
        for place, outlet in enumerate(outlets)
    ]


def copied(
    lines: Sequence[PricedCartLine], source: Outlet, targets: Sequence[Outlet]
) -> list[Cell]:
    """The column of one outlet in those of others."""
    found = []
    for line in lines:
        quantity = next((s.quantity for s in line.shares if s.part.outlet == source.id), ZERO)
        found += [Cell(line.uuid, target.uuid, quantity) for target in targets]
    return found
