"""Orders beyond a limit: written and held, but sent nowhere until somebody else approves them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Numeric, TextClause, bindparam, insert, text, update

from fondaco.customers.spending import count_spending
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.approval_letters import Asked, tell_approvers, tell_buyer
from fondaco.orders.approvers import approvers_of, looks_after, managers_of
from fondaco.orders.release import acting_for, buyer_of, release
from fondaco.orders.service import Orders, add_entry
from fondaco.orders.still import secure_again
from fondaco.orders.tables import customer_order, order_approval, shipment
from fondaco.orders.weighing import Weighed
from fondaco.web.format import moment
from fondaco_sdk.errors import Conflict, Forbidden, UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason

LONGEST_REASON = 500
_PARTS: TextClause = text(
    """
    insert into fondaco.order_approval_part (order_id, outlet_id, amount)
    select :order, outlet, amount from unnest(:outlets, :amounts) as part (outlet, amount)
    """
).bindparams(
    bindparam("outlets", type_=ARRAY(BigInteger)), bindparam("amounts", type_=ARRAY(Numeric(15, 2)))
)
_SPENDING: TextClause = text(
    "select outlet_id, amount from fondaco.order_approval_part where order_id = :order"
)
_READ: TextClause = text(
    """
    select a.reasons, a.outcome, a.said, a.decided_by, coalesce(u.name, ''), a.decided_at,
           o.user_id
      from fondaco.order_approval a
      join fondaco.customer_order o on o.id = a.order_id
      left join fondaco.user_account u on u.id = a.decided_by
     where a.order_id = :order
    """
)
_DECIDE: TextClause = text(
    """
    update fondaco.order_approval
       set outcome = :outcome, said = :said, decided_by = :by, decided_at = now()
     where order_id = :order
    """
)


class Approval(Struct, frozen=True, array_like=True):
    """Why an order needs one, and who decided what; `decided_at` is aware UTC."""

    reasons: tuple[Reason, ...]
    outcome: Literal["waiting", "approved", "refused", "withdrawn"]
    said: str
    decided_by: int | None
    decider: str
    decided_at: datetime | None
    placed_by: int | None


class Judges(Struct, frozen=True):
    """Who may decide an order: the asker, unless `why_not`; `names` are the company's own people.

    Without names nobody of the company may, and its manager does.
    """

    names: tuple[str, ...]
    why_not: Reason | None = None


async def await_approval(act: ActContext, order_id: OrderId, weighed: Weighed) -> None:
    """Keep an order that was just written from going out."""
    await act.execute(
        update(customer_order)
        .where(customer_order.c.id == order_id)
        .values(state=OrderState.AWAITING_APPROVAL)
    )
    await act.execute(
        update(shipment)
        .where(shipment.c.order_id == order_id)
        .values(state=OrderState.AWAITING_APPROVAL)
    )
    await act.execute(
        insert(order_approval),
        {"order_id": order_id, "reasons": msgspec.to_builtins(weighed.beyond)},
    )
    await act.execute(
        _PARTS,
        {
            "order": order_id,
            "outlets": list(weighed.spending.keys()),
            "amounts": list(weighed.spending.values()),
        },
    )
    await add_entry(act, order_id, "approval.asked", _ASKED)


async def ask_for_approval(act: ActContext, order: Order, weighed: Weighed) -> None:
    """Tell those who may approve an order that waits."""
    people = await approvers_of(act, order.id) or await managers_of(act, order.company_id)
    company = act.customer.company_name if act.customer else ""
    await tell_approvers(act, people, Asked(order, company, act.actor.name, weighed.beyond))


async def approval_of(ask: AskContext, order_id: OrderId) -> Approval | None:
    """The approval of an order in sight; None for one that never needed it. One statement."""
    rows = await ask.fetch(_READ, {"order": order_id})
    return msgspec.convert(tuple(rows[0]), Approval) if rows else None


async def judges_of(ask: AskContext, order_id: OrderId, approval: Approval) -> Judges:
    """Who may decide, and whether the asker may. At most two statements."""
    people = await approvers_of(ask, order_id)
    names = tuple(one.name for one in people)
    user = ask.actor.user_id
    if user is not None and user == approval.placed_by:
        return Judges(names, _OWN)
    if any(one.id == user for one in people) and not ask.on_behalf:
        return Judges(names)
    if not people and await looks_after(ask, order_id):
        return Judges(names)
    return Judges(names, _not_yours(names))


async def approve(act: ActContext, order: Order) -> bool:
    """Send an order out as it was placed. False where the same person has approved it before.

    Raises `Forbidden` for whoever may not, and `Conflict` where another has decided, or where what
    was ordered can no longer be had: nothing has changed then.
    """
    if not await _undecided(act, order, "approved"):
        return False
    buyer = await buyer_of(act, order.id)
    for_buyer = acting_for(act, buyer)
    await secure_again(for_buyer, order)
    await _decide(act, order.id, "approved", "")
    for table, column in ((customer_order, "id"), (shipment, "order_id")):
        await act.execute(
            update(table).where(table.c[column] == order.id).values(state=OrderState.PLACED)
        )
    name = act.actor.name
    said = Reason(
        "approval.approved", f"Заказ согласован: {name}", f"The order was approved by {name}"
    )
    await add_entry(act, order.id, "approval.approved", said)
    await count_spending(act, order.id, "approved", await _spending(act, order.id))
    await release(for_buyer, order)
    await act.audit("order.approve", f"order:{order.number}", None, order.total, order.company_id)
    await tell_buyer(act, "approved", buyer, order, "")
    return True


async def refuse(act: ActContext, order: Order, why: str) -> bool:
    """Refuse an order with a reason: it is cancelled. False where the same person did so before.

    Raises `Forbidden` and `Conflict` as `approve` does, and `UserError` without a reason.
    """
    if not await _undecided(act, order, "refused"):
        return False
    if not why or len(why) > LONGEST_REASON:
        wrong = _NO_REASON if not why else _LONG
        raise UserError(wrong, {"reason": wrong})
    await _decide(act, order.id, "refused", why)
    name = act.actor.name
    said = Reason(
        "approval.refused",
        f"Заказ не согласован: {name}. {why}",
        f"The order was refused by {name}. {why}",
    )
    await Orders(act).report_state(order.id, OrderState.CANCELLED, said)
    await act.audit("order.refuse", f"order:{order.number}", None, why, order.company_id)
    await tell_buyer(act, "refused", await buyer_of(act, order.id), order, why)
    return True


async def _undecided(act: ActContext, order: Order, wanted: str) -> bool:
    """Lock the order and see that the actor may decide it, and that nobody has."""
    await Orders(act).locked(order.id)
    approval = await approval_of(act, order.id)
    if approval is None:
        raise Conflict(_NOT_ASKED)
    if approval.outcome != "waiting":
        if approval.outcome == wanted and approval.decided_by == act.actor.user_id:
            return False
        raise Conflict(_decided(act, approval))
    judges = await judges_of(act, order.id, approval)
    if judges.why_not is not None:
        raise Forbidden(judges.why_not)
    return True


async def _decide(act: ActContext, order_id: OrderId, outcome: str, said: str) -> None:
    await act.execute(
        _DECIDE,
        {"order": order_id, "outcome": outcome, "said": said, "by": act.actor.user_id},
    )


async def _spending(act: ActContext, order_id: OrderId) -> Mapping[int | None, Decimal]:
    rows: Sequence[Any] = await act.fetch(_SPENDING, {"order": order_id})
    return {row.outlet_id: row.amount for row in rows}


def _decided(ask: AskContext, approval: Approval) -> Reason:
    """Who was first, and when."""
    today = ask.now.astimezone(ask.zone).date()
    at = approval.decided_at or ask.now
    ru, en = (moment(at, ask.zone, locale, today) for locale in ("ru", "en"))
    who = approval.decider
    if approval.outcome == "approved":
        return Reason(
            "approval.decided",
            f"Заказ уже согласован: {who}, {ru}",
            f"The order was approved already by {who}, {en}",
        )
    if approval.outcome == "refused":
        return Reason(
            "approval.decided",
            f"Заказ уже отклонён: {who}, {ru}. {approval.said}",
            f"The order was refused already by {who}, {en}. {approval.said}",
        )
    return Reason(
        "approval.decided", f"Заказ уже отозван, {ru}", f"The order was withdrawn already, {en}"
    )


def _not_yours(names: Sequence[str]) -> Reason:
    if not names:
        return Reason(
            "approval.manager",
            "В компании некому согласовать этот заказ, это сделает менеджер компании",
            "Nobody of the company may approve this order; the company's manager does",
        )
    who = ", ".join(names)
    return Reason(
        "approval.others",
        f"Этот заказ могут согласовать: {who}",
        f"This order may be approved by: {who}",
    )


_ASKED = Reason(
    "approval.asked",
    "Заказ больше лимита и отправлен на согласование",
    "The order is over a limit and was sent for approval",
)
_OWN = Reason(
    "approval.own",
    "Свой заказ согласовать нельзя, это сделает другой человек",
    "One's own order is approved by somebody else",
)
_NOT_ASKED = Reason(
    "approval.none",
    "Этот заказ не требует согласования",
    "This order needs no approval",
)
_NO_REASON = Reason(
    "approval.no_reason",
    "Напишите, почему заказ не согласован: покупатель увидит это в письме",
    "Write why the order is refused: the buyer reads it in a letter",
)
_LONG = Reason(
    "approval.long_reason",
    f"Не длиннее {LONGEST_REASON} знаков",
    f"At most {LONGEST_REASON} characters",
)
