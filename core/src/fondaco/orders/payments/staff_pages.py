"""Staff give money back, write down what came past the portal, and strike what was a mistake."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.detail import OrderDetail
from fondaco.orders.pages import show_order
from fondaco.orders.payments.charge_queries import STRUCK_BEFORE
from fondaco.orders.payments.charges import part_of
from fondaco.orders.payments.page_model import RECORD, REFUND, STAFF, Entry, PartRow, payments_model
from fondaco.orders.payments.refunds import Back, give_back
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.payments.unknown_refunds import clear_up
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

LONGEST = 500
LONGEST_NUMBER = 40


@route("GET", "/orders/{uuid:uuid}/payments/{payment:uuid}/refund", policy=REFUND)
async def refund_page(ask: AskContext, uuid: UUID, payment: UUID) -> Page:
    """How much goes back, and why; the order where nothing can."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    if (await _row_of(ask, detail, payment)).back <= 0:
        return await show_order(ask, uuid, refused=Conflict(_NOTHING))
    return await _refund_form(ask, detail, payment, {}, {})


@route("POST", "/orders/{uuid:uuid}/payments/{payment:uuid}/refund", policy=REFUND)
async def refund(ask: AskContext, uuid: UUID, payment: UUID, form: Form) -> Page | Redirect:
    """Begin the refund, once for a form; a task asks the acquirer until it has said yes or no."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    part = part_of(detail, payment)
    try:
        wanted = _refund_of(form)
        async with ask.act() as act:
            if await give_back(act, detail.order, part, wanted):
                after = {"amount": str(wanted.amount), "reason": wanted.reason}
                order = detail.order
                subject = f"order:{order.number}"
                await act.audit("payment.refund", subject, None, after, order.company_id)
    except NotFound:
        raise
    except UserError as mistake:
        fields = mistake.fields or {"amount": mistake.reason}
        said = {name: why.text(ask.locale) for name, why in fields.items()}
        return await _refund_form(ask, detail, payment, form.values(), said)
    return Redirect(f"/orders/{uuid}#payments", notice=_UNDER_WAY)


def _refund_of(form: Form) -> Back:
    key = _key_of(form.values())
    if key is None:
        raise UserError(_ANEW)
    reading = form.reading()
    amount, reason = reading.decimal("amount"), reading.required("reason")
    _whole_kopecks(reading, amount)
    if len(reason) > LONGEST:
        reading.refuse("reason", _LONG)
    reading.done()
    return Back(key, amount, reason)


def _key_of(typed: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(typed.get("key", ""))
    except ValueError:
        return None


async def _row_of(ask: AskContext, detail: OrderDetail, payment: UUID) -> PartRow:
    """A part with its journal. Raises `NotFound`."""
    part = part_of(detail, payment)
    model = await payments_model(ask, detail.order)
    return next(row for row in model.rows if row.part.uuid == part.uuid)


async def _refund_form(
    ask: AskContext,
    detail: OrderDetail,
    payment: UUID,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> Page:
    row = await _row_of(ask, detail, payment)
    context = {
        "order": detail.order,
        "part": row.part,
        "back": row.back,
        "key": _key_of(typed) or uuid7(),
        "typed": typed,
        "mistakes": mistakes,
    }
    return Page("orders/refund.html", context, 422 if mistakes else 200)


@route("POST", "/orders/{uuid:uuid}/payments/{payment:uuid}/refunds/{refund:uuid}", policy=REFUND)
async def clear_up_refund(
    act: ActContext, uuid: UUID, payment: UUID, refund: UUID, form: Form
) -> Redirect:
    """Say what became of a refund of which the acquirer has not told."""
    detail = await Orders(act).detail(uuid, act.scope)
    part_of(detail, payment)
    gone = form.choice("gone", ("yes", "no")) == "yes"
    order = detail.order
    found = await clear_up(act, order, payment, refund, gone=gone)
    after = {"amount": str(found.amount), "gone": gone}
    await act.audit("payment.refund", f"order:{order.number}", None, after, order.company_id)
    return Redirect(f"/orders/{uuid}#payments", notice=_BOOKED if gone else _MAY_RETURN)


@route("GET", "/orders/{uuid:uuid}/payments/{payment:uuid}/record", policy=RECORD)
async def record_page(ask: AskContext, uuid: UUID, payment: UUID) -> Page:
    """A payment that came past the portal."""
    return _record_form(ask, await Orders(ask).detail(uuid, ask.scope), payment, {}, {})


@route("POST", "/orders/{uuid:uuid}/payments/{payment:uuid}/record", policy=RECORD)
async def record(ask: AskContext, uuid: UUID, payment: UUID, form: Form) -> Page | Redirect:
    """Count it; the same document again counts nothing and is said."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    order = detail.order
    part_of(detail, payment)
    try:
        amount, number, day = _document_of(form, ask.now.astimezone(ask.zone).date())
        document = f"{number} {day}"
        async with ask.act() as act:
            await Orders(act).locked(order.id)
            reference = await _reference(act, order.id, document)
            money = Receipt(amount, order.currency, STAFF, reference, payment=payment, paid_on=day)
            if not await book(act, order.id, money):
                form.refuse("number", _KNOWN)
            after = {"amount": str(amount), "document": document}
            subject = f"order:{order.number}"
            await act.audit("payment.record", subject, None, after, order.company_id)
    except NotFound:
        raise
    except UserError as mistake:
        fields = mistake.fields or {"amount": mistake.reason}
        said = {name: why.text(ask.locale) for name, why in fields.items()}
        return _record_form(ask, detail, payment, form.values(), said)
    return Redirect(f"/orders/{uuid}#payments", notice=_RECORDED)


def _document_of(form: Form, today: date) -> tuple[Decimal, str, date]:
    reading = form.reading()
    amount, number = reading.decimal("amount"), reading.required("number")
    day = reading.day("day", required=True)
    _whole_kopecks(reading, amount)
    if day and day > today:
        reading.refuse("day", _NOT_YET)
    if len(number) > LONGEST_NUMBER:
        reading.refuse("number", _LONG)
    reading.done()
    assert day is not None
    return amount, number, day


async def _reference(act: ActContext, order_id: int, document: str) -> str:
    """The document's own; of one that was struck before, a further one."""
    pattern = document.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"order": order_id, "base": document, "pattern": pattern}
    struck = (await act.fetch(STRUCK_BEFORE, values))[0][0]
    return f"{document}#{struck + 1}" if struck else document


def _record_form(
    ask: AskContext,
    detail: OrderDetail,
    payment: UUID,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> Page:
    context = {
        "order": detail.order,
        "part": part_of(detail, payment),
        "today": ask.now.astimezone(ask.zone).date(),
        "typed": typed,
        "mistakes": mistakes,
    }
    return Page("orders/record.html", context, 422 if mistakes else 200)


@route("POST", "/orders/{uuid:uuid}/payments/{payment:uuid}/strike", policy=RECORD)
async def strike(act: ActContext, uuid: UUID, payment: UUID, form: Form) -> Redirect:
    """Take off what staff had written down by mistake; the entry stays, with the one against it."""
    detail = await Orders(act).detail(uuid, act.scope)
    order = detail.order
    part_of(detail, payment)
    entry = await _entry(act, detail, payment, form.text("entry"))
    money = Receipt(
        entry.amount,
        order.currency,
        STAFF,
        f"strike:{entry.reference}",
        payment=payment,
        kind="struck",
    )
    await book(act, order.id, money)
    before = {"amount": str(entry.amount), "document": entry.reference}
    await act.audit("payment.strike", f"order:{order.number}", before, None, order.company_id)
    return Redirect(f"/orders/{uuid}#payments", notice=_STRUCK)


async def _entry(act: ActContext, detail: OrderDetail, payment: UUID, key: str) -> Entry:
    model = await payments_model(act, detail.order)
    entries = (e for row in model.rows if row.part.uuid == payment for e in row.entries)
    found = next((e for e in entries if str(e.id) == key and e.source == STAFF), None)
    if found is None or found.kind != "received":
        raise NotFound(_NO_ENTRY)
    return found


def _whole_kopecks(form: Form, amount: Decimal) -> None:
    if not 0 < amount < Decimal(10) ** 13 or amount != round(amount, 2):
        form.refuse("amount", _AMOUNT)


_AMOUNT = Reason(
    "payment.amount",
    "Сумма больше нуля, не больше двух знаков после запятой",
    "The amount is more than zero, with at most two decimals",
)
_ANEW = Reason(
    "payment.refund_anew",
    "Форма устарела: проверьте сумму и отправьте ещё раз",
    "The form was out of date: check the amount and send it again",
)
_LONG = Reason("payment.long", "Слишком длинно", "Too long")
_NOT_YET = Reason(
    "payment.not_yet",
    "Этот день ещё не наступил: запишите оплату, когда деньги придут",
    "This day has not come yet: write the payment down once the money is there",
)
_KNOWN = Reason(
    "payment.known",
    "Оплата по этому документу уже учтена в заказе",
    "The payment by this document is counted in the order already",
)
_NO_ENTRY = Reason("payment.no_entry", "Такой записи нет", "There is no such entry")
_NOTHING = Reason(
    "payment.nothing_back",
    "По этой части нечего возвращать",
    "Of this part there is nothing to return",
)
_UNDER_WAY = Reason(
    "payment.refund_begun",
    "Возврат отправлен: через несколько секунд станет видно, прошёл ли он",
    "The refund is on its way: in a few seconds you will see whether it went through",
)
_BOOKED = Reason("payment.refund_booked", "Возврат учтён", "The refund is counted")
_MAY_RETURN = Reason(
    "payment.refund_again",
    "Отмечено: деньги не уходили, их можно вернуть заново",
    "Noted: the money has not gone, and may be returned anew",
)
_RECORDED = Reason("payment.recorded", "Оплата учтена", "The payment is counted")
_STRUCK = Reason(
    "payment.struck_notice", "Запись отменена как ошибочная", "The record is struck as a mistake"
)
