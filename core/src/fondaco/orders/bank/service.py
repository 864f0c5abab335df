"""Payments of the bank are booked to orders, set aside, and taken back: each by a person's word."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.bank import queries
from fondaco.orders.bank.match import (
    Match,
    OpenPart,
    OrderOpen,
    Payment,
    match_all,
    mentions,
)
from fondaco.orders.bank.shares import check_shares
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

SOURCE = "statement"


class BankPayment(Struct, frozen=True):
    """A payment of a statement; `amount` in `currency`, `day` is the document's, `received_on` the
    one on which the bank put it on our account."""

    uuid: UUID
    seller_id: int
    amount: Decimal
    currency: str
    tax_id: str
    purpose: str
    id: int
    key: str
    state: str
    struck: int
    kind: str
    number: str
    day: date
    received_on: date
    payer: str
    payer_account: str
    account: str
    statement: UUID

    @property
    def reference(self) -> str:
        """Under which it is booked; one that was taken off before has a further one."""
        return f"{self.key}#{self.struck + 1}" if self.struck else self.key

    @property
    def plain(self) -> Payment:
        """As the rules of matching see it."""
        return Payment(
            self.uuid, self.seller_id, self.amount, self.currency, self.tax_id, self.purpose
        )


class Share(Struct, frozen=True):
    """What an order got of a payment."""

    order: UUID
    number: str
    company: str
    amount: Decimal


def sight(ask: AskContext) -> Mapping[str, object]:
    """The scope as the statements want it."""
    return {"everything": ask.scope.everything, "company": ask.scope.company_id or 0}


async def payments_of(
    ask: AskContext, states: Sequence[str], most: int, statement: UUID | None = None
) -> Sequence[BankPayment]:
    """Payments in these states, of one statement or of all, the oldest first. One statement."""
    values = {"statement": statement, "states": list(states), "most": most}
    return [BankPayment(*row) for row in await ask.fetch(queries.PAYMENTS, values)]


async def payment_by(ask: AskContext, uuid: UUID) -> BankPayment:
    """Raises `NotFound`."""
    rows = await ask.fetch(queries.PAYMENT, {"uuid": uuid})
    if not rows:
        raise NotFound(_ABSENT)
    return BankPayment(*rows[0])


async def matches_of(ask: AskContext, payments: Sequence[BankPayment]) -> Sequence[Match]:
    """What each is for, as things stand now. Two statements."""
    plain = [payment.plain for payment in payments]
    numbers = {number for one in plain for _, number in mentions(one.purpose)}
    orders = await _orders(
        ask,
        {one.seller_id for one in plain},
        numbers,
        {one.tax_id for one in plain} - {""},
    )
    return match_all(plain, orders)


async def _orders(
    ask: AskContext, sellers: set[int], numbers: set[str], tax_ids: set[str]
) -> Sequence[OrderOpen]:
    wanted = {
        "sellers": sorted(sellers),
        "numbers": sorted(numbers | {number.upper() for number in numbers}),
        "tax_ids": sorted(tax_ids),
        **sight(ask),
    }
    rows = await ask.fetch(queries.ORDERS, wanted)
    open_: dict[int, Decimal] = {}
    parts: dict[int, list[OpenPart]] = {}
    for part in await ask.fetch(queries.PARTS, {"ids": [row.id for row in rows]}):
        missing = max(part.open, Decimal(0))
        open_[part.order_id] = open_.get(part.order_id, Decimal(0)) + missing
        if missing and not part.provider:
            parts.setdefault(part.order_id, []).append(OpenPart(part.uuid, missing))
    return [
        OrderOpen(
            row.uuid, row.id, row.number, tuple(row.invoices), row.seller_id, row.company,
            row.tax_id, OrderState(row.state), row.currency, open_.get(row.id, Decimal(0)),
            tuple(parts.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


async def shares_of(
    ask: AskContext, payments: Sequence[BankPayment]
) -> Mapping[UUID, Sequence[Share]]:
    """Which orders got the booked ones. One statement."""
    by_reference = {p.reference: p.uuid for p in payments if p.state == "booked"}
    found: dict[UUID, list[Share]] = {}
    wanted = {"references": list(by_reference), **sight(ask)}
    for row in await ask.fetch(queries.BOOKED, wanted):
        share = Share(row.uuid, row.number, row.company, row.amount)
        found.setdefault(by_reference[row.reference], []).append(share)
    return found


async def book_shown(act: ActContext, shown: Mapping[UUID, UUID]) -> tuple[int, int]:
    """Book payments (keys) to the orders that were shown for them; how many, and how many not.

    Whatever is in doubt by now, or would go to another order, stays where it is.
    """
    _our_word(act)
    payments = await _lock(act, list(shown), "open")
    before = await matches_of(act, payments)
    # The orders stand still before it is decided, in the order everybody locks them.
    for key in sorted(match.certain.id for match in before if match.certain):
        await Orders(act).locked(OrderId(key))
    booked = 0
    for payment, match in zip(payments, await matches_of(act, payments), strict=True):
        order = match.certain
        if order is None or order.uuid != shown[payment.uuid]:
            continue
        await _book(act, payment, {OrderId(order.id): payment.amount}, match.part)
        booked += 1
    return booked, len(shown) - booked


async def assign(act: ActContext, uuid: UUID, typed: Sequence[tuple[str, Decimal]]) -> None:
    """Book a payment to the orders a person names, by number or UUID; sums come to its own.

    Raises `NotFound`, `Conflict` where it is settled already, and `UserError` on `order.N` or
    `amount.N` for what does not fit.
    """
    _our_word(act)
    (payment,) = await _lock(act, [uuid], "open")
    names = {name for name, _ in typed}
    orders = await _orders(act, {payment.seller_id}, names, set())
    shares = check_shares(payment.amount, payment.currency, typed, orders)
    await _book(act, payment, {OrderId(key): share for key, share in shares.items()}, None)


async def _book(
    act: ActContext, payment: BankPayment, shares: Mapping[OrderId, Decimal], part: UUID | None
) -> None:
    for key, amount in sorted(shares.items()):
        receipt = Receipt(
            amount,
            payment.currency,
            SOURCE,
            payment.reference,
            payment=part,
            paid_on=payment.received_on,
        )
        if not await book(act, key, receipt):
            raise Conflict(_SETTLED)
        order = await Orders(act).locked(key)
        after = {"order": order.number, "amount": str(amount)}
        await act.audit("payment.statement.book", _subject(payment), None, after, order.company_id)
    await _settle(act, [payment], "booked")


async def take_back(act: ActContext, uuid: UUID) -> None:
    """A payment went to a wrong order: it is taken off there, and waits again."""
    (payment,) = await _lock(act, [uuid], "booked")
    entries: dict[OrderId, dict[UUID, Decimal]] = {}
    wanted = {"references": [payment.reference], **sight(act)}
    for row in await act.fetch(queries.BOOKED, wanted):
        entries.setdefault(OrderId(row.order_id), {})[row.payment] = row.amount
    for key, found in sorted(entries.items()):
        receipt = Receipt(
            sum(found.values(), Decimal(0)),
            payment.currency,
            SOURCE,
            f"strike:{payment.reference}",
            kind="struck",
            parts=found,
        )
        await book(act, key, receipt)
        order = await Orders(act).locked(key)
        before = {"order": order.number, "amount": str(receipt.amount)}
        await act.audit(
            "payment.statement.strike", _subject(payment), before, None, order.company_id
        )
    await _settle(act, [payment], "open", struck=1)


async def set_aside(act: ActContext, uuid: UUID, *, ours: bool) -> None:
    """ "Not for an order" (a supplier's refund, a loan), and back again."""
    (payment,) = await _lock(act, [uuid], "foreign" if ours else "open")
    to = "open" if ours else "foreign"
    await _settle(act, [payment], to)
    await act.audit("payment.statement.set_aside", _subject(payment), payment.state, to)


async def _lock(act: ActContext, uuids: Sequence[UUID], state: str) -> Sequence[BankPayment]:
    """In this state, or, where it is about one, `Conflict`."""
    rows = await act.fetch(queries.LOCKED, {"uuids": list(uuids)})
    found = [BankPayment(*row) for row in rows]
    if len(uuids) > 1:
        return [payment for payment in found if payment.state == state]
    if not found:
        raise NotFound(_ABSENT)
    if found[0].state != state:
        raise Conflict(_SETTLED)
    return found


async def _settle(
    act: ActContext, payments: Sequence[BankPayment], state: str, *, struck: int = 0
) -> None:
    ids = [payment.id for payment in payments]
    values = {"ids": ids, "state": state, "struck": struck, "user": act.actor.user_id}
    await act.execute(queries.SETTLE, values)


def _subject(payment: BankPayment) -> str:
    return f"bank_payment:{payment.uuid}"


def _our_word(act: ActContext) -> None:
    if act.hall.settings.payments.bank_authority != SOURCE:
        raise Conflict(_ERP_TELLS)


_ABSENT = Reason("bank.absent", "Такого платежа нет", "There is no such payment")
_SETTLED = Reason(
    "bank.settled",
    "С этим платежом уже решено: обновите страницу",
    "This payment is settled already: reload the page",
)
_ERP_TELLS = Reason(
    "bank.erp_tells",
    "Оплаты учитывает учётная система (payments.bank_authority): выписки здесь только видны",
    "The ERP tells of payments (payments.bank_authority): statements are only looked at here",
)
