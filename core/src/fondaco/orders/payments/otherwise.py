"""The buyer pays a part of a placed order in another way, as long as nothing has come for it."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from fondaco.hooks.context import ActContext
from fondaco.orders.goods import keep_goods, lock_goods
from fondaco.orders.holds import OPEN, keep, lasts
from fondaco.orders.payments import charge_queries, queries
from fondaco.orders.payments.deal import options_by_code
from fondaco.orders.release import acting_for, buyer_of
from fondaco.orders.service import Orders, add_entry
from fondaco.orders.states import MADE
from fondaco.web.format import money
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.events import OrderPaymentChangedV1
from fondaco_sdk.hooks.checkout import payment_options, payments_changing
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import Order, OrderPayment, OrderState, PaymentOption
from fondaco_sdk.types.price import Quote
from fondaco_sdk.types.reason import Reason

_LIVE = ("starting", "pending")


class Way(Struct, frozen=True):
    """A way to pay a part; `refusal` says why it cannot pay it."""

    option: PaymentOption
    refusal: Reason | None


async def ways_of(act: ActContext, order_id: OrderId, payment: UUID) -> Sequence[Way]:
    """The other ways for a part, as they are offered to the order's customer today.

    Raises `NotFound`, and `Conflict` where the part cannot be paid otherwise any more.
    """
    order = await _locked(act, order_id)
    part = _part_of(order, payment)
    await _untouched(act, order, part)
    return await _ways(await _for_customer(act, order), order, part)


async def pay_otherwise(act: ActContext, order_id: OrderId, payment: UUID, way: str) -> bool:
    """The part is paid in this way from now on. False where it is already.

    Goods and limits follow at once: what a part used up is given back, what it needs is taken.
    Raises `NotFound`, `Conflict` as `ways_of` does or where a plugin cannot take what it needs, and
    `UserError` on `way`. Nothing has changed then.
    """
    order = await _locked(act, order_id)
    part = _part_of(order, payment)
    if part.way == way:
        return False
    await _untouched(act, order, part)
    customers = await _for_customer(act, order)
    option = _chosen(await _ways(customers, order, part), way)
    await act.execute(
        queries.SET_WAY,
        {
            "payment": payment,
            "way": option.code,
            "provider": option.provider,
            "ru": option.title.ru,
            "en": option.title.en,
            "before": option.before,
            "user": act.actor.user_id,
        },
    )
    after = (await Orders(act).orders([order_id], act.scope))[order_id]
    await add_entry(act, order_id, "payment.otherwise", _said(order, part, option))
    await _goods_follow(act, order, after)
    # After the goods, as at the checkout: everybody locks in one order.
    await act.hall.hooks.tell(payments_changing, act=act, order=after)
    await _tell(act, order, part, option)
    return True


async def _locked(act: ActContext, order_id: OrderId) -> Order:
    await Orders(act).locked(order_id)
    return (await Orders(act).orders([order_id], act.scope))[order_id]


def _part_of(order: Order, payment: UUID) -> OrderPayment:
    found = next((one for one in order.payments if one.uuid == payment), None)
    if found is None:
        raise NotFound(
            Reason("payment.absent", "У заказа нет такой оплаты", "The order has no such payment")
        )
    return found


async def _untouched(act: ActContext, order: Order, part: OrderPayment) -> None:
    """No money has come for the part, and none may be on its way."""
    if order.state not in OPEN:
        made = MADE[order.state]
        raise Conflict(
            Reason(
                "payment.otherwise_late",
                f"{made.ru}: способ оплаты уже не изменить",
                f"{made.en}: the way to pay cannot be changed any more",
            )
        )
    if part.received or not part.amount:
        raise Conflict(_PAID)
    charges = await act.fetch(charge_queries.OF_PART, {"payment": part.uuid})
    if any(charge.state in _LIVE for charge in charges):
        raise Conflict(_PAYING)


async def _for_customer(act: ActContext, order: Order) -> ActContext:
    buyer = await buyer_of(act, order.id)
    if not buyer.in_force:
        raise Conflict(_NO_AGREEMENT)
    return acting_for(act, buyer)


async def _ways(customers: ActContext, order: Order, part: OrderPayment) -> Sequence[Way]:
    """What is offered for the part's amount, without the way it has."""
    vat = order.vat_total * part.amount / order.total
    quote = Quote(order.currency, (), part.amount, round_money(vat, order.currency), 0)
    draft = PricedCart(order.uuid, order.company_id, (), quote)
    hall = customers.hall
    collected = await hall.hooks.collect(payment_options, ask=customers, draft=draft)
    ours = hall.registry.builtin
    found = sorted(collected.proposals, key=lambda one: one[0] not in ours)
    options = options_by_code(option for _, option in found)
    return [Way(one, _refusal(one, part, order)) for one in options if one.code != part.way]


def _refusal(option: PaymentOption, part: OrderPayment, order: Order) -> Reason | None:
    if option.refusal is not None or option.up_to is None or option.up_to >= part.amount:
        return option.refusal
    ru, en = (money(option.up_to, order.currency, locale) for locale in ("ru", "en"))
    return Reason(
        "payment.otherwise_most",
        f"Оплатит не больше {ru}, а часть нужно оплатить целиком",
        f"Pays at most {en}, and the part has to be paid as a whole",
        {"most": str(option.up_to)},
    )


def _chosen(ways: Sequence[Way], code: str) -> PaymentOption:
    found = next((way for way in ways if way.option.code == code), None)
    wrong = _UNKNOWN if found is None else found.refusal
    if found is None or wrong is not None:
        assert wrong is not None
        raise UserError(wrong, {"way": wrong})
    return found.option


async def _goods_follow(act: ActContext, before: Order, after: Order) -> None:
    """Who pays afterwards has the goods until they leave; who pays before, for a while."""
    if after.prepaid and not before.prepaid:
        await keep(act, after.id)
        if after.state is OrderState.AWAITING_PAYMENT:
            await Orders(act).report_state(after.id, OrderState.CONFIRMED, _AFTERWARDS)
    elif before.prepaid and not after.prepaid:
        await lock_goods(act, after.id)
        await keep_goods(act, after.id, lasts(act.hall.settings, prepaid=True))


def _said(order: Order, part: OrderPayment, option: PaymentOption) -> Reason:
    ru, en = (money(part.amount, order.currency, locale) for locale in ("ru", "en"))
    return Reason(
        "payment.otherwise",
        f"Способ оплаты {ru}: был «{part.title.ru}», стал «{option.title.ru}»",
        f"How {en} is paid: was “{part.title.en}”, is “{option.title.en}”",
    )


async def _tell(act: ActContext, order: Order, part: OrderPayment, option: PaymentOption) -> None:
    subject = f"order:{order.number}"
    await act.audit("order.pay_otherwise", subject, part.way, option.code, order.company_id)
    await act.emit(
        OrderPaymentChangedV1(
            order_id=order.id,
            order_uuid=order.uuid,
            number=order.number,
            company_id=order.company_id,
            legal_entity_id=order.legal_entity_id,
            at=act.now,
            payment_uuid=part.uuid,
            before=part.way,
            after=option.code,
            amount=part.amount,
            currency=order.currency,
        )
    )


_PAID = Reason(
    "payment.otherwise_paid",
    "За эту часть уже поступали деньги, поэтому способ оплаты остаётся прежним",
    "Money has come for this part, so the way to pay stays as it is",
)
_PAYING = Reason(
    "payment.otherwise_paying",
    "Оплата уже начата и может прийти. Завершите её или дождитесь, пока она отменится",
    "A payment has begun and may come. Finish it, or wait until it is given up",
)
_NO_AGREEMENT = Reason(
    "payment.otherwise_agreement",
    "Соглашение, по которому оформлен заказ, больше не действует: обратитесь к менеджеру",
    "The agreement of this order is no longer in force: please call your manager",
)
_AFTERWARDS = Reason(
    "payment.afterwards", "Оплата после отгрузки", "Paid after the goods have left"
)
_UNKNOWN = Reason(
    "payment.otherwise_way", "Выберите способ оплаты из списка", "Choose one of the ways to pay"
)
