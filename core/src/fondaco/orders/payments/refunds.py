"""Money that goes back by the acquirer it came by: written down first, then done by a task."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from msgspec import Struct
from uuid_utils.compat import uuid7

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.payments import charge_queries as queries
from fondaco.orders.payments.acquirers import (
    KEY_HOURS,
    acquirer_of,
    at_work,
    in_time,
    items_of,
    payer_of,
    taken_off,
)
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders, add_entry
from fondaco.web.format import money
from fondaco_sdk.errors import Conflict, Unavailable
from fondaco_sdk.providers.payment import (
    ChargeState,
    Declined,
    RefundRead,
    RefundWanted,
)
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order, OrderPayment
from fondaco_sdk.types.reason import Reason

REFUND_TASK = "payments.refund"


class SendRefund(Struct, frozen=True):
    """A refund, by its uuid."""

    refund: UUID


class Refund(Struct, frozen=True):
    """Money of a charge that goes back. `reason` is what staff wrote, `ru`/`en` why it failed.

    `state` is "starting", "done", "failed", or "unknown": the acquirer has not said whether the
    money has gone, and a person has to find out. `age` is in seconds by the database clock.
    """

    uuid: UUID
    charge_id: int
    external_id: str | None
    state: str
    amount: Decimal
    reason: str
    ru: str
    en: str
    started_at: datetime
    provider: str
    charge: str
    charged: Decimal
    currency: str
    payment: UUID
    order_id: int
    way: str
    age: float

    @property
    def why(self) -> Reason:
        """Why it failed; empty texts where it did not."""
        return Reason("payment.refund_failed", self.ru, self.en)


async def refunds_of(ask: AskContext, order_id: int) -> Sequence[Refund]:
    """An order's refunds, the first first. One statement."""
    rows = await ask.fetch(queries.REFUNDS, {"order": order_id, "refund": None})
    return [Refund(*row) for row in rows]


class Back(Struct, frozen=True):
    """What is to go back, and why. `key` is the form's: sent twice, it goes back once."""

    key: UUID
    amount: Decimal
    reason: str


async def give_back(act: ActContext, order: Order, part: OrderPayment, wanted: Back) -> bool:
    """Begin to give back of what came for a part, by the charges it came by, newest first.

    False where the same was begun under this key before. Raises `Conflict` where the key stands for
    something else, less than that came by the charges, or the acquirer cannot give it back.
    """
    amount = wanted.amount
    await Orders(act).locked(order.id)
    under_way = await refunds_of(act, order.id)
    if known := [r for r in under_way if r.uuid == _uuid_of(wanted.key, r.charge_id)]:
        begun = sum((r.amount for r in known), Decimal(0))
        if (part.uuid, begun, known[0].reason) != (known[0].payment, amount, wanted.reason):
            raise Conflict(_sent_before(begun, order.currency))
        return False
    acquirer = acquirer_of(act.hall, part.provider)
    if acquirer is None:
        raise Conflict(_NO_ACQUIRER)
    refusal = acquirer.refusal(part.way, amount, order.currency)
    if refusal is not None:
        raise Conflict(refusal)
    left = amount
    for row in reversed(await act.fetch(queries.OF_PART, {"payment": part.uuid})):
        if row.state != "paid" or row.provider != part.provider:
            continue
        gone = sum(
            (r.amount for r in under_way if r.charge_id == row.id and r.state != "failed"),
            Decimal(0),
        )
        if back := min(left, row.amount - gone):
            uuid = _uuid_of(wanted.key, row.id)
            await _begin(act, uuid, row.id, back, wanted.reason)
            left -= back
    if left:
        raise Conflict(_too_much(amount - left, order.currency))
    return True


def _uuid_of(key: UUID, charge_id: int) -> UUID:
    """A key may be a refund of each of several charges."""
    return uuid5(key, str(charge_id))


async def refund_cancelled(act: ActContext, charge_id: int, amount: Decimal) -> None:
    """What came for an order that is cancelled by now goes back, where the settings say so."""
    if act.hall.settings.payments.refund_cancelled:
        await _begin(act, uuid7(), charge_id, amount, "")


async def _begin(act: ActContext, uuid: UUID, charge_id: int, amount: Decimal, reason: str) -> None:
    await act.execute(
        queries.INSERT_REFUND,
        {
            "uuid": uuid,
            "charge": charge_id,
            "amount": amount,
            "reason": reason,
            "user": act.actor.user_id,
        },
    )
    await act.enqueue(REFUND_TASK, SendRefund(uuid), key=str(uuid))


async def send_refund(job: JobContext, payload: SendRefund) -> None:
    """The task: ask the acquirer, with the refund's own key, until it has said yes or no.

    An acquirer that has forgotten the key would give the money back a second time: what it has not
    answered by then is unknown until a person has looked for it.
    """
    rows = await job.ask().fetch(queries.REFUNDS, {"order": None, "refund": str(payload.refund)})
    refund = Refund(*rows[0])
    if refund.state != "starting":
        return
    if refund.external_id is None and refund.age > KEY_HOURS * 3600:
        async with job.act() as act:
            await _lose_sight(act, refund)
        return
    read = await _asked(job, refund)
    if read.id and refund.external_id is None:
        # On its own: whatever hinders the booking, the money has its name with the acquirer.
        async with job.act() as act:
            await _tell(act, refund, "starting", read)
    async with job.act() as act:
        await _settle(act, refund, read)
    if read.state is ChargeState.PENDING:
        raise Unavailable(f"refund {read.id} of {refund.provider}, which is under way,")


async def _asked(job: JobContext, refund: Refund) -> RefundRead:
    """What the acquirer says, of a refund that it knows already or is to begin."""
    acquirer = at_work(job.hall, refund.provider)
    wanted = await _wanted(job.ask(), refund)
    async with job.net() as net:
        try:
            return await in_time(
                refund.provider,
                acquirer.refund(net, wanted)
                if refund.external_id is None
                else acquirer.read_refund(net, refund.external_id),
            )
        except Declined as declined:
            if refund.external_id is not None:
                # It was begun: that it cannot be read says nothing of the money.
                raise Unavailable(f"refund {refund.external_id} of {refund.provider}") from declined
            return RefundRead("", ChargeState.FAILED, refund.amount, declined.reason)


async def _wanted(ask: AskContext, refund: Refund) -> RefundWanted:
    found = await Orders(ask).orders([OrderId(refund.order_id)], Scope.all_companies())
    order = found[OrderId(refund.order_id)]
    detail = await Orders(ask).detail(order.uuid, Scope.all_companies())
    return RefundWanted(
        key=refund.uuid,
        charge_id=refund.charge,
        charged=refund.charged,
        amount=refund.amount,
        currency=refund.currency,
        order_total=order.total,
        payer=await payer_of(ask, order.id),
        items=tuple(items_of(detail) or await taken_off(ask, order.id)),
    )


async def _settle(act: ActContext, refund: Refund, read: RefundRead) -> None:
    await Orders(act).locked(OrderId(refund.order_id))
    state = {ChargeState.PAID: "done", ChargeState.FAILED: "failed"}.get(read.state, "starting")
    if not await _tell(act, refund, state, read):
        return
    if state == "done":
        await book_refund(act, refund, read.id)
    elif state == "failed":
        why = read.why or _NO_REASON
        await add_entry(act, refund.order_id, "payment.refund_failed", not_returned(refund, why))


async def book_refund(act: ActContext, refund: Refund, name: str) -> None:
    """Its money has gone; `name` is that by which it is known, and under which it counts once."""
    receipt = Receipt(
        refund.amount,
        refund.currency,
        refund.provider,
        f"refund:{name}",
        payment=refund.payment,
        kind="refunded",
    )
    await book(act, OrderId(refund.order_id), receipt)


async def _lose_sight(act: ActContext, refund: Refund) -> None:
    await Orders(act).locked(OrderId(refund.order_id))
    if await _tell(act, refund, "unknown", RefundRead("", ChargeState.FAILED, refund.amount)):
        said = not_returned(refund, _UNKNOWN)
        await add_entry(act, refund.order_id, "payment.refund_unknown", said)


async def _tell(act: ActContext, refund: Refund, state: str, read: RefundRead) -> bool:
    """Write down what is known of a refund; False where it was settled before."""
    why = read.why or _NO_REASON
    told = {"uuid": refund.uuid, "state": state, "external": read.id or None}
    return bool(await act.execute(queries.TELL_REFUND, told | {"ru": why.ru, "en": why.en}))


def not_returned(refund: Refund, why: Reason) -> Reason:
    """For the timeline of the order."""
    sums = {locale: money(refund.amount, refund.currency, locale) for locale in ("ru", "en")}
    return Reason(
        "payment.refund_failed",
        f"Вернуть {sums['ru']} не получилось: {why.ru}",
        f"{sums['en']} could not be returned: {why.en}",
    )


def _too_much(most: Decimal, currency: str) -> Reason:
    return Reason(
        "payment.refund_most",
        f"Этим способом можно вернуть не больше {money(most, currency, 'ru')}",
        f"At most {money(most, currency, 'en')} can be returned in this way",
    )


def _sent_before(begun: Decimal, currency: str) -> Reason:
    return Reason(
        "payment.refund_sent",
        f"Из этой формы уже отправлен возврат {money(begun, currency, 'ru')}."
        " Чтобы вернуть ещё, откройте её заново со страницы заказа",
        f"This form has sent a refund of {money(begun, currency, 'en')} already."
        " To return more, open it anew from the page of the order",
    )


_NO_REASON = Reason("", "", "")
_UNKNOWN = Reason(
    "payment.refund_unknown",
    f"платёжный сервис не ответил за {KEY_HOURS} часа, и неизвестно, ушли ли деньги",
    f"the payment service has not answered for {KEY_HOURS} hours, and whether the money has gone is"
    " not known",
)
_NO_ACQUIRER = Reason(
    "payment.no_acquirer",
    "Эта оплата пришла не через эквайринг: верните деньги платёжным поручением",
    "This payment did not come by an acquirer: return it by a bank transfer",
)
