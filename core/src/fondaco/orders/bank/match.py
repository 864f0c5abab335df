"""Which order a payment is for: pure. What leaves a doubt is never guessed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

Word = Literal["invoice", "order", "bare"]
NOT_PAYABLE = frozenset((OrderState.CANCELLED, OrderState.AWAITING_APPROVAL))
# Of a long purpose only so much is looked up.
MOST_MENTIONS = 20

_SIGN = r"(?:№|N[oо]?\.?(?=\s*\d))?\s*"
_TOKEN = rf"{_SIGN}[\w/-]{{0,30}}\d[\w/-]{{0,30}}"
_NAMED = re.compile(
    rf"\b(?P<word>сч[её]т(?:ам|ах|а|у|ом|е|ов)?|сч\.|заказ(?:ам|ах|а|у|ом|е|ов)?)\s*"
    rf"(?:на\s+оплату|покупателя)?\s*(?P<list>{_TOKEN}(?:\s*(?:[,;]|\bи\b)\s*{_TOKEN})*)",
    re.IGNORECASE,
)
_ONE = re.compile(rf"{_SIGN}(?P<number>[\w/-]{{0,30}}\d[\w/-]{{0,30}})", re.IGNORECASE)
# Without a word before it a number has to look like one of ours, and not like a sum or a date.
_BARE = re.compile(
    r"(?<![\w/.-])(?=[\w/-]{0,30}[^\W\d]|\d{1,30}-\d)[\w/-]{0,30}\d[\w/-]{0,30}(?![\w/-])"
)


class Payment(Struct, frozen=True):
    """Money that came. `tax_id` is the payer's, "" where the bank does not say it."""

    uuid: UUID
    seller_id: int
    amount: Decimal
    currency: str
    tax_id: str
    purpose: str


class OpenPart(Struct, frozen=True):
    """A part of an order that is paid past the acquirers, and what is open of it."""

    uuid: UUID
    open: Decimal


class OrderOpen(Struct, frozen=True):
    """An order as far as a payment is concerned; `open` is what is missing of its total."""

    uuid: UUID
    id: int
    number: str
    invoices: tuple[str, ...]
    seller_id: int
    company: str
    tax_id: str
    state: OrderState
    currency: str
    open: Decimal
    parts: tuple[OpenPart, ...]


class Candidate(Struct, frozen=True):
    """An order that a payment may be for, and what speaks for and against it."""

    order: OrderOpen
    fits: tuple[Reason, ...]
    doubts: tuple[Reason, ...]


class Match(Struct, frozen=True):
    """`certain`: the one order, and `part` of it (None: whichever is open). Else why not."""

    payment: Payment
    certain: OrderOpen | None
    part: UUID | None
    candidates: tuple[Candidate, ...]
    why: Reason | None


def mentions(purpose: str) -> Sequence[tuple[Word, str]]:
    """The numbers in a purpose, each with the word that stands before it."""
    found: dict[tuple[Word, str], None] = {}
    rest = purpose
    for named in _NAMED.finditer(purpose):
        word: Word = "order" if named["word"].casefold().startswith("заказ") else "invoice"
        for one in _ONE.finditer(named["list"]):
            found[word, one["number"]] = None
        rest = rest.replace(named[0], " ; ")
    for bare in _BARE.finditer(rest):
        found["bare", bare[0]] = None
    return list(found)[:MOST_MENTIONS]


def match_all(payments: Sequence[Payment], orders: Sequence[OrderOpen]) -> Sequence[Match]:
    """A match for each payment. Two payments for one order are both in doubt."""
    by_number = _by(orders, lambda order: (order.number,))
    by_invoice = _by(orders, lambda order: order.invoices)
    by_payer = _by(orders, lambda order: (order.tax_id,))
    found = [_match(one, by_number, by_invoice, by_payer) for one in payments]
    wanted = Counter(match.certain.uuid for match in found if match.certain)
    return [
        _doubtful(match, _TWICE) if match.certain and wanted[match.certain.uuid] > 1 else match
        for match in found
    ]


def _by(
    orders: Sequence[OrderOpen], keys: Callable[[OrderOpen], Sequence[str]]
) -> Mapping[str, Sequence[OrderOpen]]:
    found: dict[str, list[OrderOpen]] = {}
    for order in orders:
        for key in keys(order):
            found.setdefault(key.upper(), []).append(order)
    return found


def _match(
    payment: Payment,
    by_number: Mapping[str, Sequence[OrderOpen]],
    by_invoice: Mapping[str, Sequence[OrderOpen]],
    by_payer: Mapping[str, Sequence[OrderOpen]],
) -> Match:
    named: dict[UUID, OrderOpen] = {}
    for word, number in mentions(payment.purpose):
        invoiced = _of(payment, by_invoice.get(number.upper(), ()))
        ordered = _of(payment, by_number.get(number.upper(), ()))
        if word == "invoice":
            meant = invoiced or ordered
        elif word == "order":
            meant = ordered or invoiced
        else:
            meant = [*invoiced, *ordered]
        named.update((order.uuid, order) for order in meant)
    own = _of(payment, by_payer.get(payment.tax_id, ())) if payment.tax_id else []
    fitting = [o for o in own if not _doubts(payment, o)]
    if named:
        candidates = [_candidate(payment, order, named=True) for order in named.values()]
        candidates += [_candidate(payment, o) for o in fitting if o.uuid not in named]
        sure = [c for c in candidates[: len(named)] if not c.doubts]
        why = _SEVERAL_NAMED if len(named) > 1 else None
        if len(named) == 1 and not sure:
            why = candidates[0].doubts[0]
        return _matched(payment, candidates, named.values() if why is None else (), why)
    near = fitting or [o for o in own if o.open and o.state not in NOT_PAYABLE]
    candidates = [_candidate(payment, order) for order in near]
    if len(fitting) == 1:
        return _matched(payment, candidates, fitting, None)
    if fitting:
        return _matched(payment, candidates, (), _SAME_SUM)
    return _matched(payment, candidates, (), _NO_SUM if near else _NOBODY)


def _of(payment: Payment, orders: Sequence[OrderOpen]) -> list[OrderOpen]:
    return [order for order in orders if order.seller_id == payment.seller_id]


def _matched(
    payment: Payment,
    candidates: Sequence[Candidate],
    sure: Iterable[OrderOpen],
    why: Reason | None,
) -> Match:
    certain = next(iter(sure), None)
    part = _part(payment, certain) if certain else None
    return Match(payment, certain, part, tuple(candidates), why)


def _part(payment: Payment, order: OrderOpen) -> UUID | None:
    """The part that the sum is of; None: it is all that is open."""
    if payment.amount == order.open:
        return None
    return next(part.uuid for part in order.parts if part.open == payment.amount)


def _doubtful(match: Match, why: Reason) -> Match:
    return Match(match.payment, None, None, match.candidates, why)


def _candidate(payment: Payment, order: OrderOpen, *, named: bool = False) -> Candidate:
    fits = []
    if named:
        fits.append(_NAMED_IT)
    if payment.tax_id and payment.tax_id == order.tax_id:
        fits.append(_ITS_PAYER)
    if _sum_fits(payment, order):
        fits.append(_ITS_SUM)
    return Candidate(order, tuple(fits), _doubts(payment, order))


def _sum_fits(payment: Payment, order: OrderOpen) -> bool:
    parts = [part for part in order.parts if part.open == payment.amount]
    return payment.amount > 0 and (payment.amount == order.open or len(parts) == 1)


def _doubts(payment: Payment, order: OrderOpen) -> tuple[Reason, ...]:
    found = []
    if order.state is OrderState.CANCELLED:
        found.append(_IS_CANCELLED)
    elif order.state in NOT_PAYABLE:
        found.append(_WAITS)
    if payment.currency != order.currency:
        found.append(_OTHER_CURRENCY)
    elif not order.open:
        found.append(_IS_PAID)
    elif not _sum_fits(payment, order):
        found.append(_OTHER_SUM)
    if not payment.tax_id:
        found.append(_NO_PAYER)
    elif payment.tax_id != order.tax_id:
        found.append(_OTHER_PAYER)
    return tuple(found)


_NAMED_IT = Reason("bank.named", "назван в назначении", "named in the purpose")
_ITS_PAYER = Reason("bank.payer", "ИНН тот же", "the same tax id")
_ITS_SUM = Reason("bank.sum", "сумма та же", "the same sum")
_IS_CANCELLED = Reason("bank.cancelled", "заказ отменён", "the order is cancelled")
_WAITS = Reason("bank.waits", "заказ ждёт согласования", "the order waits for an approval")
_OTHER_CURRENCY = Reason("bank.currency", "другая валюта", "another currency")
_IS_PAID = Reason("bank.paid", "заказ уже оплачен", "the order is paid already")
_OTHER_SUM = Reason("bank.other_sum", "сумма другая", "another sum")
_NO_PAYER = Reason("bank.no_payer", "банк не указал ИНН", "the bank gives no tax id")
_OTHER_PAYER = Reason("bank.other_payer", "платит другой ИНН", "another tax id pays")
_SEVERAL_NAMED = Reason(
    "bank.several_named", "названо несколько заказов", "several orders are named"
)
_SAME_SUM = Reason(
    "bank.same_sum", "на эту сумму открыто несколько заказов", "several orders are open for the sum"
)
_NO_SUM = Reason("bank.no_sum", "сумма ни к одному не подходит", "no order is open for this sum")
_NOBODY = Reason("bank.nobody", "заказ не найден", "no order was found")
_TWICE = Reason(
    "bank.twice", "на этот заказ пришло несколько платежей", "several payments came for this order"
)
