"""An order of 500 lines with its reservations, against its rows written by the driver alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from benchmarks.buyer import Buyer, Ware, buyer_of, wares
from benchmarks.figures import Figure, Limit
from benchmarks.house import Bare, House
from benchmarks.measure import by_turns
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.service import CartItem, Carts
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Checkout
from fondaco_sdk.types.cart import LineSource

LINES = 500
ROUNDS = 15

FORGET = """
    truncate fondaco.customer_order, fondaco.outbox, fondaco.pgqueuer, fondaco.idempotency_key,
             fondaco.cart cascade
"""
RELEASE = "update fondaco.stock_row set reserved = 0 where reserved <> 0"
OUTLET = "select uuid from fondaco.outlet where company_id = $1 order by id limit 1"

ORDER_COLUMNS = (
    "number, company_id, legal_entity_id, agreement_id, seller_id, user_id, currency, total,"
    " vat_total"
)
LINE_TYPES = {
    "position": "int",
    "product_id": "bigint",
    "sku": "text",
    "name": "text",
    "unit": "text",
    "quantity": "numeric",
    "unit_price": "numeric",
    "list_price": "numeric",
    "total": "numeric",
    "vat": "text",
    "vat_rate": "numeric",
    "vat_amount": "numeric",
    "price_steps": "jsonb",
    "supply": "jsonb",
    "promised": "date",
    "source": "text",
}
_COLUMNS = ", ".join(LINE_TYPES)
_ARRAYS = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(LINE_TYPES.values(), 4))
INSERT_ORDER = f"""
    insert into fondaco.customer_order (uuid, {ORDER_COLUMNS})
    select $1, {ORDER_COLUMNS} from fondaco.customer_order where id = $2 returning id
"""
INSERT_SHIPMENTS = """
    insert into fondaco.shipment (uuid, order_id, seller_id, delivery, outlet_id, address, promised)
    select u.uuid, $2, seller_id, delivery, outlet_id, address, promised
      from unnest($1::uuid[]) with ordinality as u (uuid, at)
      join (select *, row_number() over (order by id) as at
              from fondaco.shipment where order_id = $3) s using (at)
     order by at returning id
"""
INSERT_LINES = f"""
    insert into fondaco.order_line (order_id, shipment_id, uuid, {_COLUMNS})
    select $1, * from unnest($2::bigint[], $3::uuid[], {_ARRAYS}) returning id
"""
TAKE = """
    update fondaco.stock_row s set reserved = s.reserved + w.quantity
      from (select id, sum(quantity) as quantity
              from unnest($1::bigint[], $2::numeric[]) as w (id, quantity) group by id) w
     where s.id = w.id and s.on_hand - s.reserved >= w.quantity
"""
HOLD = """
    insert into fondaco.reservation (stock_id, order_line_id, quantity)
    select * from unnest($1::bigint[], $2::bigint[], $3::numeric[])
"""


async def measure(house: House) -> Sequence[Figure]:
    """From the press of the button to the commit."""
    async with house.hall() as hall, house.bare() as bare, house.bare(owner=True) as owner:
        await owner.execute(FORGET)
        buyer = await buyer_of(hall)
        outlet: UUID = await owner.fetchval(OUTLET, buyer.customer.company_id)
        placing = Placing(buyer, await wares(buyer, LINES), outlet, owner)
        try:
            await placing.fill()
            again = await Again.of(owner, await placing.place())
            ours, floor = await by_turns(
                placing.place,
                lambda: again.write(bare),
                rounds=ROUNDS,
                before_ours=placing.fill,
                before_floor=placing.release,
            )
        finally:
            await owner.execute(FORGET)
            await placing.release()
    return (
        Figure(
            what=f"place an order, {LINES} lines",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(times=4),
        ),
    )


class Placing:
    """Orders of the same wares, one after the other."""

    def __init__(self, buyer: Buyer, found: Sequence[Ware], outlet: UUID, owner: Bare) -> None:
        self._buyer = buyer
        self._items = [CartItem(w.id, w.quantity, LineSource.LIST) for w in found]
        self._outlet = outlet
        self._owner = owner
        self._shown = ""

    async def release(self) -> None:
        """All stock is free again."""
        await self._owner.execute(RELEASE)

    async def fill(self) -> None:
        """A full cart, looked at."""
        await self.release()
        ask = self._buyer.ask()
        async with ask.act() as act:
            await Carts(act).add(act, self._items)
        self._shown = fingerprint((await Carts(self._buyer.ask()).view()).cart)

    async def place(self) -> int:
        """The order, under a key of its own."""
        request = CheckoutRequest(self._shown, "address", outlet=self._outlet)
        return (await Checkout(self._buyer.ask()).place(request, uuid4().hex)).id


class Again:
    """Writes the rows of an order once more, with nothing decided anew."""

    def __init__(self, order: int, lines: Sequence[Any], held: Sequence[Any]) -> None:
        self._order = order
        self._columns = [[line[name] for line in lines] for name in LINE_TYPES]
        known = sorted({line["shipment_id"] for line in lines})
        self._shipments = [known.index(line["shipment_id"]) for line in lines]
        places = {line["id"]: place for place, line in enumerate(lines)}
        self._stocks = [row["stock_id"] for row in held]
        self._quantities = [row["quantity"] for row in held]
        self._places = [places[row["order_line_id"]] for row in held]

    @classmethod
    async def of(cls, connection: Bare, order: int) -> "Again":
        """What an order has left behind."""
        lines = await connection.fetch(
            f"select id, shipment_id, {_COLUMNS} from fondaco.order_line"
            " where order_id = $1 order by id",
            order,
        )
        held = await connection.fetch(
            "select r.stock_id, r.order_line_id, r.quantity from fondaco.reservation r"
            " join fondaco.order_line l on l.id = r.order_line_id where l.order_id = $1"
            " order by r.stock_id",
            order,
        )
        return cls(order, lines, held)

    async def write(self, connection: Bare) -> None:
        """One transaction."""
        async with connection.transaction():
            order = await connection.fetchval(INSERT_ORDER, uuid7(), self._order)
            uuids = [uuid7() for _ in range(max(self._shipments) + 1)]
            shipments = await connection.fetch(INSERT_SHIPMENTS, uuids, order, self._order)
            of_lines = [shipments[place]["id"] for place in self._shipments]
            uuids = [uuid7() for _ in self._columns[0]]
            lines = await connection.fetch(INSERT_LINES, order, of_lines, uuids, *self._columns)
            ids = [lines[place]["id"] for place in self._places]
            await connection.execute(TAKE, self._stocks, self._quantities)
            await connection.execute(HOLD, self._stocks, ids, self._quantities)
