"""What people read."""

from collections.abc import Mapping
from decimal import Decimal

from fondaco_sdk.context import Words
from fondaco_sdk.types.reason import Reason

LEAST = Decimal(1)

CARD = Reason("yookassa.card", "Банковской картой", "By bank card")
SBP = Reason("yookassa.sbp", "Через СБП", "By SBP, the Faster Payments System")
BUSINESS = Reason("yookassa.b2b", "Через СберБизнес", "By SberBusiness")
ONLY_ROUBLES = Reason(
    "yookassa.currency", "Так можно оплатить только заказ в рублях", "Only orders in roubles"
)
TOO_LITTLE = Reason("yookassa.least", "Не меньше 1 ₽", "At least ₽1")
NO_REFUNDS = Reason(
    "yookassa.no_refunds",
    "Вернуть такую оплату можно только платёжным поручением",
    "Such a payment can be returned by a bank transfer only",
)
REFUSED = Reason(
    "yookassa.refused",
    "ЮKassa не приняла платёж. Выберите другой способ или сообщите менеджеру",
    "YooKassa did not take the payment. Choose another way or tell your manager",
)
NO_RECEIPT = Reason(
    "yookassa.no_receipt",
    "чек возврата по этому заказу не составить. Верните деньги в кабинете ЮKassa",
    "no receipt of a refund can be made for this order. Return the money in YooKassa's back office",
)
NOT_RETURNED = Reason(
    "yookassa.not_returned",
    "ЮKassa не провела возврат",
    "YooKassa did not make the refund",
)


def at_most(words: Words, most: Decimal) -> Reason:
    """The limit of one payment, in roubles."""
    return Reason(
        "yookassa.most",
        f"Не больше {words.money(most, 'RUB', 'ru')} одним платежом",
        f"At most {words.money(most, 'RUB', 'en')} in one payment",
        {"most": str(most)},
    )


_CANCELLED: Mapping[str, tuple[str, str]] = {
    "3d_secure_failed": ("Не пройдена проверка 3-D Secure", "3-D Secure was not passed"),
    "call_issuer": ("Банк отклонил платёж", "The bank declined the payment"),
    "card_expired": ("Истёк срок действия карты", "The card has expired"),
    "country_forbidden": ("Карты этой страны не принимаются", "Cards of this country are refused"),
    "expired_on_confirmation": ("Время на оплату вышло", "The time to pay is over"),
    "fraud_suspected": ("Платёж отклонён проверкой", "The payment was held as suspicious"),
    "general_decline": ("Платёж отклонён без причины", "The payment was declined without a reason"),
    "insufficient_funds": ("Не хватило денег", "There was not enough money"),
    "internal_timeout": ("ЮKassa не успела провести платёж", "YooKassa took too long"),
    "invalid_card_number": ("Неверный номер карты", "The card number is wrong"),
    "invalid_csc": ("Неверный код с обратной стороны карты", "The card's code is wrong"),
    "issuer_unavailable": ("Банк карты не отвечает", "The card's bank does not answer"),
    "payment_method_limit_exceeded": ("Превышен лимит", "A limit is exceeded"),
    "payment_method_restricted": ("Операции запрещены банком", "The bank forbids such payments"),
    "permission_revoked": ("Отозвано разрешение", "The permission was revoked"),
}


def cancelled(reason: str) -> Reason:
    """Why a payment was cancelled, by YooKassa's code."""
    ru, en = _CANCELLED.get(reason, _CANCELLED["general_decline"])
    return Reason(f"yookassa.{reason}"[:60], ru, en)
