"""The buyer asks for a change of a placed order, or takes that back. Staff answer elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext
from fondaco.orders.payments.service import pick_if_paid
from fondaco.orders.requests import queries
from fondaco.orders.requests.growth import approver_asked, weigh_growth
from fondaco.orders.requests.reading import ChangeRequest, day_of, last_request, lines_of
from fondaco.orders.requests.rule import (
    CHANGEABLE,
    LONGEST,
    Line,
    Wish,
    leaves_nothing,
    mistake_of,
    moved_meanwhile,
)
from fondaco.orders.requests.telling import Answered, tell_answered, tell_asked
from fondaco.orders.service import Orders
from fondaco.orders.states import MADE
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


class Wanted(Struct, frozen=True):
    """What the buyer asks for: lines by their id, the day (None: as it is), and words."""

    lines: Mapping[int, Wish]
    day: date | None
    comment: str


async def ask_change(act: ActContext, order_id: OrderId, wanted: Wanted) -> bool:
    """Keep the request and tell staff, or first the approver where it goes beyond a limit.

    False where the same person asks for the same again.

    Raises `NotFound`; `Conflict` where the order is too far, has another request, or is not any
    more what the buyer has seen; `UserError` by field: `to-<line>`, `day`, `comment`.
    """
    order = await Orders(act).locked(order_id)
    if order.state not in CHANGEABLE:
        raise Conflict(too_late(order))
    lines = await lines_of(act, order_id)
    if moved := moved_meanwhile(lines, wanted.lines):
        raise Conflict(MOVED, moved)
    changed = {
        line.id: wanted.lines[line.id]
        for line in lines
        if line.id in wanted.lines and wanted.lines[line.id].to != line.quantity
    }
    day, one = await day_of(act, order_id)
    if wanted.day == day or not one:
        wanted = Wanted(changed, None, wanted.comment)
    else:
        wanted = Wanted(changed, wanted.day, wanted.comment)
    _check(act, lines, wanted)
    known = await last_request(act, order_id)
    if known is not None and known.waiting:
        if _same(act, known, wanted):
            return False
        raise Conflict(_WAITS)
    request = await _write(act, order_id, wanted)
    weighed = await weigh_growth(act, order, lines, wanted.lines)
    if not await approver_asked(act, order, request, lines, weighed):
        await tell_asked(act, order, request, lines)
    return True


async def withdraw(act: ActContext, order_id: OrderId) -> bool:
    """Take the request back; again changes nothing. Raises `Conflict` where it is answered."""
    order = await Orders(act).locked(order_id)
    request = await last_request(act, order_id)
    if request is None or request.state == "withdrawn":
        return False
    if not request.waiting:
        raise Conflict(answered(request))
    await decide(act, order, request, Answered("withdrawn"))
    return True


async def decide(act: ActContext, order: Order, request: ChangeRequest, answer: Answered) -> None:
    """Write what became of a request, and tell of it. The order is locked by the caller."""
    await close(act, request, answer)
    await tell_answered(act, order, request, answer)
    await pick_if_paid(act, order.id)


async def close(act: ActContext, request: ChangeRequest, answer: Answered) -> None:
    """Write what became of a request: it waits no longer. The order is locked by the caller."""
    decision = {
        "request": request.id,
        "state": answer.outcome,
        "said": answer.said,
        "user": act.actor.user_id,
    }
    await act.execute(queries.DECIDE, decision)


def _check(act: ActContext, lines: Sequence[Line], wanted: Wanted) -> None:
    mistakes: dict[str, Reason] = {}
    for line in lines:
        wish = wanted.lines.get(line.id)
        if wish is not None and (wrong := mistake_of(line, wish, by_packs=True)):
            mistakes[f"to-{line.key}"] = wrong
    if wanted.day is not None and wanted.day < act.now.astimezone(act.zone).date():
        mistakes["day"] = _PASSED
    if len(wanted.comment) > LONGEST:
        mistakes["comment"] = LONG
    if mistakes:
        raise UserError(_WRONG, mistakes)
    if leaves_nothing(lines, wanted.lines):
        raise UserError(NOTHING_LEFT)
    if not wanted.lines and wanted.day is None and not wanted.comment:
        raise UserError(_NOTHING)


def _same(act: ActContext, known: ChangeRequest, wanted: Wanted) -> bool:
    asked = {one.line: one.wanted for one in known.lines}
    return (known.user_id, known.comment, known.wanted_on, asked) == (
        act.actor.user_id,
        wanted.comment,
        wanted.day,
        {line: wish.to for line, wish in wanted.lines.items()},
    )


async def _write(act: ActContext, order_id: OrderId, wanted: Wanted) -> ChangeRequest:
    new = {
        "uuid": uuid7(),
        "order": order_id,
        "user": act.actor.user_id,
        "comment": wanted.comment,
        "day": wanted.day,
    }
    request = (await act.fetch(queries.INSERT, new))[0][0]
    columns: dict[str, list[int] | list[Decimal]] = {
        "lines": list(wanted.lines),
        "seen": [wish.seen for wish in wanted.lines.values()],
        "wanted": [wish.to for wish in wanted.lines.values()],
    }
    await act.execute(queries.INSERT_LINES, {"request": request, **columns})
    found = await last_request(act, order_id)
    assert found is not None
    return found


def too_late(order: Order) -> Reason:
    """Why nothing can be asked of an order in its state."""
    made = MADE[order.state]
    return Reason(
        "change.late",
        f"{made.ru}: состав заказа на портале уже не изменить, обратитесь к менеджеру",
        f"{made.en}: it cannot be changed on the portal any more, please call your manager",
        {"state": order.state},
    )


def answered(request: ChangeRequest) -> Reason:
    """Who was first."""
    ru, en = _OUTCOMES[request.state]
    who = f": {request.decider}" if request.decider else ""
    return Reason("change.answered", f"{ru}{who}", f"{en}{who}", {"outcome": request.state})


_OUTCOMES = {
    "accepted": ("Запрос на изменение уже принят", "The request is accepted already"),
    "refused": ("Запрос на изменение уже отклонён", "The request is refused already"),
    "withdrawn": ("Запрос на изменение уже отозван", "The request is withdrawn already"),
}
MOVED = Reason(
    "change.moved",
    "Пока вы смотрели, заказ изменился. Проверьте количество ещё раз: ничего не отправлено",
    "The order changed while you looked. Check the quantities again: nothing was sent",
)
NOTHING_LEFT = Reason(
    "change.nothing_left",
    "В заказе не осталось бы ни одной строки: вместо изменения отмените заказ",
    "No line of the order would be left: cancel the order instead of changing it",
)
LONG = Reason("change.long", f"Не длиннее {LONGEST} знаков", f"At most {LONGEST} characters")
_WAITS = Reason(
    "change.waits",
    "По этому заказу уже есть запрос, на который ещё не ответили."
    " Отзовите его, чтобы попросить о другом",
    "This order has a request that waits for an answer. Withdraw it to ask for something else",
)
_NOTHING = Reason(
    "change.nothing",
    "Ничего не изменено: поменяйте количество или день или напишите, о чём просите",
    "Nothing is changed: change a quantity or the day, or write what you ask for",
)
_PASSED = Reason("change.passed", "Этот день уже прошёл", "This day has passed")
_WRONG = Reason("change.wrong", "Проверьте поля", "Check the fields")
