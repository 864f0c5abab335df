"""A request as pages read it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco.orders.requests import queries
from fondaco.orders.requests.rule import CHANGEABLE, Line
from fondaco_sdk.types.ids import OrderId, ProductId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason


class Asked(Struct, frozen=True):
    """A line that is to be another: what it was, is to be, became (None: not answered), and is."""

    line: int
    key: str
    sku: str
    name: str
    unit: str
    before: Decimal
    wanted: Decimal
    given: Decimal | None
    now: Decimal

    @property
    def moved(self) -> bool:
        """Whether it is another by now than when it was asked for."""
        return self.given is None and self.now != self.before


class ChangeRequest(Struct, frozen=True):
    """A request of an order; moments are aware UTC, names "" where nobody is known."""

    id: int
    uuid: UUID
    state: str
    comment: str
    wanted_on: date | None
    asked_at: datetime
    said: str
    decided_at: datetime | None
    user_id: int | None
    person: str
    decided_by: int | None
    decider: str
    approval: str
    beyond: tuple[Reason, ...]
    approver: str
    lines: tuple[Asked, ...]

    @property
    def waiting(self) -> bool:
        """Whether it is not answered yet."""
        return self.state == "waiting"

    @property
    def unapproved(self) -> bool:
        """Whether the buyer's approver has to look at it before staff do."""
        return self.waiting and self.approval == "asked"

    @property
    def partly(self) -> bool:
        """Whether it was accepted in other quantities than were asked for."""
        return self.state == "accepted" and any(one.given != one.wanted for one in self.lines)


class Waits(Struct, frozen=True):
    """A request in the queue of staff; `lines` is how many are to be others."""

    order: UUID
    number: str
    state: OrderState
    total: Decimal
    currency: str
    company: str
    person: str
    asked_at: datetime
    comment: str
    wanted_on: date | None
    lines: int


class Unapproved(Struct, frozen=True):
    """A request that waits for an approver; `asked_at` is aware UTC, `total` what the order is."""

    order: UUID
    number: str
    total: Decimal
    currency: str
    asked_at: datetime
    beyond: tuple[Reason, ...]
    person: str


async def last_request(ask: AskContext, order_id: OrderId) -> ChangeRequest | None:
    """The newest request of an order in sight, if it has any. At most two statements."""
    found = await requests_of(ask, order_id, 1)
    return found[0] if found else None


async def requests_of(ask: AskContext, order_id: OrderId, most: int) -> Sequence[ChangeRequest]:
    """The newest requests of an order in sight, the last first. At most two statements."""
    rows = await ask.fetch(queries.NEWEST, {"order": order_id, "most": most})
    if not rows:
        return ()
    lines: dict[int, list[Asked]] = {row.id: [] for row in rows}
    wanted = {"requests": list(lines)}
    for request, *line in await ask.fetch(queries.LINES_OF_REQUESTS, wanted):
        lines[request].append(Asked(*line))
    return [_request(row, lines[row.id]) for row in rows]


def _request(row: Any, lines: Sequence[Asked]) -> ChangeRequest:
    beyond = msgspec.convert(row.beyond, tuple[Reason, ...])
    return ChangeRequest(**{**row._mapping, "beyond": beyond}, lines=tuple(lines))


async def lines_of(ask: AskContext, order_id: OrderId) -> Sequence[Line]:
    """Every line of an order, also those of quantity 0. One statement."""
    rows = await ask.fetch(queries.LINES, {"order": order_id})
    return [Line(*row) for row in rows]


async def day_of(ask: AskContext, order_id: OrderId) -> tuple[date | None, bool]:
    """The day before which the order is not sent, and whether it has just one. One statement."""
    days = [row[0] for row in await ask.fetch(queries.DAYS, {"order": order_id})]
    return (days[0], True) if len(days) == 1 else (None, False)


async def free_of(ask: AskContext, lines: Sequence[Line]) -> Mapping[ProductId, Decimal]:
    """What is free of the goods of these lines, without what is on its way. One statement."""
    products = list({line.product_id for line in lines})
    return {
        ProductId(row[0]): row[1] for row in await ask.fetch(queries.FREE, {"products": products})
    }


async def queue_of(ask: AskContext, most: int) -> Sequence[Waits]:
    """What waits for staff, the oldest first. One statement."""
    sight = {"everything": ask.scope.everything, "company": ask.scope.company_id or 0}
    rows = await ask.fetch(queries.QUEUE, {**sight, "most": most})
    return [Waits(**{**row._mapping, "state": OrderState(row.state)}) for row in rows]


async def changes_to_approve(ask: AskContext, most: int) -> Sequence[Unapproved]:
    """The changes that wait for the approval of the asker, the oldest first. One statement."""
    parameters = {
        "company": ask.scope.company_id or 0,
        "user": ask.actor.user_id,
        "most": most,
    }
    rows = await ask.fetch(queries.TO_APPROVE, parameters)
    return [msgspec.convert(dict(row._mapping), Unapproved) for row in rows]


def may_ask(order: Order, request: ChangeRequest | None) -> bool:
    """Whether the buyer may ask for another change now."""
    return order.state in CHANGEABLE and not (request and request.waiting)
