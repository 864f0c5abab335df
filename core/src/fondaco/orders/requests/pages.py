"""The buyer's side: asking for a change of an order, and taking that back."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from uuid import UUID

from fondaco.hooks.context import AskContext
from fondaco.orders.detail import OrderDetail
from fondaco.orders.pages import PLACE, show_order
from fondaco.orders.requests.reading import day_of, last_request, lines_of
from fondaco.orders.requests.rule import CHANGEABLE, LONGEST, Line, Wish
from fondaco.orders.requests.service import Wanted, ask_change, too_late, withdraw
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", "/orders/{uuid:uuid}/change", policy=PLACE)
async def change_page(ask: AskContext, uuid: UUID) -> Page | Redirect:
    """Every line with its quantity, the day, and room for words."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    if detail.order.state not in CHANGEABLE:
        return await show_order(ask, uuid, refused=Conflict(too_late(detail.order)))
    request = await last_request(ask, detail.order.id)
    if request is not None and request.waiting:
        return Redirect(f"/orders/{uuid}#change")
    return await _page(ask, detail, {}, None)


@route("POST", "/orders/{uuid:uuid}/change", policy=PLACE)
async def send_change(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Send the request, or show the form with what stands against it and all that was typed."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    try:
        wanted = await _read(ask, detail, form)
        async with ask.act() as act:
            await ask_change(act, detail.order.id, wanted)
    except NotFound:
        raise
    except UserError as mistake:
        now = await Orders(ask).detail(uuid, ask.scope)
        if now.order.state not in CHANGEABLE:
            return await show_order(ask, uuid, refused=mistake)
        return await _page(ask, now, form.values(), mistake)
    return Redirect(f"/orders/{uuid}#change", notice=_SENT)


@route("POST", "/orders/{uuid:uuid}/change/withdraw", policy=PLACE)
async def withdraw_change(ask: AskContext, uuid: UUID) -> Page | Redirect:
    """Take the request back."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    try:
        async with ask.act() as act:
            await withdraw(act, detail.order.id)
    except Conflict as late:
        return await show_order(ask, uuid, refused=late)
    return Redirect(f"/orders/{uuid}", notice=_WITHDRAWN)


async def _read(ask: AskContext, detail: OrderDetail, form: Form) -> Wanted:
    """What is asked for; lines of which the form says nothing stay."""
    wishes = wishes_in(form, await lines_of(ask, detail.order.id))
    reading = form.reading()
    day, comment = reading.day("day"), reading.text("comment")
    reading.done()
    return Wanted(wishes, day, comment)


def wishes_in(form: Form, lines: Sequence[Line]) -> Mapping[int, Wish]:
    """The lines of a form: `was-<line>` was seen, `to-<line>` is to be. Raises `UserError`."""
    reading = form.reading()
    found: dict[int, Wish] = {}
    for line in lines:
        if form.has(f"to-{line.key}"):
            seen, to = reading.decimal(f"was-{line.key}"), reading.decimal(f"to-{line.key}")
            found[line.id] = Wish(seen, to)
    reading.done()
    return found


async def _page(
    ask: AskContext, detail: OrderDetail, typed: Mapping[str, str], mistake: UserError | None
) -> Page:
    order = detail.order
    day, one = await day_of(ask, order.id)
    lines: list[Line] = [line for line in await lines_of(ask, order.id) if line.quantity]
    fields = mistake.fields if mistake else {}
    context = {
        "order": order,
        "lines": lines,
        "typed": {line.key: typed_in(typed, line, line.quantity) for line in lines},
        "day": typed.get("day", day.isoformat() if day else ""),
        "one_shipment": one,
        "today": ask.now.astimezone(ask.zone).date().isoformat(),
        "comment": typed.get("comment", ""),
        "refused": mistake if mistake and not _of_fields(fields) else None,
        "mistakes": {name: why.text(ask.locale) for name, why in fields.items()},
        "longest": LONGEST,
    }
    return Page("orders/change.html", context, mistake.status if mistake else 200)


def _of_fields(fields: Mapping[str, Reason]) -> bool:
    return any(name in ("day", "comment") or name.startswith("to-") for name in fields)


def typed_in(typed: Mapping[str, str], line: Line, otherwise: Decimal) -> Decimal:
    """The quantity that was typed for a line; what is no number is not shown again."""
    try:
        found = Decimal(typed[f"to-{line.key}"].replace(",", "."))
    except (KeyError, InvalidOperation):
        return otherwise
    return found if found.is_finite() else otherwise


_SENT = Reason(
    "change.sent",
    "Запрос отправлен. Заказ пока прежний: менеджер ответит, и вы узнаете об этом из письма",
    "The request is sent. The order is as it was: your manager will answer, and a letter will tell",
)
_WITHDRAWN = Reason(
    "change.taken_back",
    "Запрос отозван, заказ остаётся прежним",
    "The request is withdrawn, the order stays as it was",
)
