"""What leaves for where: the parts of an order that become its shipments."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from fondaco.customers.outlets import Outlet
from fondaco_sdk.types.cart import PricedCart, PricedCartLine


class Delivery(Struct, frozen=True):
    """Where a shipment goes: a warehouse for pickup, or an outlet's address."""

    way: str
    place_id: int | None
    outlet_id: int | None
    address: str


class Consignment(Struct, frozen=True):
    """Lines that leave together; each becomes a line of the order."""

    delivery: Delivery
    lines: tuple[PricedCartLine, ...]

    @property
    def promised(self) -> date | None:
        """The latest date of its lines; None if one has none."""
        dates = [line.supply.promised for line in self.lines]
        known = [day for day in dates if day is not None]
        return max(known, default=None) if len(known) == len(dates) else None


def consigned(cart: PricedCart, outlets: Sequence[Outlet]) -> tuple[Consignment, ...]:
    """A shared cart by outlets, in their order; those that get nothing are left out."""
    lines = cart.consigned()
    return tuple(
        Consignment(Delivery("address", None, outlet.id, outlet.address), lines[outlet.id])
        for outlet in outlets
        if outlet.id in lines
    )
