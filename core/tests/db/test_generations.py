"""What a process remembers is used only as long as nothing of it has changed."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from fondaco.db.generations import Memory
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.who import by_email, context
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import PriceLine

D = Decimal


class Shop:
    """A company, and three products at 100 a piece."""

    def __init__(self, hall: Hall, company: CompanyFixture, products: Sequence[ProductId]) -> None:
        self.hall = hall
        self.company = company
        self.products = products

    async def request(self) -> AskContext:
        """The context of a new request of the buyer."""
        identity = await by_email(self.hall, self.company.email)
        return context(self.hall, identity, locale="ru", request_id="")

    async def prices(self) -> list[Decimal | None]:
        """Of all products, as a new request sees them."""
        ask = await self.request()
        await ask.catalog.products(self.products)
        return await prices_of(ask, self.products)

    async def sql(self, statement: str, **values: Any) -> None:
        """As another process would write it."""
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(statement), values)


async def prices_of(ask: AskContext, products: Sequence[ProductId]) -> list[Decimal | None]:
    quote = await ask.pricing.quote([PriceLine(n, id, D(1)) for n, id in enumerate(products)])
    return [line.unit_price for line in quote.lines]


@pytest.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> Shop:
    prices = await wholesaler.price_list()
    place = await wholesaler.place()
    products = await wholesaler.products(3, price_list=prices, place=place)
    await _all_cost(hall, D(100))
    company = await wholesaler.company("Ромашка", await wholesaler.seller(), [prices])
    return Shop(hall, company, products)


async def _all_cost(hall: Hall, price: Decimal) -> None:
    async with hall.database.transaction() as connection:
        await connection.execute(text("update fondaco.price_row set price = :p"), {"p": price})


async def test_a_second_request_reads_neither_products_nor_prices_nor_places(
    shop: Shop, sql_budget: Any
) -> None:
    assert await shop.prices() == [D(100)] * 3
    ask = await shop.request()
    await ask.supply.places()
    ask = await shop.request()
    remembered = dict(shop.hall.memories)
    with sql_budget() as count:
        shop.hall.memories.update(remembered)
        await ask.catalog.products(shop.products)
        assert await prices_of(ask, shop.products) == [D(100)] * 3
        await ask.supply.places()
    # What was agreed with one customer is not remembered.
    agreed = ("individual_price", "manual_price")
    assert [[name for name in agreed if name in one] for one in count.statements] == [
        ["individual_price"],
        ["manual_price"],
    ]


async def test_a_changed_price_is_seen_by_the_next_request(shop: Shop) -> None:
    await shop.prices()
    await shop.sql(
        "update fondaco.price_row set price = 90 where product_id = :id", id=shop.products[1]
    )
    assert await shop.prices() == [100, 90, 100]
    await shop.sql("delete from fondaco.price_row where product_id = :id", id=shop.products[0])
    assert await shop.prices() == [None, 90, 100]
    await shop.sql(
        "insert into fondaco.price_row (product_id, price_list_id, min_quantity, price)"
        " select :id, id, 0, 80 from fondaco.price_list",
        id=shop.products[0],
    )
    assert await shop.prices() == [80, 90, 100]
    await shop.sql("update fondaco.price_list set active = false")
    assert await shop.prices() == [None] * 3


CHANGES: Sequence[tuple[str, Callable[[Any], Any], Any]] = (
    ("update fondaco.product set name = 'Иное'", lambda p: p.name, "Иное"),
    ("update fondaco.unit set name = 'уп'", lambda p: p.unit.name, "уп"),
    ("update fondaco.product set active = false", lambda p: p.orderable, False),
)


@pytest.mark.parametrize(("change", "read", "now"), CHANGES)
async def test_a_changed_product_is_seen_by_the_next_request(
    shop: Shop, change: str, read: Callable[[Any], Any], now: Any
) -> None:
    before = await (await shop.request()).catalog.products(shop.products)
    assert {read(product) for product in before.values()} != {now}
    await shop.sql(change)
    after = await (await shop.request()).catalog.products(shop.products)
    assert {read(product) for product in after.values()} == {now}


async def test_a_changed_vat_rate_and_place_are_seen_by_the_next_request(shop: Shop) -> None:
    async def rate() -> Decimal:
        ask = await shop.request()
        quote = await ask.pricing.quote([PriceLine(1, shop.products[0], D(1))])
        return quote.lines[0].vat_rate

    await shop.prices()
    assert [place.pick_days for place in await (await shop.request()).supply.places()] == [0]
    await shop.sql("update fondaco.vat_rate set rate = 13")
    await shop.sql("update fondaco.place set pick_days = 4")
    await shop.prices()
    assert await rate() == 13
    assert [place.pick_days for place in await (await shop.request()).supply.places()] == [4]


async def test_a_report_of_stock_forgets_no_places(shop: Shop) -> None:
    before = (await shop.request()).generations
    await shop.sql("update fondaco.place set reported_at = now()")
    assert (await shop.request()).generations == before


async def test_what_was_rolled_back_is_remembered_by_nobody(shop: Shop) -> None:
    await shop.prices()
    with pytest.raises(ZeroDivisionError):
        async with (await shop.request()).act() as act:
            await act.execute(text("update fondaco.price_row set price = 1"))
            act.forget()
            assert await prices_of(act, shop.products) == [1, 1, 1]
            raise ZeroDivisionError
    assert await shop.prices() == [100, 100, 100]
    await shop.sql("update fondaco.price_row set price = 2")
    assert await shop.prices() == [2, 2, 2]


async def test_a_transaction_that_waited_renews_what_it_knows(shop: Shop) -> None:
    await shop.prices()
    async with (await shop.request()).act() as act:
        await shop.sql("update fondaco.price_row set price = 70")
        assert await prices_of(act, shop.products) == [100, 100, 100]
        await act.renew()
        assert await prices_of(act, shop.products) == [70, 70, 70]


def test_a_memory_begins_anew_when_it_is_full_and_takes_nothing_old() -> None:
    memory = Memory(most=3)
    memory.keep(2, {1: "a", 2: "b"})
    memory.keep(1, {3: "old"})
    assert dict(memory.known(2)) == {1: "a", 2: "b"}
    memory.keep(2, {3: "c", 4: "d"})
    assert dict(memory.known(2)) == {3: "c", 4: "d"}
    memory.keep(3, {5: "e"})
    assert dict(memory.known(2)) == {}
    assert dict(memory.known(3)) == {5: "e"}
