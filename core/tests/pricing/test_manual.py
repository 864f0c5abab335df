"""Manual prices: who may give them, how low, and that a floor still binds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import permissions_of
from fondaco.pricing.manual import give_price, take_back
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.errors import Forbidden, NotFound, UserError
from fondaco_sdk.types.actor import Actor, ActorKind, Scope
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import UserId

D = Decimal


class Desk:
    """Somebody of ours who acts for a customer, with two products at 100 in the cart."""

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None:
        self.hall = hall
        self.wholesaler = wholesaler
        self.customer: Any = None
        self.products: Sequence[Any] = ()

    async def open(self) -> None:
        prices = await self.wholesaler.price_list()
        self.products = await self.wholesaler.products(2, price_list=prices)
        company = await self.wholesaler.company("Ромашка", await self.wholesaler.seller(), [prices])
        self.customer = company.customer

    async def ask(self, *roles: str) -> AskContext:
        email = await self.wholesaler.staff(*roles)
        async with self.hall.database.transaction() as connection:
            user = (
                await connection.exec_driver_sql(
                    f"select id from fondaco.user_account where email = '{email}'"
                )
            ).scalar_one()
        actor = Actor(ActorKind.STAFF, UserId(user), "Пётр", email, permissions_of(roles, {}))
        return AskContext(self.hall, actor, Scope.of(self.customer.company_id), self.customer)

    async def fill(self, ask: AskContext) -> list[UUID]:
        async with ask.act() as act:
            items = [CartItem(product, D(2), LineSource.SEARCH) for product in self.products]
            await Carts(act).add(act, items)
        return [row.uuid for row in await Carts(ask).rows()]

    async def sql(self, statement: str) -> Sequence[Any]:
        async with self.hall.database.transaction() as connection:
            result = await connection.exec_driver_sql(statement)
            return result.all() if result.returns_rows else ()


@pytest.fixture
async def desk(hall: Hall, wholesaler: Wholesaler) -> Desk:
    found = Desk(hall, wholesaler)
    await found.open()
    return found


async def units(ask: AskContext) -> list[Decimal | None]:
    return [line.price.unit_price for line in (await Carts(ask).view()).cart.lines]


async def test_a_manager_gives_one_line_a_price_and_takes_it_back(desk: Desk) -> None:
    ask = await desk.ask("manager")
    first, _ = await desk.fill(ask)
    async with ask.act() as act:
        priced = await give_price(act, first, D("96.50"), "Обещали в письме")
    assert priced.unit_price == D("96.50")
    assert priced.steps[-1].reason.ru == "Цена менеджера (Пётр): Обещали в письме"
    assert await units(ask) == [D("96.50"), 100]
    async with ask.act() as act:
        await take_back(act, first)
    assert await units(ask) == [100, 100]
    audit = await desk.sql("select before, after from fondaco.audit_entry order by id")
    assert audit[0][1]["reason"] == "Обещали в письме"
    assert audit[1][0] == {"price": "96.5000"}


async def test_each_role_has_its_limit_below_the_price_before_it(desk: Desk) -> None:
    for role, least in (("manager", "95"), ("head_of_sales", "80")):
        ask = await desk.ask(role)
        line = (await desk.fill(ask))[0]
        for _ in range(2):
            # The limit is of the price before it, not of the last manual one.
            async with ask.act() as act:
                await give_price(act, line, D(least), "так надо")
        with pytest.raises(UserError) as refused:
            async with ask.act() as act:
                await give_price(act, line, D(least) - D("0.01"), "так надо")
        assert set(refused.value.fields) == {"price"}
        assert f"{least},00" in refused.value.reason.ru


async def test_a_floor_still_binds_and_a_higher_price_is_free(desk: Desk) -> None:
    ask = await desk.ask("head_of_sales")
    line = (await desk.fill(ask))[0]
    await desk.sql(
        "insert into fondaco.product_pricing (product_id, cost, cost_vat_included)"
        f" values ({desk.products[0]}, 90, true)"
    )
    await desk.sql(
        "insert into fondaco.margin_rule (uuid, min_percent) values (gen_random_uuid(), 0)"
    )
    async with ask.act() as act:
        assert (await give_price(act, line, D(85), "так надо")).unit_price == 90
        assert (await give_price(act, line, D(150), "срочно")).unit_price == 150


async def test_nobody_else_may_and_nothing_is_left_unsaid(desk: Desk) -> None:
    ask = await desk.ask("manager")
    line = (await desk.fill(ask))[0]
    for price, why, field in (("96", " ", "reason"), ("0", "x", "price"), ("95.555", "x", "price")):
        with pytest.raises(UserError) as wrong:
            async with ask.act() as act:
                await give_price(act, line, D(price), why)
        assert set(wrong.value.fields) == {field}
    picker = await desk.ask("picker")
    with pytest.raises(Forbidden):
        async with picker.act() as act:
            await give_price(act, line, D(96), "x")
    other = await desk.ask("manager")
    with pytest.raises(NotFound):
        async with other.act() as act:
            await give_price(act, line, D(96), "x")
    assert await units(ask) == [100, 100]
