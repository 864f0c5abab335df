"""Staff move an order by hand: one step, from the state they saw; the buyer is told who and why."""

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco.orders.approval_letters import tell_buyer
from fondaco.orders.holds import OPEN, keep
from fondaco.orders.release import buyer_of
from fondaco.orders.service import Orders
from fondaco.orders.states import MADE, holds_on, may_move
from fondaco.web.format import moment
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason

LONGEST = 500
_LAST_STEP: TextClause = text(
    """
    select e.user_id, coalesce(u.name, e.ru), coalesce(u.name, e.en), e.at
      from fondaco.order_entry e left join fondaco.user_account u on u.id = e.user_id
     where e.order_id = :order and (e.kind like 'state.%' or e.kind = 'approval.approved')
     order by e.id desc limit 1
    """
)


class Move(Struct, frozen=True):
    """A step from the state that was `seen`; `said` is read by the buyer."""

    seen: OrderState
    to: OrderState
    said: str = ""


async def move_order(act: ActContext, order_id: OrderId, move: Move) -> bool:
    """Make the step. False where the same person has made it before.

    Raises `NotFound`; `Conflict` where somebody else, or the ERP, was first, or where goods are
    gone that would have to be held; `UserError` for the words. Nothing has changed then.
    """
    order = await Orders(act).locked(order_id)
    if order.state is not move.seen:
        return await _made_already(act, order, move)
    if not may_move(order.state, move.to):
        raise impossible(order)
    _check_words(move)
    if order.state in OPEN and (holds_on(order.state, move.to) or move.to is OrderState.SHIPPED):
        await keep(act, order_id)
    name = act.actor.name
    said = f"{name}: {move.said}" if move.said else name
    await Orders(act).report_state(order_id, move.to, Reason("order.moved", said, said))
    await act.audit("order.move", f"order:{order.number}", order.state, move.to, order.company_id)
    if move.to is OrderState.CANCELLED:
        await tell_buyer(act, "cancelled", await buyer_of(act, order_id), order, move.said)
    return True


async def _made_already(act: ActContext, order: Order, move: Move) -> bool:
    """The same press again is no news; anything else is a conflict that says who was first."""
    steps = await act.fetch(_LAST_STEP, {"order": order.id})
    if not steps:
        raise impossible(order)
    user_id, ru, en, at = steps[0]
    if order.state is move.to and user_id == act.actor.user_id:
        return False
    today = act.now.astimezone(act.zone).date()
    when = {locale: moment(at, act.zone, locale, today) for locale in ("ru", "en")}
    made = MADE[order.state]
    raise Conflict(
        Reason(
            "order.moved_meanwhile",
            f"Вас опередили. {made.ru}: {ru}, {when['ru']}. Ваш шаг не сделан",
            f"Somebody was first. {made.en}: {en}, {when['en']}. Your step was not made",
        )
    )


def _check_words(move: Move) -> None:
    if move.to is OrderState.CANCELLED and not move.said:
        raise UserError(_NO_REASON, {"said": _NO_REASON})
    if len(move.said) > LONGEST:
        raise UserError(_LONG, {"said": _LONG})


def impossible(order: Order) -> Conflict:
    """There is no such step from where the order is."""
    made = MADE[order.state]
    return Conflict(
        Reason(
            "order.state",
            f"{made.ru}: такой шаг уже не сделать",
            f"{made.en}: this step cannot be made any more",
        )
    )


_NO_REASON = Reason(
    "order.no_reason",
    "Напишите, почему заказ отменён: покупатель увидит это в письме и в заказе",
    "Write why the order is cancelled: the buyer reads it in a letter and in the order",
)
_LONG = Reason(
    "order.long_words",
    f"Не длиннее {LONGEST} знаков",
    f"At most {LONGEST} characters",
)
