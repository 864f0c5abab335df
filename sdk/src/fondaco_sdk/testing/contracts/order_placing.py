"""The suite of `order_placing`."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from msgspec import Struct

from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.testing.contracts.asking import (
    Counting,
    Implementation,
    answers,
    assert_reason,
)
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order

Opening: TypeAlias = Callable[[], AbstractAsyncContextManager[Act]]
Placed: TypeAlias = tuple[Order, PricedCart]


class OrderPlacingCase(Struct):
    """An implementation, how a transaction is opened, and how orders are made up.

    `last` writes an order that takes the last of what there is, in the transaction it is handed;
    `left` counts what is left.
    """

    implementation: Implementation
    act: Opening
    last: Callable[[Act], Awaitable[Placed]]
    left: Callable[[], Awaitable[int]]
    statements: int = 1


class OrderPlacingContract:
    """Takes once, refuses what is gone with words, and leaves nothing when the order does not."""

    async def test_takes_it_and_refuses_the_next(self, case: OrderPlacingCase) -> None:
        before = await case.left()
        async with case.act() as act:
            await self._place(case, act)
        assert await case.left() < before
        try:
            async with case.act() as act:
                await self._place(case, act)
        except Conflict as refused:
            assert_reason(refused.reason)
        else:
            raise AssertionError("an order that takes more than there is must be refused")

    async def test_leaves_nothing_when_the_order_does_not_stay(
        self, case: OrderPlacingCase
    ) -> None:
        before = await case.left()
        try:
            async with case.act() as act:
                await self._place(case, act)
                raise _GivenUp
        except _GivenUp:
            pass
        assert await case.left() == before

    async def test_statements_stay_in_the_budget(
        self, case: OrderPlacingCase, sql_budget: Counting
    ) -> None:
        async with case.act() as act:
            order, priced = await case.last(act)
            with sql_budget() as count:
                await answers(case.implementation, act=act, order=order, priced=priced)
        assert count.number <= case.statements

    async def _place(self, case: OrderPlacingCase, act: Act) -> None:
        order, priced = await case.last(act)
        await answers(case.implementation, act=act, order=order, priced=priced)


class _GivenUp(Exception):
    """The order's transaction fails after the hook."""
