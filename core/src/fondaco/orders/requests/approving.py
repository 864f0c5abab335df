"""The buyer's approver lets a change pass on to staff, or refuses it with a reason."""

from collections.abc import Sequence
from uuid import UUID

from fondaco.hooks.context import ActContext
from fondaco.orders.approval import LONGEST_REASON
from fondaco.orders.requests import queries
from fondaco.orders.requests.growth import judges_of_change, may_judge
from fondaco.orders.requests.reading import ChangeRequest, last_request, lines_of
from fondaco.orders.requests.rule import CHANGEABLE, Line
from fondaco.orders.requests.service import answered, decide, too_late
from fondaco.orders.requests.telling import Answered, tell_asked
from fondaco.orders.service import Orders, add_entry
from fondaco_sdk.errors import Conflict, Forbidden, UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


async def approve_change(act: ActContext, order_id: OrderId, seen: UUID) -> bool:
    """Staff are asked from now on. False where it was approved before.

    Raises `NotFound`, `Forbidden` for whoever may not, and `Conflict` where the request is
    answered, another, or the order is too far. Nothing has changed then.
    """
    order, request, lines = await _asked(act, order_id, seen)
    if request.approval == "given":
        return False
    await _judged(act, order, request, lines)
    if order.state not in CHANGEABLE:
        raise Conflict(too_late(order))
    await act.execute(queries.APPROVE, {"request": request.id, "user": act.actor.user_id})
    name = act.actor.name
    said = Reason(
        "change.approved", f"Изменение согласовано: {name}", f"The change was approved by {name}"
    )
    await add_entry(act, order_id, "change.approved", said)
    await act.audit(
        "order.change_approve", f"order:{order.number}", None, str(request.uuid), order.company_id
    )
    await tell_asked(act, order, request, lines)
    return True


async def refuse_growth(act: ActContext, order_id: OrderId, seen: UUID, why: str) -> bool:
    """The request is refused before staff see it. False where the same person did so before.

    Raises as `approve_change` does, and `UserError` on `reason` without one.
    """
    order, request, lines = await _asked(act, order_id, seen, refused_before=True)
    if not request.waiting:
        return False
    await _judged(act, order, request, lines)
    if not why or len(why) > LONGEST_REASON:
        wrong = _LONG if why else _NO_REASON
        raise UserError(wrong, {"reason": wrong})
    await decide(act, order, request, Answered("refused", why))
    return True


async def _asked(
    act: ActContext, order_id: OrderId, seen: UUID, *, refused_before: bool = False
) -> tuple[Order, ChangeRequest, Sequence[Line]]:
    order = await Orders(act).locked(order_id)
    request = await last_request(act, order_id)
    if request is None or request.uuid != seen or not request.approval:
        raise Conflict(_NOTHING)
    own = request.state == "refused" and request.decided_by == act.actor.user_id
    if not request.waiting and not (refused_before and own):
        raise Conflict(answered(request))
    return order, request, await lines_of(act, order_id)


async def _judged(
    act: ActContext, order: Order, request: ChangeRequest, lines: Sequence[Line]
) -> None:
    if not request.unapproved:
        raise Conflict(_PASSED_ON)
    if not may_judge(act, await judges_of_change(act, order, request, lines)):
        raise Forbidden(_NOT_YOURS)


_NOTHING = Reason(
    "change.no_approval",
    "Этот запрос уже не ждёт согласования: его отозвали, или он другой",
    "This request no longer waits for an approval: it was withdrawn, or is another one",
)
_PASSED_ON = Reason(
    "change.passed_on",
    "Изменение уже согласовано и ждёт ответа менеджера",
    "The change is approved already and waits for the manager",
)
_NOT_YOURS = Reason(
    "change.not_yours",
    "Это изменение согласует другой человек",
    "This change is approved by somebody else",
)
_NO_REASON = Reason(
    "change.no_why",
    "Напишите, почему изменение не согласовано: покупатель увидит это в письме",
    "Write why the change is refused: the buyer reads it in a letter",
)
_LONG = Reason(
    "change.long_why",
    f"Не длиннее {LONGEST_REASON} знаков",
    f"At most {LONGEST_REASON} characters",
)
