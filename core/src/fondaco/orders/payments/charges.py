"""Attempts with acquirers: begun once for a part, read back, and booked when money has come.

A call to the outside stands between two transactions, never inside one. What is known of a charge
is what its acquirer answers when it is asked; nothing that was sent to us is believed.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from uuid_utils.compat import uuid7

from fondaco.exchange.net import net_of
from fondaco.hooks.context import ActContext, AskContext, system_ask
from fondaco.orders.detail import OrderDetail
from fondaco.orders.payments import charge_queries as queries
from fondaco.orders.payments.acquirers import (
    KEY_HOURS,
    at_work,
    in_time,
    items_of,
    may_lead,
    payer_of,
)
from fondaco.orders.payments.refunds import refund_cancelled
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders, add_entry
from fondaco_sdk.errors import Conflict, NotFound, Unavailable
from fondaco_sdk.providers.payment import ChargeRead, ChargeState, ChargeWanted, Declined
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderPayment, OrderState
from fondaco_sdk.types.reason import Reason

SETTLED = ("paid", "strange")
WATCHED_SECONDS = 24 * 3600
NOT_PAID = frozenset((OrderState.CANCELLED, OrderState.AWAITING_APPROVAL))


class Charge(Struct, frozen=True):
    """An attempt for the part `payment`; `age`, `unread` and `ended` are seconds by the database
    clock.

    `unread` counts from when the acquirer was asked last; None: it has never answered.
    """

    id: int
    uuid: UUID
    provider: str
    external_id: str | None
    state: str
    amount: Decimal
    currency: str
    url: str
    ru: str
    en: str
    payment: UUID
    order_id: int
    started_at: datetime
    age: float
    unread: float | None
    ended: float | None

    @property
    def live(self) -> bool:
        """Whether the buyer may be paying right now."""
        return self.state in ("starting", "pending")

    @property
    def watched(self) -> bool:
        """Whether money may come by it: the acquirer's page outlives an attempt that was given up
        here."""
        given_up = self.state == "expired" and self.external_id is not None
        return self.live or (given_up and (self.ended or 0) < WATCHED_SECONDS)

    @property
    def why(self) -> Reason:
        """Why it failed, as the acquirer says; empty texts where it says nothing."""
        return Reason("payment.failed", self.ru, self.en)


async def charges_of(ask: AskContext, order_id: int) -> Sequence[Charge]:
    """An order's attempts, the first first. One statement."""
    return [Charge(*row) for row in await ask.fetch(queries.OF_ORDER, {"order": order_id})]


async def press(ask: AskContext, detail: OrderDetail, payment: UUID) -> str:
    """Where the buyer pays what is open of a part; pressed again, the same address.

    Raises `NotFound` and `Conflict` where there is nothing to pay, `Declined` where the acquirer
    says no, `Unavailable` where it does not answer: the next press then asks with the same key.
    """
    part = part_of(detail, payment)
    if not part.provider:
        raise Conflict(_NOT_ONLINE)
    acquirer = at_work(ask.hall, part.provider)
    async with ask.act() as act:
        charge = await _begin(act, detail.order.id, part.uuid)
    if charge.state == "pending":
        return charge.url
    order = detail.order
    wanted = ChargeWanted(
        key=charge.uuid,
        way=part.way,
        amount=charge.amount,
        currency=charge.currency,
        order_number=order.number,
        order_total=order.total,
        return_url=f"{ask.hall.settings.site.url}/orders/{order.uuid}/payments/{payment}/back",
        locale=ask.hall.settings.site.locale,
        payer=await payer_of(ask, order.id),
        items=tuple(items_of(detail)),
    )
    try:
        async with net_of(ask) as net:
            read = await in_time(charge.provider, acquirer.start(net, wanted))
    except Declined as declined:
        async with system_ask(ask.hall).act() as act:
            known = await _fail(act, charge, declined.reason)
        if known.state == "pending":
            return known.url
        if known.state == "paid":
            raise Conflict(_PAID) from None
        raise
    if read.url and not may_lead(ask.hall, read.url):
        raise Unavailable(f"acquirer {charge.provider!r}, whose page is no page of the web,")
    async with system_ask(ask.hall).act() as act:
        await settle(act, charge.id, read)
    if read.state is ChargeState.FAILED:
        raise Declined(read.why or DECLINED)
    return read.url


def part_of(detail: OrderDetail, payment: UUID) -> OrderPayment:
    """A part of an order. Raises `NotFound`."""
    found = next((one for one in detail.order.payments if one.uuid == payment), None)
    if found is None:
        raise NotFound(
            Reason("payment.absent", "У заказа нет такой оплаты", "The order has no such payment")
        )
    return found


async def _begin(act: ActContext, order_id: OrderId, payment: UUID) -> Charge:
    """The live attempt for exactly what is open, or a new one; one at a time for an order."""
    order = await Orders(act).locked(order_id)
    if order.state in NOT_PAID:
        raise Conflict(_NOT_NOW)
    full = (await Orders(act).orders([order_id], act.scope))[order_id]
    part = next(one for one in full.payments if one.uuid == payment)
    if not part.open:
        raise Conflict(_PAID)
    for row in await act.fetch(queries.OF_PART, {"payment": payment}):
        known = Charge(*row)
        if not known.live:
            continue
        if known.amount == part.open and known.age < KEY_HOURS * 3600:
            return known
        await act.execute(queries.EXPIRE, {"id": known.id})
    new = {"uuid": str(uuid7()), "payment": payment, "amount": part.open}
    key = (await act.fetch(queries.INSERT, new))[0][0]
    return await _locked(act, key)


async def look(ask: AskContext, charge: Charge) -> None:
    """Ask the acquirer how a charge stands, for a page that waits. Raises `Unavailable`."""
    if charge.external_id is None:
        return
    acquirer = at_work(ask.hall, charge.provider)
    async with net_of(ask) as net:
        read = await in_time(charge.provider, acquirer.read(net, charge.external_id))
    if read is not None:
        async with system_ask(ask.hall).act() as act:
            await settle(act, charge.id, read)


async def take(act: ActContext, provider: str, read: ChargeRead) -> None:
    """What an acquirer says of a charge, whoever began it; paid ones of others are for a person."""
    found = await act.fetch(
        queries.FOUND,
        {"provider": provider, "external": read.id, "key": _uuid(read.key)},
    )
    if found:
        await settle(act, found[0].id, read)
    elif read.state is ChargeState.PAID:
        await _stray(act, provider, read, None)


async def settle(act: ActContext, charge_id: int, read: ChargeRead) -> None:
    """Write down what an acquirer answered about a charge, and book its money, once.

    `act` is the system's. In whichever order and however often it comes: paid is never unpaid.
    """
    # The order first, as everywhere: two that come at once wait and do not stand in a ring.
    order_id = (await act.fetch(queries.ORDER_OF, {"id": charge_id}))[0].order_id
    order = await Orders(act).locked(OrderId(order_id))
    charge = await _locked(act, charge_id)
    if charge.state in SETTLED:
        return
    if read.state is ChargeState.FAILED:
        if charge.state == "failed":
            return
        await _tell(act, charge, "failed", read, read.why or DECLINED)
        # Of one that was given up here nobody waits for news.
        if charge.live:
            await add_entry(act, order_id, "payment.failed", _failed(read.why or DECLINED))
    elif read.state is ChargeState.PENDING:
        await _tell(act, charge, "pending" if charge.live else charge.state, read)
    elif (read.amount, read.currency) != (charge.amount, charge.currency):
        await _stray(act, charge.provider, read, charge.id)
        await _tell(act, charge, "strange", read)
    else:
        await _tell(act, charge, "paid", read)
        receipt = Receipt(
            read.amount, read.currency, charge.provider, read.id, payment=charge.payment
        )
        if await book(act, order.id, receipt) and order.state is OrderState.CANCELLED:
            await refund_cancelled(act, charge.id, charge.amount)


async def _fail(act: ActContext, charge: Charge, why: Reason) -> Charge:
    """The acquirer would not begin a charge, unless another press has begun it; as it was found."""
    await Orders(act).locked(OrderId(charge.order_id))
    known = await _locked(act, charge.id)
    if known.state == "starting":
        told = {"id": charge.id, "state": "failed", "external": None, "url": ""}
        await act.execute(queries.TELL, told | {"ru": why.ru, "en": why.en})
    return known


async def _locked(act: ActContext, charge_id: int) -> Charge:
    """The order is locked by the caller."""
    return Charge(*(await act.fetch(queries.LOCKED, {"id": charge_id}))[0])


async def _tell(
    act: ActContext, charge: Charge, state: str, read: ChargeRead, why: Reason | None = None
) -> None:
    said = {"ru": why.ru, "en": why.en} if why else {"ru": "", "en": ""}
    url = read.url if may_lead(act.hall, read.url) else ""
    told = {"id": charge.id, "state": state, "external": read.id, "url": url}
    await act.execute(queries.TELL, told | said)


async def _stray(act: ActContext, provider: str, read: ChargeRead, charge: int | None) -> None:
    await act.execute(
        queries.STRAY,
        {
            "uuid": uuid7(),
            "provider": provider,
            "external": read.id,
            "charge": charge,
            "amount": read.amount,
            "currency": read.currency,
        },
    )


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _failed(why: Reason) -> Reason:
    return Reason("payment.failed", f"Оплата не прошла: {why.ru}", f"Payment failed: {why.en}")


DECLINED = Reason("payment.declined", "Платёж отклонён", "The payment was declined")
_NOT_ONLINE = Reason(
    "payment.not_online",
    "Эта часть заказа оплачивается не на сайте",
    "This part of the order is not paid on the site",
)
_PAID = Reason("payment.nothing_open", "Здесь уже всё оплачено", "This is paid already")
_NOT_NOW = Reason(
    "payment.not_now",
    "Заказ отменён или ещё ждёт согласования: платить пока не нужно",
    "The order is cancelled or waits for an approval: there is nothing to pay now",
)
