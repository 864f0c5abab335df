"""Payment documents among those of orders: the kernel books them like any word of the ERP."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco_erp_1c.commerceml import money
from fondaco_erp_1c.http.documents import DocumentIn
from fondaco_erp_1c.http.meaning import BANK_AND_CASH, REFUNDS, is_void
from fondaco_sdk.context import Act, Job

TASK = "erp_1c.payment"

# CommerceML has no number that grows with each version of a payment, so versions are counted here.
# What the kernel has refused is a new one each time it comes: the cause may be gone.
_NEXT: TextClause = text(
    """
    insert into plugin_erp_1c.payment as p (document, version, amount, order_uuid, currency, kind)
    values (:document, 1, :amount, :order, :currency, :kind)
    on conflict (document) do update
       set version = p.version + 1, amount = excluded.amount, order_uuid = excluded.order_uuid,
           currency = excluded.currency, kind = excluded.kind, refused = '',
           at = clock_timestamp()
     where p.refused <> ''
        or (p.amount, p.order_uuid, p.currency, p.kind)
           is distinct from
           (excluded.amount, excluded.order_uuid, excluded.currency, excluded.kind)
    returning p.version
    """
)
_REFUSED: TextClause = text(
    "update plugin_erp_1c.payment set refused = left(:said, 1000)"
    " where document = :document and version = :version"
)


class TakePayment(Struct, frozen=True):
    """The payload of the task: a version of a payment document, as `erp.payments` takes it."""

    external_id: str
    version: int
    order: str
    amount: Decimal
    currency: str
    kind: Literal["received", "refunded"]
    number: str
    date: date


async def take_money(act: Act, document: DocumentIn, order: UUID, currency: str) -> str:
    """Hand a document of money at the bank or in cash to the kernel, each version once, and what
    it has refused again.

    Why it cannot be read, or "". A void document takes its money back. One statement.
    """
    if document.operation not in BANK_AND_CASH | REFUNDS:
        return ""
    amount = Decimal(0) if is_void(document) else document.amount
    if amount is None:
        return "в документе оплаты нет суммы"
    day = _day(document.erp_day)
    key = document.id or f"{document.erp_number or document.number} {document.erp_day}".strip()
    if not key or day is None:
        return "в документе оплаты нет идентификатора или даты по 1С"
    written = money.currency(document.currency)
    if written is None:
        return f"валюта «{document.currency[:20]}» неизвестна"
    payload = TakePayment(
        external_id=key,
        version=0,
        order=str(order),
        amount=amount,
        currency=written or currency,
        kind="refunded" if document.operation in REFUNDS else "received",
        number=document.erp_number or document.number,
        date=day,
    )
    said = {"currency": payload.currency, "kind": payload.kind}
    rows = await act.fetch(_NEXT, {"document": key, "amount": amount, "order": order, **said})
    if rows:
        payload = replace(payload, version=rows[0].version)
        await act.enqueue(TASK, payload, key=f"{key}#{rows[0].version}")
    return ""


async def take_payment(job: Job, payload: TakePayment) -> None:
    """The task. What the kernel refuses stands with the document."""
    report = await job.receive("erp.payments", [_record(payload)])
    said = "\n".join(one.reason.ru for one in report.unmatched)
    async with job.act() as act:
        values = {"document": payload.external_id, "version": payload.version, "said": said}
        await act.execute(_REFUSED, values)


def _record(payload: TakePayment) -> dict[str, Any]:
    return {name: getattr(payload, name) for name in payload.__struct_fields__}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
