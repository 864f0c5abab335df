"""A cart that is dealt out, over outlets or over deliveries: what both ways have in common."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from fondaco.cart import queries
from fondaco.cart.service import Carts, check_quantity
from fondaco.db.columns import QUANTITY
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.cart import CartWay
from fondaco_sdk.types.ids import ProductId

_SET_LINES: TextClause = text(
    """
    update fondaco.cart_line l set quantity = w.quantity
      from unnest(:lines, :quantities) as w (line, quantity)
      cross join fondaco.cart c
     where l.uuid = w.line and c.id = l.cart_id and c.company_id = :company and c.user_id = :user
    """
).bindparams(
    bindparam("lines", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
)


class Cell(Struct, frozen=True):
    """How much of a line an outlet, or a delivery, gets, in base units; zero: nothing."""

    line: UUID
    part: UUID
    quantity: Decimal


class Wanted(Struct, frozen=True):
    """How much of a product a part gets, in base units; zero: nothing."""

    product: ProductId
    part: UUID
    quantity: Decimal


class Dealing:
    """The cart of the acting person, as it is dealt out; each way of doing so is one of these."""

    way: ClassVar[CartWay]

    def __init__(self, act: ActContext) -> None:
        self._act = act
        self._carts = Carts(act)
        self._mine = self._carts.mine()

    async def begin(self) -> None:
        """Deal it out; what was dealt out this way at an earlier time is there again."""
        await self._send_this_way()

    async def end(self) -> None:
        """Send it together again; what was dealt out is kept for whoever wants it back."""
        await self._carts.send(self._act, CartWay.TOGETHER)

    async def alone(self) -> None:
        """Two tabs of one person write one after the other, from here to the end.

        The cart before its lines, as everybody locks them: else two would wait for each other.
        """
        await self._act.fetch(queries.LOCK_CART, self._mine)

    async def take_up(self) -> None:
        """The cart is sent this way, and nobody else writes, from here to the end.

        Another tab may have gone back to one address meanwhile.
        """
        await self._send_this_way()
        await self.alone()

    async def set_lines(self, quantities: Mapping[UUID, Decimal]) -> None:
        """Other quantities of lines, whatever their parts get."""
        for quantity in quantities.values():
            check_quantity(quantity)
        await self._act.execute(
            _SET_LINES,
            {
                "lines": list(quantities),
                "quantities": list(quantities.values()),
                **self._mine,
            },
        )

    async def _send_this_way(self) -> None:
        await self._carts.send(self._act, self.way)


def last_said(cells: Sequence[Cell]) -> Mapping[tuple[UUID, UUID], Decimal]:
    """The quantities by line and part, where one is named twice the last of them.

    Raises `UserError` for a quantity that is none.
    """
    for cell in cells:
        if cell.quantity:
            check_quantity(cell.quantity)
    return {(cell.line, cell.part): cell.quantity for cell in cells}
