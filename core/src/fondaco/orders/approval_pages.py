"""Approvals: what waits for oneself, and the two answers there are."""

from typing import Any
from uuid import UUID

from fondaco.hooks.context import AskContext
from fondaco.orders.approval import LONGEST_REASON, approval_of, approve, judges_of, refuse
from fondaco.orders.approval_list import MOST, waiting_for
from fondaco.orders.pages import show_order
from fondaco.orders.requests.reading import changes_to_approve
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.approve"


@route("GET", "/approvals", policy=POLICY)
async def approvals_page(ask: AskContext) -> Page:
    """Orders, and changes of orders, that wait for the person who looks, the oldest first."""
    staff = ask.actor.kind is ActorKind.STAFF
    context = {
        "orders": await waiting_for(ask),
        "changes": () if staff else await changes_to_approve(ask, MOST),
        "staff": staff,
    }
    return Page("orders/approvals.html", context)


@route("POST", "/orders/{uuid:uuid}/approve", policy=POLICY)
async def approve_order(ask: AskContext, uuid: UUID) -> Page | Redirect:
    """Send the order out, or show it with what stands against that."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    try:
        async with ask.act() as act:
            await approve(act, order)
    except NotFound:
        raise
    except UserError as refused:
        return await show_order(ask, uuid, refused=refused)
    return Redirect(f"/orders/{uuid}", notice=_APPROVED)


@route("GET", "/orders/{uuid:uuid}/refuse", policy=POLICY)
async def refuse_page(ask: AskContext, uuid: UUID) -> Page:
    """Asks for the reason, which the buyer reads."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    approval = await approval_of(ask, order.id)
    if approval is None or order.state is not OrderState.AWAITING_APPROVAL:
        raise Conflict(_DECIDED)
    judges = await judges_of(ask, order.id, approval)
    if judges.why_not is not None:
        return await show_order(ask, uuid, refused=Conflict(judges.why_not))
    return _refuse_page(order, "", {})


@route("POST", "/orders/{uuid:uuid}/refuse", policy=POLICY)
async def refuse_order(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Refuse the order with a reason."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    why = form.text("reason")
    try:
        async with ask.act() as act:
            await refuse(act, order, why)
    except NotFound:
        raise
    except UserError as mistake:
        if "reason" in mistake.fields:
            said = {name: one.text(ask.locale) for name, one in mistake.fields.items()}
            return _refuse_page(order, why, said, 422)
        return await show_order(ask, uuid, refused=mistake)
    return Redirect(f"/orders/{uuid}", notice=_REFUSED)


def _refuse_page(order: Order, typed: str, mistakes: dict[str, str], status: int = 200) -> Page:
    context: dict[str, Any] = {
        "order": order,
        "typed": typed,
        "mistakes": mistakes,
        "longest": LONGEST_REASON,
    }
    return Page("orders/refuse.html", context, status)


_APPROVED = Reason(
    "approval.sent",
    "Заказ согласован и передан поставщику, покупатель узнает об этом из письма",
    "The order is approved and on its way to the supplier; the buyer is told by a letter",
)
_REFUSED = Reason(
    "approval.turned_down",
    "Заказ отклонён, товар снова свободен. Покупатель узнает о причине из письма",
    "The order is refused and its goods are free. The buyer reads the reason in a letter",
)
_DECIDED = Reason(
    "approval.nothing",
    "Этот заказ уже не ждёт согласования",
    "This order no longer waits for an approval",
)
