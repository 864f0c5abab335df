"""The approver's two answers to a change that goes beyond a limit; the order's page asks."""

from uuid import UUID

from fondaco.hooks.context import AskContext
from fondaco.orders.approval_pages import POLICY
from fondaco.orders.pages import show_order
from fondaco.orders.requests.approving import approve_change, refuse_growth
from fondaco.orders.requests.staff_pages import seen_in
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("POST", "/orders/{uuid:uuid}/change/approve", policy=POLICY)
async def approve_growth(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Let it pass on to staff, or show the order with what stands against that."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    try:
        async with ask.act() as act:
            await approve_change(act, order.id, seen_in(form))
    except NotFound:
        raise
    except UserError as refused:
        return await show_order(ask, uuid, refused=refused)
    return Redirect(f"/orders/{uuid}#change", notice=_APPROVED)


@route("POST", "/orders/{uuid:uuid}/change/disapprove", policy=POLICY)
async def refuse_it(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Refuse it with a reason; the order stays as it is."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    try:
        async with ask.act() as act:
            await refuse_growth(act, order.id, seen_in(form), form.text("reason"))
    except NotFound:
        raise
    except UserError as refused:
        return await show_order(ask, uuid, refused=refused)
    return Redirect(f"/orders/{uuid}#change", notice=_REFUSED)


_APPROVED = Reason(
    "change.approved_notice",
    "Изменение согласовано и передано менеджеру",
    "The change is approved and was passed on to the manager",
)
_REFUSED = Reason(
    "change.disapproved_notice",
    "Изменение отклонено, заказ остаётся прежним. Покупатель узнает о причине из письма",
    "The change is refused, the order stays as it was. The buyer reads the reason in a letter",
)
