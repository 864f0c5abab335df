"""The side of staff: what is asked for, what waits longest on top, and the two answers."""

from collections.abc import Mapping
from uuid import UUID

from fondaco.hooks.context import AskContext
from fondaco.orders.detail import OrderDetail
from fondaco.orders.pages import MOVE, show_order
from fondaco.orders.requests.answering import UNAPPROVED, Answer, accept, refuse
from fondaco.orders.requests.pages import typed_in, wishes_in
from fondaco.orders.requests.reading import (
    ChangeRequest,
    free_of,
    last_request,
    lines_of,
    queue_of,
)
from fondaco.orders.requests.rule import CHANGEABLE, LONGEST
from fondaco.orders.requests.service import answered, too_late
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

CHANGES = "/staff/changes"
MOST = 200


@route("GET", CHANGES, policy=MOVE)
async def changes_page(ask: AskContext) -> Page:
    """Requests that nobody has answered, those that wait longest on top."""
    found = await queue_of(ask, MOST + 1)
    return Page("orders/changes.html", {"requests": found[:MOST], "more": len(found) > MOST})


@route("GET", "/orders/{uuid:uuid}/change/answer", policy=MOVE)
async def answer_page(ask: AskContext, uuid: UUID) -> Page:
    """What is asked for beside what is free, with the quantities that would be given."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    request = await last_request(ask, detail.order.id)
    if request is None or not request.waiting:
        why = answered(request) if request else _NONE
        return await show_order(ask, uuid, refused=Conflict(why))
    if request.unapproved:
        return await show_order(ask, uuid, refused=Conflict(UNAPPROVED))
    return await _page(ask, detail, request, {}, None)


@route("POST", "/orders/{uuid:uuid}/change/answer", policy=MOVE)
async def accept_change(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """The order becomes what is given, or stays with what stands against that."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    try:
        wishes = wishes_in(form, await lines_of(ask, detail.order.id))
        answer = Answer(seen_in(form), wishes, form.text("day") == "1", form.text("said"))
        async with ask.act() as act:
            outcome = await accept(act, detail.order.id, answer)
    except NotFound:
        raise
    except UserError as mistake:
        return await _again(ask, uuid, form, mistake)
    return Redirect(f"/orders/{uuid}", notice=_SENT_BACK if outcome == "asked" else _ACCEPTED)


@route("POST", "/orders/{uuid:uuid}/change/refuse", policy=MOVE)
async def refuse_change(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """The order stays as it is; the buyer reads why."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    try:
        async with ask.act() as act:
            await refuse(act, detail.order.id, seen_in(form), form.text("said"))
    except NotFound:
        raise
    except UserError as mistake:
        return await _again(ask, uuid, form, mistake)
    return Redirect(f"/orders/{uuid}", notice=_REFUSED)


def seen_in(form: Form) -> UUID:
    """The request that a form answers. Raises `Conflict` where it names none."""
    try:
        return UUID(form.text("request"))
    except ValueError:
        raise Conflict(_NONE) from None


async def _again(ask: AskContext, uuid: UUID, form: Form, mistake: UserError) -> Page:
    """The question once more, as long as it waits; else the order with what happened to it."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    request = await last_request(ask, detail.order.id)
    if request is None or not request.waiting or request.unapproved:
        return await show_order(ask, uuid, refused=mistake)
    return await _page(ask, detail, request, form.values(), mistake)


async def _page(
    ask: AskContext,
    detail: OrderDetail,
    request: ChangeRequest,
    typed: Mapping[str, str],
    mistake: UserError | None,
) -> Page:
    asked = {one.line: one for one in request.lines}
    lines = [line for line in await lines_of(ask, detail.order.id) if line.id in asked]
    given = {line.key: typed_in(typed, line, asked[line.id].wanted) for line in lines}
    fields = mistake.fields if mistake else {}
    at_fields = any(name == "said" or name.startswith("to-") for name in fields)
    late = detail.order.state not in CHANGEABLE
    context = {
        "order": detail.order,
        "request": request,
        "lines": lines,
        "asked": asked,
        "given": given,
        "free": await free_of(ask, lines),
        "day": not typed or typed.get("day") == "1",
        "said": typed.get("said", ""),
        "too_late": too_late(detail.order).text(ask.locale) if late else "",
        "refused": mistake if mistake and not at_fields else None,
        "mistakes": {name: why.text(ask.locale) for name, why in fields.items()},
        "longest": LONGEST,
    }
    return Page("orders/change_answer.html", context, mistake.status if mistake else 200)


_NONE = Reason(
    "change.none", "Изменить этот заказ никто не просит", "Nobody asks to change this order"
)
_ACCEPTED = Reason(
    "change.accepted_notice",
    "Запрос принят, заказ изменён. Покупатель узнает об этом из письма",
    "The request is accepted, the order is changed. The buyer is told by a letter",
)
_SENT_BACK = Reason(
    "change.sent_back",
    "Изменение больше лимита покупателя. Заказ прежний, а запрос ждёт согласующего в его компании",
    "The change is over the buyer's limit. The order is as it was, and the request waits for an"
    " approver of the company",
)
_REFUSED = Reason(
    "change.refused_notice",
    "Запрос отклонён, заказ остаётся прежним. Покупатель узнает о причине из письма",
    "The request is refused, the order stays as it was. The buyer reads the reason in a letter",
)
