"""Sharing the cart out over outlets: the verbs. The grid, the pasted table and the API call these.

Every verb names its cells by the uuids of line and outlet, and takes all of them in one statement.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from fondaco.cart.dealing import Cell, Dealing, Wanted, last_said
from fondaco.cart.service import CartItem, no_line
from fondaco.customers.outlets import Outlet, choosable_outlets
from fondaco.db.columns import QUANTITY
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.cart import CartWay, LineSource
from fondaco_sdk.types.reason import Reason

# Zero takes a share away. What was given to outlets that the person may no longer choose goes too.
_PUT: TextClause = text(
    """
    with mine as (
        select l.id, l.uuid from fondaco.cart_line l join fondaco.cart c on c.id = l.cart_id
         where c.company_id = :company and c.user_id = :user
    ), cells as (
        select mine.id as line, cell.outlet, cell.quantity
          from unnest(:lines, :outlets, :quantities) as cell (line, outlet, quantity)
          join mine on mine.uuid = cell.line
    ), gone as (
        delete from fondaco.cart_share s using mine
         where s.cart_line_id = mine.id
           and (s.outlet_id <> all(:choosable)
                or (s.cart_line_id, s.outlet_id) in (
                    select line, outlet from cells where quantity = 0))
    ), put as (
        insert into fondaco.cart_share as s (cart_line_id, outlet_id, quantity)
        select line, outlet, quantity from cells where quantity > 0
        on conflict (cart_line_id, outlet_id) do update set quantity = excluded.quantity
    )
    select count(distinct line) from cells
    """
).bindparams(
    bindparam("lines", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("outlets", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
    bindparam("choosable", type_=ARRAY(BigInteger)),
)
# A line is at least what its outlets get; where it shrinks, exactly that. It counts as not seen in
# the cart yet, since the buyer looks at it here.
_FIT: TextClause = text(
    """
    update fondaco.cart_line l
       set quantity = s.quantity, seen_price = null, seen_available = null, seen_promised = null
      from (select s.cart_line_id, sum(s.quantity) as quantity
              from fondaco.cart_share s
              join fondaco.cart_line l on l.id = s.cart_line_id
              join fondaco.cart c on c.id = l.cart_id
             where c.company_id = :company and c.user_id = :user
             group by s.cart_line_id) s
     where l.id = s.cart_line_id
       and (l.quantity < s.quantity
            or l.quantity > s.quantity and l.uuid = any(:shrinking))
    """
).bindparams(bindparam("shrinking", type_=ARRAY(PG_UUID(as_uuid=True))))


class Sharing(Dealing):
    """The cart of the acting person, as shared out over outlets."""

    way = CartWay.OUTLETS

    async def put(self, cells: Sequence[Cell]) -> None:
        """Give these shares; other cells stay as they are. Lines grow where outlets want more.

        Raises `NotFound` for a line or an outlet that is not the person's, `UserError` for a
        quantity that is none; nothing is written then. The same number of statements for any number
        of cells.
        """
        last = last_said(cells)
        known = await self._known()
        wanted = {cell.part for cell in cells}
        if not wanted <= known.keys():
            raise no_outlet()
        await self.alone()
        rows = await self._act.fetch(
            _PUT,
            {
                "lines": [line for line, _ in last],
                "outlets": [known[outlet].id for _, outlet in last],
                "quantities": list(last.values()),
                "choosable": [outlet.id for outlet in known.values()],
                **self._mine,
            },
        )
        if rows[0][0] < len({cell.line for cell in cells}):
            raise no_line()
        await self._fit(())

    async def put_products(self, wanted: Sequence[Wanted]) -> None:
        """Give shares of products; those that are not in the cart go in. Zero: nothing of it."""
        await self.alone()
        here = {row.product_id for row in await self._carts.rows()}
        await self._carts.add(
            self._act,
            [
                CartItem(one.product, one.quantity, LineSource.LIST)
                for one in wanted
                if one.product not in here and one.quantity
            ],
        )
        lines = {row.product_id: row.uuid for row in await self._carts.rows()}
        await self.put(
            [
                Cell(lines[one.product], one.part, one.quantity)
                for one in wanted
                if one.product in lines
            ]
        )

    async def fit(self, lines: Sequence[UUID]) -> None:
        """Lower the quantities of `lines` to what their outlets get of them."""
        await self.alone()
        await self._fit(lines)

    async def _fit(self, lines: Sequence[UUID]) -> None:
        await self._act.execute(_FIT, {"shrinking": list(lines), **self._mine})

    async def put_back(self, cells: Sequence[Cell], quantities: Mapping[UUID, Decimal]) -> None:
        """Cells and quantities of lines as they were before."""
        await self.put(cells)
        await self.set_lines(quantities)
        await self._fit(())

    async def _known(self) -> Mapping[UUID, Outlet]:
        return {outlet.uuid: outlet for outlet in await choosable_outlets(self._act)}


def no_outlet() -> NotFound:
    """Absent, another company's, or not for this person: all look the same."""
    return NotFound(Reason("outlet.absent", "Такой торговой точки нет", "There is no such outlet"))
