"""Changes of a placed order, asked for over the JSON API; staff answer on their pages."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco.orders.requests.reading import (
    ChangeRequest,
    day_of,
    lines_of,
    may_ask,
    requests_of,
)
from fondaco.orders.requests.rule import QUANTITY, Line, Wish
from fondaco.orders.requests.service import Wanted, ask_change, withdraw
from fondaco.orders.service import Orders
from fondaco.web.api import ERRORS, AskDependency
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

MOST = 100


class ChangeableLine(Struct):
    """A line that may be asked to be another: `quantity` is what it is now, in its unit.

    What is asked for is a multiple of `multiple`, or 0 to take the line off.
    """

    id: UUID
    shipment: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    multiple: Decimal


class ChangedLineOut(Struct):
    """A line of a request: what it was, was to be, and became (null: not answered yet)."""

    line: UUID
    sku: str
    before: Decimal
    wanted: Decimal
    given: Decimal | None


class ChangeOut(Struct):
    """A request; times in UTC. `said` are the words of whoever answered it at `decided_at`.

    `approval` is "asked" while it goes beyond a limit and an approver of the company has to let it
    pass, "given" once one did, "" where it needs none. `wanted_on`: not to be sent before that
    day; null where the day was to stay.
    """

    id: UUID
    state: Literal["waiting", "accepted", "refused", "withdrawn"]
    asked_at: datetime
    asked_by: str
    comment: str
    wanted_on: date | None
    lines: list[ChangedLineOut]
    said: str
    decided_at: datetime | None
    approval: Literal["", "asked", "given"] = ""


class ChangesOut(Struct):
    """The requests of an order, at most the newest 100, the last first, and what may be asked.

    `open`: another change may be asked for now. `wanted_on` is the day that the order has, and
    `day_open` whether another may be asked for: an order of several shipments has no day of its
    own.
    """

    open: bool
    wanted_on: date | None
    day_open: bool
    lines: list[ChangeableLine]
    changes: list[ChangeOut]


class LineWish(Struct, forbid_unknown_fields=True):
    """A line that is to be `to`, from what it was when it was looked at: `seen`."""

    line: UUID
    seen: Decimal
    to: Decimal


class ChangeInput(Struct, forbid_unknown_fields=True):
    """What is asked for; lines that are not named stay, and so does the day where it is null."""

    lines: list[LineWish] = []
    wanted_on: date | None = None
    comment: str = ""


@get(
    "/orders/{uuid:uuid}/changes",
    responses=ERRORS,
    policy="order.view",
    summary="Changes of an order that were asked for",
)
async def list_changes(ask: AskDependency, uuid: FromPath[UUID]) -> ChangesOut:
    """404 also for another company's."""
    return await changes_out(ask, (await Orders(ask).detail(uuid, ask.scope)).order)


@post(
    "/orders/{uuid:uuid}/changes",
    responses=ERRORS,
    policy="order.place",
    summary="Ask for a change of an order",
    status_code=200,
)
async def ask_for_change(
    ask: AskDependency, uuid: FromPath[UUID], data: JSONBody[ChangeInput]
) -> ChangesOut:
    """The order stays as it is until staff accept. The same again: nothing happens.

    409 where the order is too far, has a request that waits, or a line is not what was `seen`. 422
    names the lines as `to-<id>`, and otherwise `day` or `comment`.
    """
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    wishes = _wishes(data.lines, await lines_of(ask, order.id))
    day = data.wanted_on or (await day_of(ask, order.id))[0]
    async with ask.act() as act:
        await ask_change(act, order.id, Wanted(wishes, day, data.comment.strip()))
    return await changes_out(ask, order)


@post(
    "/orders/{uuid:uuid}/changes/withdraw",
    responses=ERRORS,
    policy="order.place",
    summary="Take the request for a change back",
    status_code=200,
)
async def withdraw_change(ask: AskDependency, uuid: FromPath[UUID]) -> ChangesOut:
    """Again, or where there is none: nothing happens. 409 once it is answered."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    async with ask.act() as act:
        await withdraw(act, order.id)
    return await changes_out(ask, order)


def _wishes(asked: Sequence[LineWish], lines: Sequence[Line]) -> dict[int, Wish]:
    """By the inner id of the line. Raises `UserError` for a line that is not there, or twice."""
    known = {UUID(line.key): line.id for line in lines}
    found: dict[int, Wish] = {}
    wrong: dict[str, Reason] = {}
    for wish in asked:
        line = known.get(wish.line)
        if line is None or line in found:
            wrong[f"to-{wish.line}"] = _NO_LINE if line is None else _TWICE
        elif not (is_figure(wish.seen) and is_figure(wish.to)):
            wrong[f"to-{wish.line}"] = QUANTITY
        else:
            found[line] = Wish(wish.seen, wish.to)
    if wrong:
        raise UserError(_LINES, wrong)
    return found


async def changes_out(ask: AskContext, order: Order) -> ChangesOut:
    """The requests of an order as they stand, and what may be asked for."""
    requests = await requests_of(ask, order.id, MOST)
    lines = await lines_of(ask, order.id)
    day, one = await day_of(ask, order.id)
    state = await _order_now(ask, order.id)
    return ChangesOut(
        may_ask(state, requests[0] if requests else None),
        day,
        one,
        [
            ChangeableLine(
                UUID(line.key),
                UUID(line.shipment),
                line.sku,
                line.name,
                line.unit,
                line.quantity,
                line.multiple,
            )
            for line in lines
            if line.quantity
        ],
        [_request_out(request) for request in requests],
    )


async def _order_now(ask: AskContext, order_id: OrderId) -> Order:
    return (await Orders(ask).orders([order_id], ask.scope))[order_id]


def _request_out(request: ChangeRequest) -> ChangeOut:
    return msgspec.convert(
        {
            "id": request.uuid,
            "state": request.state,
            "asked_at": request.asked_at,
            "asked_by": request.person,
            "comment": request.comment,
            "wanted_on": request.wanted_on,
            "lines": [
                ChangedLineOut(UUID(one.key), one.sku, one.before, one.wanted, one.given)
                for one in request.lines
            ],
            "said": request.said,
            "decided_at": request.decided_at,
            "approval": request.approval,
        },
        ChangeOut,
    )


_LINES = Reason("change.lines", "Проверьте строки", "Check the lines")
_NO_LINE = Reason("change.no_line", "Такой строки в заказе нет", "The order has no such line")
_TWICE = Reason("change.twice", "Строка названа дважды", "The line is named twice")
