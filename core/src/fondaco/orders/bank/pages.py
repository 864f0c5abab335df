"""Bank statements for staff: upload, look before anything is booked, settle what is in doubt."""

import asyncio
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile

from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.bank import queries, service
from fondaco.orders.bank.exchange_file import read_statement
from fondaco.orders.bank.shares import MOST_ORDERS
from fondaco.orders.bank.taking import CURRENCIES, take_statement
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

STATEMENTS = "/staff/statements"
POLICY = "payment.statement"
LARGEST = 20_000_000
# The form around the file takes some bytes as well.
MOST_UPLOADED = LARGEST + 100_000
MOST = 200
RUNS = 30


@route("GET", STATEMENTS, policy=POLICY)
async def statements_page(ask: AskContext) -> Page:
    """What waits for a decision, of all statements, and the statements."""
    return await _home(ask)


@route("POST", STATEMENTS, policy=POLICY, max_body=MOST_UPLOADED)
async def upload(request: Request[Any, Any, Any], ask: AskContext) -> Page | Redirect:
    """Read a statement and keep what came; nothing is booked."""
    posted = await request.form()
    file = posted.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _home(ask, _NO_FILE)
    data = await file.read(LARGEST + 1)
    if len(data) > LARGEST:
        return await _home(ask, _LARGE)
    name = re.split(r"[\\/]", file.filename)[-1][:200]
    try:
        statement = await asyncio.to_thread(read_statement, data)
        async with ask.act() as act:
            uuid = await take_statement(act, name, statement)
    except UserError as refused:
        return await _home(ask, refused.reason)
    return Redirect(f"{STATEMENTS}/{uuid}")


async def _home(ask: AskContext, mistake: Reason | None = None) -> Page:
    waiting = await service.payments_of(ask, ["open"], MOST + 1)
    context = {
        "statements": await ask.fetch(queries.STATEMENTS, {"uuid": None, "most": RUNS}),
        "error": mistake.text(ask.locale) if mistake else "",
        **await _sorted(ask, waiting[:MOST]),
        "more": len(waiting) > MOST,
        "erp_tells": _erp_tells(ask),
    }
    return Page("orders/bank_home.html", context, 422 if mistake else 200)


@route("GET", f"{STATEMENTS}/{{uuid:uuid}}", policy=POLICY)
async def statement_page(ask: AskContext, uuid: UUID) -> Page:
    """What will be booked and where, what is in doubt and why, what is settled."""
    found = await ask.fetch(queries.STATEMENTS, {"uuid": uuid, "most": 1})
    if not found:
        raise NotFound(_NO_STATEMENT)
    open_ = await service.payments_of(ask, ["open"], MOST + 1, uuid)
    settled = await service.payments_of(ask, ["booked", "foreign"], MOST + 1, uuid)
    context = {
        "statement": found[0],
        "accounts": [_balance(account) for account in found[0].facts["accounts"]],
        **await _sorted(ask, open_[:MOST]),
        "settled": settled[:MOST],
        "shares": await service.shares_of(ask, settled[:MOST]),
        "more": len(open_) > MOST,
        "more_settled": len(settled) > MOST,
        "erp_tells": _erp_tells(ask),
    }
    return Page("orders/bank_statement.html", context)


def _balance(told: Mapping[str, Any]) -> Mapping[str, Any]:
    sums = ("opening", "received", "spent", "closing", "found")
    amounts = {name: told[name] and Decimal(told[name]) for name in sums}
    currency = CURRENCIES.get(told["account"][5:8], "RUB")
    return {**told, **amounts, "currency": currency}


async def _sorted(ask: AskContext, payments: Any) -> Mapping[str, Any]:
    pairs = list(zip(payments, await service.matches_of(ask, payments), strict=True))
    return {
        "certain": [pair for pair in pairs if pair[1].certain],
        "doubtful": [pair for pair in pairs if not pair[1].certain],
    }


@route("POST", f"{STATEMENTS}/book", policy=POLICY)
async def book_shown(act: ActContext, form: Form) -> Redirect:
    """Book what was shown; what has changed since then stays in doubt."""
    shown = dict(map(_pair, form.all("pair")[:MOST]))
    back = _statement_of(form)
    if not shown:
        return Redirect(back)
    booked, left = await service.book_shown(act, shown)
    return Redirect(back, notice=_booked(booked, left))


def _pair(written: str) -> tuple[UUID, UUID]:
    payment, _, order = written.partition(":")
    try:
        return UUID(payment), UUID(order)
    except ValueError:
        raise NotFound(_NO_PAYMENT) from None


def _statement_of(form: Form) -> str:
    try:
        return f"{STATEMENTS}/{UUID(form.text('statement'))}"
    except ValueError:
        return STATEMENTS


@route("GET", f"{STATEMENTS}/payments/{{uuid:uuid}}", policy=POLICY)
async def payment_page(ask: AskContext, uuid: UUID) -> Page:
    """One payment: what it may be for, and the form that says what it is for."""
    return await _payment(ask, uuid, None, {}, None)


@route("POST", f"{STATEMENTS}/payments/{{uuid:uuid}}/assign", policy=POLICY)
async def assign(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Book it to one order or several; rows without an order are passed by."""
    names, sums = form.all("order"), form.all("amount")
    rows = [
        (name.strip(), amount.strip())
        for name, amount in zip(names, sums, strict=False)
        if name.strip()
    ][: MOST_ORDERS + 1]
    try:
        typed = [(name, _sum(amount)) for name, amount in rows]
        async with ask.act() as act:
            await service.assign(act, uuid, typed)
    except NotFound:
        raise
    except UserError as refused:
        said = {key: why.text(ask.locale) for key, why in refused.fields.items()}
        return await _payment(ask, uuid, rows, said, refused.reason)
    return Redirect(f"{STATEMENTS}/payments/{uuid}", notice=_ASSIGNED)


def _sum(typed: str) -> Decimal:
    try:
        return Form({"amount": [typed]}).decimal("amount")
    except UserError:
        return Decimal("NaN")


async def _payment(
    ask: AskContext,
    uuid: UUID,
    rows: list[tuple[str, str]] | None,
    mistakes: Mapping[str, str],
    refused: Reason | None,
) -> Page:
    payment = await service.payment_by(ask, uuid)
    (match,) = await service.matches_of(ask, [payment])
    shares = await service.shares_of(ask, [payment])
    if rows is None:
        best = match.candidates[0].order.number if match.candidates else ""
        rows = [(best, str(payment.amount))]
    context = {
        "payment": payment,
        "match": match,
        "shares": shares.get(uuid, ()),
        "rows": [*rows, *[("", "")] * 2],
        "mistakes": mistakes,
        "refused": refused.text(ask.locale) if refused and not mistakes else "",
        "erp_tells": _erp_tells(ask),
    }
    return Page("orders/bank_payment.html", context, 422 if refused else 200)


@route("POST", f"{STATEMENTS}/payments/{{uuid:uuid}}/aside", policy=POLICY)
async def put_aside(act: ActContext, uuid: UUID) -> Redirect:
    """Money that is for no order."""
    await service.set_aside(act, uuid, ours=False)
    return Redirect(f"{STATEMENTS}/payments/{uuid}", notice=_ASIDE)


@route("POST", f"{STATEMENTS}/payments/{{uuid:uuid}}/restore", policy=POLICY)
async def restore(act: ActContext, uuid: UUID) -> Redirect:
    """It waits for a decision again."""
    await service.set_aside(act, uuid, ours=True)
    return Redirect(f"{STATEMENTS}/payments/{uuid}", notice=_RESTORED)


@route("POST", f"{STATEMENTS}/payments/{{uuid:uuid}}/strike", policy=POLICY)
async def strike(act: ActContext, uuid: UUID) -> Redirect:
    """It went to a wrong order: take it off there."""
    await service.take_back(act, uuid)
    return Redirect(f"{STATEMENTS}/payments/{uuid}", notice=_RESTORED)


def _erp_tells(ask: AskContext) -> bool:
    return ask.hall.settings.payments.bank_authority != service.SOURCE


def _booked(booked: int, left: int) -> Reason:
    ru, en = f"Учтено платежей: {booked}", f"Payments booked: {booked}"
    if left:
        ru += f". Изменилось с тех пор, как вы открыли страницу, и осталось: {left}"
        en += f". Changed since you opened the page, and left as they are: {left}"
    return Reason("bank.booked", ru, en)


_NO_FILE = Reason("bank.no_file", "Выберите файл выписки", "Choose the file of the statement")
_LARGE = Reason("bank.large", "Файл больше 20 МБ", "The file is larger than 20 MB")
_NO_STATEMENT = Reason("bank.no_statement", "Такой выписки нет", "There is no such statement")
_NO_PAYMENT = Reason("bank.absent", "Такого платежа нет", "There is no such payment")
_ASSIGNED = Reason("bank.assigned", "Платёж учтён", "The payment is booked")
_ASIDE = Reason("bank.aside", "Отложено: не оплата заказа", "Put aside: it is for no order")
_RESTORED = Reason("bank.restored", "Платёж снова ждёт решения", "The payment waits again")
