"""YooKassa's API v3: bodies in, bodies out. Pure; the only place that knows its words."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from fondaco_payments_yookassa.receipt import Position, positions, returned, shares
from fondaco_payments_yookassa.settings import YooKassa
from fondaco_payments_yookassa.wording import NOT_RETURNED, cancelled
from fondaco_sdk.providers.payment import (
    ChargeRead,
    ChargeState,
    ChargeWanted,
    Payer,
    RefundRead,
    RefundWanted,
)

PREFIX = "yookassa_"
BUSINESS = "yookassa_b2b_sberbank"
_METHODS = {"yookassa_card": "bank_card", "yookassa_sbp": "sbp"}
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_STATES = {
    "pending": ChargeState.PENDING,
    "waiting_for_capture": ChargeState.PENDING,
    "succeeded": ChargeState.PAID,
    "canceled": ChargeState.FAILED,
}


class _Amount(Struct):
    value: Decimal
    currency: str


class _Confirmation(Struct):
    confirmation_url: str = ""


class _Cancellation(Struct):
    reason: str = ""


class _Payment(Struct):
    id: str
    status: str
    amount: _Amount
    confirmation: _Confirmation | None = None
    cancellation_details: _Cancellation | None = None
    metadata: dict[str, str] | None = None


class _Refund(Struct):
    id: str
    status: str
    amount: _Amount


class _Object(Struct):
    id: str


class _Notification(Struct):
    type: str
    event: str
    object: _Object


def charge_body(settings: YooKassa, wanted: ChargeWanted) -> bytes:
    """The body of `POST /payments`."""
    body: dict[str, Any] = {
        "amount": _money(wanted.amount, wanted.currency),
        "capture": True,
        "description": f"Заказ {wanted.order_number}"[:128],
        "confirmation": {"type": "redirect", "return_url": wanted.return_url},
        "payment_method_data": _method(wanted),
        "metadata": {"charge": str(wanted.key), "order": wanted.order_number},
    }
    if settings.receipts and wanted.way != BUSINESS:
        whole = wanted.amount == wanted.order_total
        body["receipt"] = _receipt(
            settings,
            wanted.payer,
            _words(positions(wanted.items, wanted.amount, wanted.order_number)),
            "full_prepayment" if whole else "partial_prepayment",
        )
    return msgspec.json.encode(body)


def refund_body(settings: YooKassa, wanted: RefundWanted) -> bytes:
    """The body of `POST /refunds`."""
    body: dict[str, Any] = {
        "payment_id": wanted.charge_id,
        "amount": _money(wanted.amount, wanted.currency),
    }
    if settings.receipts:
        whole = wanted.charged == wanted.order_total
        body["receipt"] = _receipt(
            settings,
            wanted.payer,
            _words(returned(wanted.items, wanted.amount)),
            "full_prepayment" if whole else "partial_prepayment",
        )
    return msgspec.json.encode(body)


def _words(found: Sequence[Position]) -> Sequence[Mapping[str, Any]]:
    """The positions of a receipt, in YooKassa's words."""
    return [
        {
            "description": one.name,
            "quantity": f"{one.quantity.normalize():f}",
            "amount": _money(one.price, "RUB"),
            "vat_code": one.vat_code,
            "payment_subject": "service" if one.service else "commodity",
        }
        for one in found
    ]


def _receipt(
    settings: YooKassa, payer: Payer, items: Sequence[Mapping[str, Any]], mode: str
) -> Mapping[str, Any]:
    customer = {
        "full_name": payer.name[:256],
        "inn": payer.tax_id,
        "email": payer.email or settings.receipt_email,
    }
    return {
        "customer": {name: value for name, value in customer.items() if value},
        "tax_system_code": settings.tax_system,
        "items": [{**item, "payment_mode": mode} for item in items],
    }


def _method(wanted: ChargeWanted) -> Mapping[str, Any]:
    if wanted.way != BUSINESS:
        return {"type": _METHODS[wanted.way]}
    vat, words = _vat(wanted)
    return {
        "type": "b2b_sberbank",
        "payment_purpose": f"Оплата заказа {wanted.order_number}, {words}"[:210],
        "vat_data": vat,
    }


def _vat(wanted: ChargeWanted) -> tuple[Mapping[str, Any], str]:
    """The VAT of a part of an order: of one rate, of several, or none."""
    tax, rates = Decimal(0), set()
    for item, share in zip(wanted.items, shares(wanted.items, wanted.amount), strict=True):
        if item.vat_rate:
            tax += share * item.vat_rate / (100 + item.vat_rate)
        rates.add(item.vat_rate)
    tax = tax.quantize(Decimal("0.01"))
    if not tax:
        return {"type": "untaxed"}, "НДС не облагается"
    amount = _money(tax, wanted.currency)
    words = f"в т.ч. НДС {tax:f}"
    if len(rates) > 1:
        return {"type": "mixed", "amount": amount}, words
    rate = rates.pop()
    return {"type": "calculated", "rate": f"{rate:.0f}", "amount": amount}, words


def charge_read(body: bytes) -> ChargeRead:
    """A payment. Raises `ValueError` for what is none."""
    found = msgspec.json.decode(body, type=_Payment)
    state = _known(found.id, found.status, found.amount)
    url = found.confirmation.confirmation_url if found.confirmation else ""
    if url and not url.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError(f"an address to pay at that is none: {url[:100]!r}")
    why = found.cancellation_details.reason if found.cancellation_details else ""
    return ChargeRead(
        id=found.id,
        state=state,
        amount=found.amount.value,
        currency=found.amount.currency,
        key=(found.metadata or {}).get("charge", ""),
        url=url,
        why=cancelled(why) if state is ChargeState.FAILED else None,
    )


def refund_read(body: bytes) -> RefundRead:
    """A refund. Raises `ValueError` for what is none."""
    found = msgspec.json.decode(body, type=_Refund)
    state = _known(found.id, found.status, found.amount)
    why = NOT_RETURNED if state is ChargeState.FAILED else None
    return RefundRead(found.id, state, found.amount.value, why)


def told_of(body: bytes) -> str | None:
    """The payment a webhook is about, None for other events. Raises `ValueError`."""
    found = msgspec.json.decode(body, type=_Notification)
    if found.type != "notification":
        raise ValueError("not a notification")
    if not found.event.startswith("payment."):
        return None
    if not _ID.fullmatch(found.object.id):
        raise ValueError("an id that cannot be one")
    return found.object.id


def _known(key: str, status: str, amount: _Amount) -> ChargeState:
    state = _STATES.get(status)
    if state is None or not _ID.fullmatch(key) or not amount.value.is_finite():
        raise ValueError(f"a payment that cannot be one: {key[:70]!r} {status[:30]!r}")
    return state


def _money(amount: Decimal, currency: str) -> Mapping[str, str]:
    return {"value": f"{amount:.2f}", "currency": currency}
