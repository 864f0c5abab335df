"""Orders: the list, one order, why its lines are so, and its cancelling."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response

from fondaco.documents.reading import documents_of_order
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.lists.marks import may_keep
from fondaco.orders.approval import approval_of, judges_of
from fondaco.orders.checked import check_of
from fondaco.orders.cursor import decode_place, encode_place
from fondaco.orders.export import order_xlsx
from fondaco.orders.holds import OPEN, held_of, keep
from fondaco.orders.listing import Wanted, list_orders
from fondaco.orders.page_model import OrderModel, order_model
from fondaco.orders.payments.page_model import payments_model
from fondaco.orders.queries import SEE_DATES
from fondaco.orders.reading import frozen_line, names_of
from fondaco.orders.repriced.service import offer_of
from fondaco.orders.requests.growth import judges_of_change, may_judge
from fondaco.orders.requests.reading import ChangeRequest, last_request, lines_of, may_ask
from fondaco.orders.service import Orders, cancelled_late
from fondaco.orders.states import moves_from
from fondaco.web.routing import route
from fondaco_sdk.context import Subject
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

VIEW = "order.view"
PLACE = "order.place"
KEEP = "order.keep"
MOVE = "order.move"
APPROVE = "order.approve"
SLOT = "order.aside"
MOST = 50
_STATES = {state.value: state for state in OrderState}


@route("GET", "/orders", policy=VIEW)
async def orders_page(
    ask: AskContext, number: str = "", show: str = "", mine: str = "", cursor: str = ""
) -> Page:
    """The orders in sight, newest first, or those that are looked for.

    Those of the ERP stand among them by their day.
    """
    wanted = Wanted(number.strip(), _STATES.get(show), mine=bool(mine))
    below = decode_place(cursor)
    found = await list_orders(ask, ask.scope, below=below, wanted=wanted, most=MOST + 1)
    shown = found[:MOST]
    query = {"number": wanted.text, "show": wanted.state, "mine": "1" if wanted.mine else ""}
    kept = {name: value for name, value in query.items() if value}
    older = urlencode({**kept, "cursor": encode_place(shown[-1].place)}) if shown else ""
    return Page(
        "orders/list.html",
        {
            "orders": shown,
            "wanted": wanted,
            "states": tuple(OrderState),
            "filtered": bool(kept),
            "older": f"/orders?{older}" if len(found) > MOST else "",
            "newest": f"/orders?{urlencode(kept)}" if cursor else "",
            "staff": ask.actor.kind is ActorKind.STAFF,
            "all_orders": ask.scope.everything,
        },
    )


@route("GET", "/orders/{uuid:uuid}", policy=VIEW)
async def order_page(ask: AskContext, uuid: UUID, placed: str | None = None) -> Page:
    """One order, whole. `placed`: it was ordered a moment ago."""
    return await show_order(ask, uuid, placed=placed is not None)


async def show_order(
    ask: AskContext, uuid: UUID, *, placed: bool = False, refused: UserError | None = None
) -> Page:
    """The page of an order; `refused` says why something could not be done with it."""
    model = await _model(ask, uuid)
    order = model.detail.order
    subject = Subject(
        key="order",
        company_id=order.company_id,
        order_uuid=order.uuid,
        amount=order.total,
        currency=order.currency,
    )
    approval = await _approval(ask, order)
    # Whoever decides on an order refuses it instead of cancelling it.
    moves = ask.actor.may(MOVE) and not approval["may_approve"]
    change = await last_request(ask, order.id)
    check = await check_of(ask, order.id)
    context = {
        **await _growth(ask, order, change),
        "change": change,
        "may_ask_change": ask.actor.may(PLACE) and may_ask(order, change),
        "moves_requests": ask.actor.may(MOVE),
        "model": model,
        "order": order,
        "documents": await documents_of_order(ask, order.id, ask.scope),
        "payments": await payments_model(ask, order),
        "check": check,
        "price_offer": await offer_of(ask, order, check),
        "hold": await held_of(ask, order.id),
        "may_keep": ask.actor.may(KEEP) and order.state in OPEN,
        "placed": placed,
        "refused": refused,
        **approval,
        "moves": moves_from(order.state) if moves else (),
        "may_place": ask.actor.may(PLACE),
        "may_keep_lists": may_keep(ask),
        "staff": ask.actor.kind is ActorKind.STAFF,
    }
    status = refused.status if refused else 200
    return Page("orders/page.html", context, status, slots={SLOT: [subject]})


async def _growth(ask: AskContext, order: Order, change: ChangeRequest | None) -> dict[str, Any]:
    """Who may approve a change that goes beyond a limit, and whether the asker may."""
    if change is None or not change.unapproved:
        return {"growth_judges": (), "may_judge_growth": False}
    people = await judges_of_change(ask, order, change, await lines_of(ask, order.id))
    return {
        "growth_judges": [one.name for one in people],
        "may_judge_growth": may_judge(ask, people),
    }


@route("POST", "/orders/{uuid:uuid}/keep", policy=KEEP)
async def keep_goods(act: ActContext, uuid: UUID) -> Redirect:
    """The payment is there: the goods stay held until they are shipped."""
    order = (await Orders(act).detail(uuid, act.scope)).order
    said = await keep(act, order.id)
    await act.audit("order.keep", f"order:{order.number}", None, said.code, order.company_id)
    return Redirect(f"/orders/{uuid}", notice=said)


@route("POST", "/orders/{uuid:uuid}/dates-seen", policy=PLACE)
async def see_dates(act: ActContext, uuid: UUID) -> Redirect:
    """The buyer knows the new dates; again changes nothing."""
    order = (await Orders(act).detail(uuid, act.scope)).order
    await act.execute(SEE_DATES, {"order": order.id})
    return Redirect(f"/orders/{uuid}")


@route("GET", "/orders/{uuid:uuid}/lines/{line:uuid}/why", policy=VIEW)
async def why_this_line(ask: AskContext, uuid: UUID, line: UUID) -> Page:
    """What decided a line when it was ordered; the rejected sources are for staff."""
    frozen = await frozen_line(ask, uuid, line, ask.scope)
    return Page("orders/why.html", {"frozen": frozen, "staff": ask.actor.kind is ActorKind.STAFF})


@route("GET", "/orders/{uuid:uuid}/export.xlsx", policy=VIEW)
async def export_order(ask: AskContext, uuid: UUID) -> Response[bytes]:
    """The order as a workbook."""
    model = await _model(ask, uuid)
    return download(order_xlsx(model, ask.locale), f"order-{uuid}.xlsx")


@route("GET", "/orders/{uuid:uuid}/cancel", policy=PLACE)
async def cancel_page(ask: AskContext, uuid: UUID) -> Page:
    """Names what cancelling does, since it cannot be undone."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    if not detail.may_cancel:
        raise cancelled_late(detail.order)
    documents = await documents_of_order(ask, detail.order.id, ask.scope)
    return Page("orders/cancel.html", {"order": detail.order, "documents": documents})


@route("POST", "/orders/{uuid:uuid}/cancel", policy=PLACE)
async def cancel_order(act: ActContext, uuid: UUID) -> Redirect:
    """Cancel; again changes nothing."""
    orders = Orders(act)
    detail = await orders.detail(uuid, act.scope)
    name = act.actor.name
    await orders.cancel(detail.order.id, Reason("order.cancelled", name, name))
    number = detail.order.number
    notice = Reason(
        "order.cancelled_notice",
        f"Заказ {number} отменён, товар больше не в резерве",
        f"Order {number} is cancelled, its goods are no longer held",
    )
    return Redirect(f"/orders/{uuid}", notice=notice)


async def _approval(ask: AskContext, order: Order) -> dict[str, Any]:
    """Of an order that waits: why, and who may decide."""
    waits = order.state is OrderState.AWAITING_APPROVAL
    approval = await approval_of(ask, order.id) if waits else None
    judges = await judges_of(ask, order.id, approval) if approval else None
    may = judges is not None and judges.why_not is None and ask.actor.may(APPROVE)
    return {"approval": approval, "judges": judges, "may_approve": may}


async def _model(ask: AskContext, uuid: UUID) -> OrderModel:
    detail = await Orders(ask).detail(uuid, ask.scope)
    return order_model(detail, await names_of(ask, detail.order.id), ask.locale)
