"""Whatever happens in whatever order, what the ERP cannot know yet weighs on the account."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

import pytest
from credit_shop import Shop

from fondaco.exchange.deliveries import deliver_due
from fondaco.testing.plugin_checks import broken_invariants
from fondaco_sdk.types.order import Order, OrderState

pytestmark = pytest.mark.plugins("credit_limit")
DONE = (OrderState.PICKING, OrderState.SHIPPED, OrderState.COMPLETED)
STEPS = 25


@dataclass
class Known:
    """An order as the portal has it, and how much of it the ERP's last word may have."""

    order: Order
    amount: int
    received: int = 0
    returned: int = 0
    counted: int | None = None
    open: bool = True
    cancelled: bool = False

    @property
    def unknown(self) -> int:
        """What of the part on credit the ERP's last message cannot know."""
        if self.cancelled:
            return 0
        if self.counted is None:
            return max(self.amount - self.received, 0)
        return max(self.amount - self.counted, 0) + self.returned


class Play:
    """Buyers, the ERP and the bank act by chance."""

    def __init__(self, shop: Shop, chance: Random) -> None:
        self.shop, self.chance = shop, chance
        self.orders: list[Known] = []
        self.figure, self.version = 0, 1

    async def step(self) -> None:
        """Something happens."""
        happens: list[Callable[[], Awaitable[None]]] = [
            self.held, self.changed, self.paid, self.paid, self.refunded, self.completed,
            self.cancelled, self.told, self.told,
        ]  # fmt: skip
        await self.chance.choice(happens)()
        least = self.figure + sum(one.unknown for one in self.orders)
        assert (await self.shop.standing()).exposure >= least

    async def held(self) -> None:
        amount = self.chance.randint(1, 9)
        self.orders.append(Known(await self.shop.buy(amount), amount * 100))

    async def changed(self) -> None:
        if one := self._any(lambda one: one.open):
            quantity = self.chance.randint(1, 9)
            await self.shop.amend(one.order, quantity)
            one.amount = quantity * 100

    async def paid(self) -> None:
        if one := self._any(lambda one: not one.cancelled):
            money = self.chance.randint(1, 500)
            await self.shop.pay(one.order, money)
            one.received += money

    async def refunded(self) -> None:
        if one := self._any(lambda one: one.received > 0):
            money = self.chance.randint(1, one.received)
            await self.shop.pay(one.order, money, kind="refunded")
            one.received -= money
            one.returned += money

    async def completed(self) -> None:
        if one := self._any(lambda one: one.open):
            await self.shop.report(one.order.id, *DONE)
            await deliver_due(self.shop.hall)
            one.open = False

    async def cancelled(self) -> None:
        if one := self._any(lambda one: one.open):
            await self.shop.cancel(one.order.id)
            one.open, one.cancelled = False, True

    async def told(self) -> None:
        """Of some orders the ERP knows; of those that are done it does."""
        named = [one for one in self.orders if self.chance.random() < 0.5]
        await self.tell(named)

    async def tell(self, named: list[Known]) -> None:
        """The ERP has, or has not, the money by now."""
        self.version += 1
        items = [
            {
                "amount": str(max(one.amount - self.chance.choice((0, one.received)), 0)),
                "order": one.order.number,
            }
            for one in named
            if not one.cancelled
        ]
        await self.shop.limits({"version": self.version, "limit": "1000000", "items": items})
        self.figure = sum(int(item["amount"]) for item in items)
        done = [one for one in self.orders if not one.open and not one.cancelled]
        for one in (*named, *done):
            one.counted, one.returned = one.amount, 0

    def _any(self, fits: Callable[[Known], bool]) -> Known | None:
        found = [one for one in self.orders if fits(one)]
        return self.chance.choice(found) if found else None


@pytest.mark.parametrize("seed", range(7))
async def test_the_exposure_is_never_below_what_is_owed(shop: Shop, seed: int) -> None:
    await shop.limits({"version": 1, "limit": "1000000"})
    play = Play(shop, Random(seed))
    for _ in range(STEPS):
        await play.step()
    await play.tell(play.orders)
    assert (await shop.standing()).exposure == play.figure
    assert await broken_invariants(shop.hall, "credit_limit") == set()
