"""A round of the played 1C: it takes what the portal tells, moves its orders on, and tells of it.

Everything is in its books before it is said: whatever stops it, the next round goes on from there.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from fondaco_erp_1c.sim import accounts, doing, goods, letters, told
from fondaco_erp_1c.sim.books import Books, Impossible, Kept
from fondaco_erp_1c.sim.letters import Letter
from fondaco_erp_1c.sim.told import Money, Told
from fondaco_sdk.types.order import OrderState

S = OrderState
NEXT: Mapping[OrderState, OrderState] = {
    S.PLACED: S.CONFIRMED,
    S.CONFIRMED: S.PICKING,
    S.PICKING: S.SHIPPED,
}
_PACES: Mapping[OrderState, float] = {S.PLACED: 1, S.CONFIRMED: 4, S.PICKING: 6}
_UNPAID = frozenset((S.PICKING, S.SHIPPED))


class Take(Protocol):
    """Puts what the portal has told into the books; when it returns, they have it."""

    def __call__(self, orders: Sequence[Told], money: Sequence[Money] = ()) -> None:
        """Some orders as they stand, and what has come for some."""
        ...


class Line(Protocol):
    """How 1C and the portal reach each other; raises what its library does when they do not."""

    async def fetch(self, take: Take) -> int:
        """Take all that waits for 1C; how many orders. Each is confirmed once it is taken."""
        ...

    async def tell(
        self,
        books: Books,
        documents: Sequence[Kept],
        found: Sequence[Letter],
        now: datetime,
    ) -> None:
        """Tell of the states of orders and send letters; what the portal has is marked."""
        ...


class Round(Struct, frozen=True):
    """What a round did: orders heard of, moved on, and told of; letters sent."""

    fetched: int = 0
    moved: int = 0
    told: int = 0
    letters: int = 0


class Player:
    """1C: `line` reaches the portal, `pace` is the seconds before it confirms an order.

    The pauses differ a little by order, the same for the same `seed`. Of about each `short`th order
    a line is short; 0: of none. After every `trade` seconds something else has happened in 1C;
    0: never.
    """

    def __init__(
        self,
        books: Books,
        line: Line,
        *,
        pace: float,
        seed: int = 1,
        short: int = 0,
        trade: float = 0,
    ) -> None:
        self._books = books
        self._line = line
        self._pace = pace
        self._seed = seed
        self._short = short
        self._trade = trade

    async def round(self, now: datetime) -> Round:
        """One round at `now` (aware, local); nothing while asleep. Raises what the line does."""
        if self._books.asleep:
            return Round()

        def take(orders: Sequence[Told], money: Sequence[Money] = ()) -> None:
            self._take(orders, money, now)

        fetched = await self._line.fetch(take)
        moved = self._move(now)
        self._go_on_trading(now)
        documents, found = self._books.untold(), letters.unsent(self._books)
        if documents or found:
            await self._line.tell(self._books, documents, found, now)
        return Round(fetched, moved, len(documents), len(found))

    def _take(self, orders: Sequence[Told], money: Sequence[Money], now: datetime) -> None:
        with self._books.together():
            before = {one.id: one.state for one in self._books.documents()}
            told.keep(self._books, orders)
            self._books.store(
                [(one.id, one.number, one.state.value, self._due(one.id, one.state, now))
                 for one in orders]
            )  # fmt: skip
            by_id = {one.id: one for one in orders}
            for kept in self._books.documents():
                one = by_id.get(kept.id)
                if one is None:
                    continue
                if one.state is S.CANCELLED:
                    accounts.order_gone(self._books, one, now)
                elif kept.state != before.get(one.id) and kept.state in (S.CONFIRMED, S.PICKING):
                    doing.follow(self._books, kept, S.CONFIRMED, now)
            for paid in money:
                told.note_money(self._books, paid)

    def _move(self, now: datetime) -> int:
        """An order that is to be paid beforehand waits for its money before it is picked."""
        moved = 0
        for one in self._books.due(now.timestamp()):
            state = NEXT[S(one.state)]
            known = told.of_document(self._books, one.id)
            if known is not None and state in _UNPAID and not told.may_leave(self._books, known):
                continue
            with self._books.together():
                self._books.move(one, state.value, self._due(one.id, state, now))
                doing.follow(self._books, one, state, now)
                if state is S.CONFIRMED and doing.is_short(self._seed, self._short, one.id):
                    self._cut_short(one.id, now)
            moved += 1
        return moved

    def _cut_short(self, id: str, now: datetime) -> None:
        kept = next(one for one in self._books.documents() if one.id == id)
        try:
            doing.cut_short(self._books, kept, now)
        except Impossible:
            return

    def _go_on_trading(self, now: datetime) -> None:
        if not self._trade:
            return
        last = float(self._books.fact("traded") or 0)
        if now.timestamp() - last >= self._trade:
            with self._books.together():
                self._books.note("traded", str(now.timestamp()))
                if last:
                    goods.trade(self._books, self._seed, now)

    def _due(self, id: str, state: OrderState, now: datetime) -> float | None:
        if state not in NEXT:
            return None
        chance = random.Random(f"{self._seed}:{id}:{state.value}")
        return now.timestamp() + self._pace * _PACES[state] * chance.uniform(0.8, 1.2)


def summary(books: Books) -> Sequence[str]:
    """What the books say, a line each."""
    documents = books.documents()
    counted: dict[str, int] = {}
    for one in documents:
        counted[one.state] = counted.get(one.state, 0) + 1
    untold = len(books.untold()) + letters.waiting(books)
    return (
        "asleep" if books.asleep else "awake",
        f"orders: {len(documents)}, untold changes: {untold}",
        *(f"  {state}: {number}" for state, number in sorted(counted.items())),
        *(f"  not taken by the portal: {one}" for one in letters.refusals(books)),
    )
