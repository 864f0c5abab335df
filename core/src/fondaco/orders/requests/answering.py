"""Staff answer a request: the order is amended in the same transaction, or they say why not."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from fondaco.hooks.context import ActContext
from fondaco.orders.payments.service import pick_if_paid
from fondaco.orders.requests import queries
from fondaco.orders.requests.amending import amend_lines
from fondaco.orders.requests.growth import approver_asked, weigh_growth
from fondaco.orders.requests.reading import ChangeRequest, last_request, lines_of
from fondaco.orders.requests.rule import (
    CHANGEABLE,
    LONGEST,
    Line,
    Wish,
    leaves_nothing,
    mistake_of,
    moved_meanwhile,
    total_in,
)
from fondaco.orders.requests.service import (
    LONG,
    MOVED,
    NOTHING_LEFT,
    answered,
    close,
    decide,
    too_late,
)
from fondaco.orders.requests.telling import Answered, tell_answered
from fondaco.orders.service import Orders
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.hooks.checkout import payments_changing
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import AmendedLine, Order
from fondaco_sdk.types.reason import Reason

SOURCE = "request"
Outcome: TypeAlias = Literal["accepted", "again", "asked"]


class Answer(Struct, frozen=True):
    """What is given for a request that was seen: lines by their id, whether the day, and words."""

    request: UUID
    lines: Mapping[int, Wish]
    day: bool
    said: str


async def accept(act: ActContext, order_id: OrderId, answer: Answer) -> Outcome:
    """The order becomes what is given; "again": the same person has accepted it before.

    "asked": it would go beyond a limit of the buyer, and waits for an approver of the company now,
    while the order stays as it is.

    Raises `NotFound`; `Conflict` where somebody was first, the order is too far or another by now
    than was seen, or a plugin cannot take what it uses up; `UserError` by field: `to-<line>`,
    `said`. Nothing has changed then.
    """
    order = await Orders(act).locked(order_id)
    request = await _still_waiting(act, order, answer.request, "accepted")
    if request is None:
        return "again"
    if request.unapproved:
        raise Conflict(UNAPPROVED)
    if order.state not in CHANGEABLE:
        raise Conflict(too_late(order))
    lines = await lines_of(act, order_id)
    asked = {one.line for one in request.lines}
    given = {line: wish for line, wish in answer.lines.items() if line in asked}
    if asked - set(given):
        raise Conflict(MOVED)
    if moved := moved_meanwhile(lines, given):
        raise Conflict(MOVED, moved)
    _check(lines, given, answer.said)
    if await _beyond_what_is_approved(act, order, request, lines, given):
        return "asked"
    day = request.wanted_on if answer.day else None
    if day is not None:
        await act.execute(queries.SET_DAY, {"order": order_id, "day": day})
    become = _become(order, lines, given)
    why = _why(request, answer)
    # Before the lines: an order that comes down to what was paid is picked, unless a request waits.
    await close(act, request, Answered("accepted", answer.said))
    told = await amend_lines(act, order, lines, become, source=SOURCE, reason=why)
    if told:
        now = (await Orders(act).orders([order_id], act.scope))[order_id]
        await act.hall.hooks.tell(payments_changing, act=act, order=now)
    await act.execute(queries.GIVE, {"request": request.id})
    await tell_answered(act, order, request, Answered("accepted", answer.said, day, told))
    await pick_if_paid(act, order_id)
    return "accepted"


async def _beyond_what_is_approved(
    act: ActContext,
    order: Order,
    request: ChangeRequest,
    lines: Sequence[Line],
    given: Mapping[int, Wish],
) -> bool:
    """Whether an approver is asked first: others may have spent what was left when it was sent.

    An approval holds for what was asked for. Raises `Conflict` where more is given.
    """
    weighed = await weigh_growth(act, order, lines, given)
    if not weighed.beyond:
        return False
    wanted = {one.line: one.wanted for one in request.lines}
    now = {line.id: line.quantity for line in lines}
    if any(wish.to > max(wanted[line], now[line]) for line, wish in given.items()):
        raise Conflict(_MORE)
    if request.approval == "given":
        return False
    return await approver_asked(act, order, request, lines, weighed)


async def refuse(act: ActContext, order_id: OrderId, seen: UUID, said: str) -> bool:
    """Say no, and why. False where the same person has refused it before. Raises as `accept`."""
    order = await Orders(act).locked(order_id)
    request = await _still_waiting(act, order, seen, "refused")
    if request is None:
        return False
    if not said or len(said) > LONGEST:
        wrong = LONG if said else _NO_REASON
        raise UserError(wrong, {"said": wrong})
    await decide(act, order, request, Answered("refused", said))
    return True


async def _still_waiting(
    act: ActContext, order: Order, seen: UUID, outcome: str
) -> ChangeRequest | None:
    """The request that was seen; None where the actor has answered it so before."""
    request = await last_request(act, order.id)
    if request is None or request.uuid != seen:
        raise Conflict(_ANOTHER)
    if request.waiting:
        return request
    if request.state == outcome and request.decided_by == act.actor.user_id:
        return None
    raise Conflict(answered(request))


def _check(lines: Sequence[Line], given: Mapping[int, Wish], said: str) -> None:
    mistakes = {
        f"to-{line.key}": wrong
        for line in lines
        if line.id in given and (wrong := mistake_of(line, given[line.id], by_packs=False))
    }
    if len(said) > LONGEST:
        mistakes["said"] = LONG
    if mistakes:
        raise UserError(_WRONG, mistakes)
    if leaves_nothing(lines, given):
        raise UserError(NOTHING_LEFT)


def _become(
    order: Order, lines: Sequence[Line], given: Mapping[int, Wish]
) -> Mapping[int, AmendedLine]:
    """The lines that are to be others, at their own price."""
    return {
        line.id: AmendedLine(
            line.product_id,
            given[line.id].to,
            line.unit_price,
            total_in(line, given[line.id].to, order.currency),
        )
        for line in lines
        if line.id in given and given[line.id].to != line.quantity
    }


def _why(request: ChangeRequest, answer: Answer) -> Reason:
    who = f" ({request.person})" if request.person else ""
    said = f". {answer.said}" if answer.said else ""
    return Reason(
        "change.accepted", f"По запросу покупателя{who}{said}", f"The buyer asked for it{who}{said}"
    )


_ANOTHER = Reason(
    "change.another",
    "Этого запроса больше нет: покупатель отозвал его или прислал другой",
    "This request is gone: the buyer has withdrawn it or sent another",
)
UNAPPROVED = Reason(
    "change.unapproved",
    "Запрос ещё не согласован в компании покупателя: он больше её лимита",
    "The request is not approved in the buyer's company yet: it goes beyond a limit there",
)
_MORE = Reason(
    "change.more",
    "Это больше, чем просил покупатель, и больше его лимита: дайте не больше, чем он просил",
    "This is more than the buyer asked for, and beyond a limit: give no more than was asked for",
)
_NO_REASON = Reason(
    "change.no_reason",
    "Напишите, почему заказ не изменён: покупатель увидит это в письме и в заказе",
    "Write why the order is not changed: the buyer reads it in a letter and in the order",
)
_WRONG = Reason("change.wrong", "Проверьте поля", "Check the fields")
