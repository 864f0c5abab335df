"""Lots on their way: told, told anew, come; what is held of them stays held."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
import pytest_asyncio
from msgspec import Struct
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.errors import Fault
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import ExpectedLot, StockRow, Want

DUE, LATER = date(2027, 3, 1), date(2027, 3, 8)
HELD = text(
    "select s.lot, s.reserved, coalesce(sum(r.quantity), 0)"
    "  from fondaco.stock_row s"
    "  left join fondaco.reservation r on r.stock_id = s.id and r.state = 'held'"
    " group by s.id order by s.lot"
)


class Quay(Struct):
    """A place, a product with ten on the shelf, and what the house says of them."""

    hall: Hall
    place: PlaceId
    product: ProductId

    async def expect(self, quantity: int, on: date = DUE, lot: str = "L1") -> None:
        async with system_ask(self.hall).act() as act:
            await act.supply.expect(
                [ExpectedLot(self.product, self.place, lot, Decimal(quantity), on)]
            )

    async def rows(self) -> dict[str, StockRow]:
        found = await system_ask(self.hall).service("supply").stock([self.product])
        return {row.lot: row for row in found}

    async def arrived(self, ids: Sequence[StockId], *, counted: bool) -> None:
        async with system_ask(self.hall).act() as act:
            await act.supply.arrived(ids, counted=counted)

    async def hold(self, lot: str, quantity: int, user: int, company: int) -> StockId:
        stock = (await self.rows())[lot].id
        async with system_ask(self.hall).act() as act:
            await act.execute(
                text("update fondaco.stock_row set reserved = reserved + :q where id = :id"),
                {"q": quantity, "id": stock},
            )
            await act.execute(
                text(
                    "insert into fondaco.reservation (stock_id, user_id, company_id, quantity,"
                    " expires_at) values (:id, :user, :company, :q, now() + interval '1 hour')"
                ),
                {"q": quantity, "id": stock, "user": user, "company": company},
            )
        return stock


@pytest_asyncio.fixture
async def quay(hall: Hall, wholesaler: Wholesaler) -> Quay:
    place = await wholesaler.place()
    (product,) = await wholesaler.products(1, place=place, on_hand=Decimal(10))
    return Quay(hall, PlaceId(place), product)


async def test_a_lot_is_a_row_that_is_not_here(quay: Quay) -> None:
    await quay.expect(40)
    rows = await quay.rows()
    assert (rows["L1"].available, rows["L1"].arrives_on) == (40, DUE)
    assert rows[""].arrives_on is None
    (line,) = await system_ask(quay.hall).supply.supply([Want(1, quay.product, Decimal(50))])
    assert (sum(part.quantity for part in line.parts), line.missing) == (10, 40)


async def test_told_anew_it_has_another_day_and_quantity(quay: Quay) -> None:
    await quay.expect(40)
    await quay.expect(30, LATER)
    rows = await quay.rows()
    assert (rows["L1"].on_hand, rows["L1"].arrives_on) == (30, LATER)


async def test_two_lots_of_one_product_stand_apart(quay: Quay) -> None:
    await quay.expect(40)
    await quay.expect(5, LATER, "L2")
    assert {lot: row.on_hand for lot, row in (await quay.rows()).items()} == {
        "": 10,
        "L1": 40,
        "L2": 5,
    }


@pytest.mark.parametrize(("counted", "shelf"), [(True, 50), (False, 10)])
async def test_what_has_come_is_on_the_shelf_and_stays_held(
    quay: Quay, wholesaler: Wholesaler, counted: bool, shelf: int
) -> None:
    company = await wholesaler.company("Ромашка", await wholesaler.seller(), [])
    await quay.expect(40)
    lot = await quay.hold("L1", 7, company.user_id, company.customer.company_id)
    await quay.arrived([lot], counted=counted)
    rows = await quay.rows()
    assert {lot: row.on_hand for lot, row in rows.items()} == {"": shelf}
    await quay.arrived([lot], counted=counted)
    assert (await quay.rows())[""].on_hand == shelf
    held = await system_ask(quay.hall).fetch(HELD)
    assert [tuple(row) for row in held] == [("", 7, 7), ("L1", 0, 0)]


async def test_only_a_transaction_changes_stock(quay: Quay) -> None:
    with pytest.raises(Fault):
        await system_ask(quay.hall).supply.expect([])
