"""An order that is to grow beyond a limit: the buyer's approver is asked, as for a new order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.approval_letters import Asked, tell_approvers
from fondaco.orders.approvers import Approver, approvers_but
from fondaco.orders.release import buyer_of
from fondaco.orders.requests import queries
from fondaco.orders.requests.reading import ChangeRequest
from fondaco.orders.requests.rule import Line, Wish, growth_of
from fondaco.orders.service import add_entry
from fondaco.orders.weighing import Weighed, weigh_more
from fondaco_sdk.types.ids import UserId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


def wishes_of(request: ChangeRequest, lines: Sequence[Line]) -> Mapping[int, Wish]:
    """What a request asks for, from what its lines are now."""
    now = {line.id: line.quantity for line in lines}
    return {one.line: Wish(now[one.line], one.wanted) for one in request.lines}


async def weigh_growth(
    act: ActContext, order: Order, lines: Sequence[Line], wishes: Mapping[int, Wish]
) -> Weighed:
    """What the order is to cost more beside the limits of its buyer and its outlets, locked."""
    return await weigh_beside(act, order, growth_of(lines, wishes, order.currency))


async def weigh_beside(
    act: ActContext, order: Order, more: Mapping[int | None, Decimal]
) -> Weighed:
    """By how much an order is to cost more at each outlet, beside the limits of its buyer.

    Whoever asks for it: what an order costs counts as spent by who placed it.
    """
    return await weigh_more(act, order.company_id, await _buyer(act, order), more, order.currency)


async def judges_of_change(
    ask: AskContext, order: Order, request: ChangeRequest, lines: Sequence[Line]
) -> Sequence[Approver]:
    """The people of the company who may say yes: neither the asker nor the order's buyer."""
    more = growth_of(lines, wishes_of(request, lines), order.currency)
    grown = [outlet for outlet, amount in more.items() if amount > 0]
    asker = None if request.user_id is None else UserId(request.user_id)
    people = await approvers_but(ask, order.company_id, grown, asker)
    buyer = await _buyer(ask, order)
    return [one for one in people if one.id != buyer]


def may_judge(ask: AskContext, people: Sequence[Approver]) -> bool:
    """Whether the asker is one of those who may decide, for themselves."""
    return not ask.on_behalf and any(one.id == ask.actor.user_id for one in people)


async def approver_asked(
    act: ActContext, order: Order, request: ChangeRequest, lines: Sequence[Line], weighed: Weighed
) -> bool:
    """Keep a request from staff until an approver has looked, where it goes beyond a limit.

    False where it goes beyond none, or nobody of the company may approve: then staff decide.
    """
    people = await judges_of_change(act, order, request, lines) if weighed.beyond else ()
    if not people:
        return False
    beyond = msgspec.json.encode(list(weighed.beyond)).decode()
    await act.execute(queries.ASK_APPROVER, {"request": request.id, "beyond": beyond})
    await add_entry(act, order.id, "change.approval_asked", _ASKED)
    company = (await buyer_of(act, order.id)).customer.company_name
    asked = Asked(order, company, request.person, weighed.beyond)
    await tell_approvers(act, people, asked, kind="change_approval")
    return True


async def _buyer(ask: AskContext, order: Order) -> UserId | None:
    rows: Sequence[Any] = await ask.fetch(queries.BUYER, {"order": order.id})
    user: UserId | None = rows[0].user_id
    return user


_ASKED = Reason(
    "change.approval_asked",
    "Изменение больше лимита и отправлено на согласование",
    "The change is over a limit and was sent for approval",
)
