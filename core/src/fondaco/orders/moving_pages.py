"""The steps of an order that staff make: asked about once, since there is no way back."""

from collections.abc import Mapping
from uuid import UUID

from fondaco.documents.reading import documents_of_order
from fondaco.exchange.inbound_runs import was_received
from fondaco.hooks.context import AskContext
from fondaco.orders.detail import OrderDetail
from fondaco.orders.moving import LONGEST, Move, impossible, move_order
from fondaco.orders.pages import MOVE, show_order
from fondaco.orders.service import Orders
from fondaco.orders.states import MADE, may_move
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

ERP_STATES = "erp.order_states"


@route("GET", "/orders/{uuid:uuid}/move", policy=MOVE)
async def move_page(ask: AskContext, uuid: UUID, to: str) -> Page:
    """Says what the step does and that it cannot be undone; takes words for the buyer."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    wanted = _state(to)
    if not may_move(detail.order.state, wanted):
        return await show_order(ask, uuid, refused=impossible(detail.order))
    return await _ask_once(ask, detail, Move(detail.order.state, wanted), {})


@route("POST", "/orders/{uuid:uuid}/move", policy=MOVE)
async def move(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Make the step, or show the order as it is now with what stands against that."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    wanted = Move(_state(form.text("seen")), _state(form.text("to")), form.text("said"))
    try:
        async with ask.act() as act:
            await move_order(act, detail.order.id, wanted)
    except NotFound:
        raise
    except UserError as mistake:
        if "said" in mistake.fields:
            said = {name: one.text(ask.locale) for name, one in mistake.fields.items()}
            return await _ask_once(ask, detail, wanted, said, 422)
        return await show_order(ask, uuid, refused=mistake)
    return Redirect(f"/orders/{uuid}", notice=MADE[wanted.to])


async def _ask_once(
    ask: AskContext,
    detail: OrderDetail,
    move: Move,
    mistakes: Mapping[str, str],
    status: int = 200,
) -> Page:
    cancels = move.to is OrderState.CANCELLED
    context = {
        "order": detail.order,
        "move": move,
        "cancels": cancels,
        "documents": await documents_of_order(ask, detail.order.id, ask.scope) if cancels else (),
        "erp_leads": await was_received(ask, ERP_STATES),
        "mistakes": mistakes,
        "longest": LONGEST,
    }
    return Page("orders/move.html", context, status)


def _state(name: str) -> OrderState:
    try:
        return OrderState(name)
    except ValueError:
        raise UserError(
            Reason("order.no_state", "Такого состояния нет", "There is no such state")
        ) from None
