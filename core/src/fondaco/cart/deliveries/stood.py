"""The deliveries as they stood before a stroke, with what brings them back."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fondaco.cart.deliveries.rules import NOT_OURS, DeliveryData
from fondaco.cart.deliveries.service import Deliveries
from fondaco.cart.deliveries.stored import stored_deliveries
from fondaco.cart.reading import CartRow
from fondaco.cart.service import Carts
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import CartWay


class Stood(Struct, frozen=True):
    """The deliveries; a page carries them.

    After a whole table also the quantities of all lines, the lines that it put in, and the way in
    which the cart was sent before.
    """

    deliveries: list[DeliveryData]
    lines: dict[UUID, Decimal] = {}
    added: list[UUID] = []
    way: CartWay = CartWay.DELIVERIES

    def text(self) -> str:
        """As it travels with the page."""
        return msgspec.json.encode(self).decode()

    def after(self, rows: Sequence[CartRow]) -> "Stood":
        """With the lines that were put in since: those of `rows` that are new."""
        return replace(self, added=[row.uuid for row in rows if row.uuid not in self.lines])


async def deliveries_as_they_are(act: ActContext) -> list[DeliveryData]:
    """The stored deliveries, with what each but the first gets."""
    rows = [row for row in await Carts(act).rows() if row.way == CartWay.DELIVERIES]
    return [
        DeliveryData(
            one.value,
            one.wanted_on,
            {row.uuid: row.shared[one.id] for row in rows if one.id in row.shared},
        )
        for one in await stored_deliveries(act)
    ]


async def whole_cart_as_it_is(act: ActContext, way: CartWay) -> Stood:
    """The deliveries with the quantities of the lines, in a cart that is sent this way."""
    lines: Mapping[UUID, Decimal] = {row.uuid: row.quantity for row in await Carts(act).rows()}
    return Stood(await deliveries_as_they_are(act), dict(lines), way=way)


def read_stood(text: str) -> Stood:
    """What came back from a page. Raises `UserError` for anything else."""
    try:
        found = msgspec.json.decode(text, type=Stood)
    except msgspec.DecodeError:
        raise UserError(NOT_OURS) from None
    if not found.deliveries and found.way is CartWay.DELIVERIES:
        raise UserError(NOT_OURS)
    return found


async def put_back(act: ActContext, stood: Stood) -> None:
    """The deliveries as they stood, and what else a stroke has changed, as far as it is there."""
    carts, deliveries = Carts(act), Deliveries(act)
    await deliveries.alone()
    here = {row.uuid for row in await carts.rows()}
    if added := [line for line in stood.added if line in here]:
        await carts.remove(act, added)
    await deliveries.set_lines({line: q for line, q in stood.lines.items() if line in here})
    await deliveries.restore(stood.deliveries)
    if stood.way is not CartWay.DELIVERIES:
        await carts.send(act, stood.way)
