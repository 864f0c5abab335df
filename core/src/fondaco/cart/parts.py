"""The parts in which the cart of the acting person is to be sent, and how pages show them: where,
when, for how much.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from fondaco.cart.deliveries.stored import Delivery, stored_deliveries
from fondaco.customers.outlets import Outlet, choosable_outlets
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.cart import CartPart, CartWay, PricedCart, PricedCartLine
from fondaco_sdk.types.reason import Reason


class PartRow(Struct, frozen=True):
    """A part under its key: how many lines it has, their sum, and the latest date, None where one
    is missing.

    `name` is "" for what goes where the whole order goes; `late`: it was wanted before that date,
    and `why` tells of the goods that come last.
    """

    key: str
    name: str
    address: str
    wanted_on: date | None
    lines: int
    total: Decimal
    promised: date | None
    why: Reason | None = None

    @property
    def late(self) -> bool:
        """Whether it comes later than it is wanted."""
        wanted, promised = self.wanted_on, self.promised
        return wanted is not None and promised is not None and promised > wanted


async def parts_of(ask: AskContext, way: CartWay) -> Sequence[tuple[int, CartPart]]:
    """The parts of a cart that is dealt out, after their ids; at most one statement."""
    if way is CartWay.OUTLETS:
        return [(outlet.id, _of_outlet(outlet)) for outlet in await choosable_outlets(ask)]
    if way is CartWay.DELIVERIES:
        stored = await stored_deliveries(ask)
        return [(one.id, _of_delivery(number, one)) for number, one in enumerate(stored, 1)]
    return ()


async def part_rows(ask: AskContext, cart: PricedCart) -> Sequence[PartRow]:
    """In the order in which they become shipments, also those that get nothing; at most two
    statements. None for a cart that is sent together.
    """
    given = cart.consigned()
    if cart.way is CartWay.AS_READY:
        return [_row(part, "", given[part]) for part in sorted(given, key=lambda one: one.key)]
    addresses = await _addresses(ask, cart.way)
    return [
        _row(part, addresses[part.key], given.get(part, ()))
        for _, part in await parts_of(ask, cart.way)
        # One that came between the two statements is there the next time.
        if part.key in addresses
    ]


def days_of(cart: PricedCart) -> Sequence[date]:
    """The days on which something of the cart is ready, the first first."""
    parts = (part for line in cart.lines for part in line.supply.parts)
    return sorted({part.promised for part in parts})


def _of_outlet(outlet: Outlet) -> CartPart:
    return CartPart(str(outlet.uuid), outlet.name, outlet.id)


def _of_delivery(number: int, one: Delivery) -> CartPart:
    return CartPart(str(one.uuid), f"{number}. {one.name}", one.outlet, one.place, one.wanted_on)


async def _addresses(ask: AskContext, way: CartWay) -> Mapping[str, str]:
    if way is CartWay.OUTLETS:
        return {str(one.uuid): one.address for one in await choosable_outlets(ask)}
    if way is CartWay.DELIVERIES:
        return {str(one.uuid): one.address for one in await stored_deliveries(ask)}
    return {}


def _row(part: CartPart, address: str, lines: Sequence[PricedCartLine]) -> PartRow:
    days = [line.promised for line in lines]
    known = [day for day in days if day is not None]
    return PartRow(
        part.key,
        part.name,
        address,
        part.wanted_on,
        len(lines),
        sum((line.price.total or Decimal(0) for line in lines), Decimal(0)),
        max(known, default=None) if len(known) == len(days) else None,
        _why(lines),
    )


def _why(lines: Sequence[PricedCartLine]) -> Reason | None:
    goods = [part for line in lines for part in line.supply.parts]
    return max(goods, key=lambda part: part.promised).reason if goods else None
