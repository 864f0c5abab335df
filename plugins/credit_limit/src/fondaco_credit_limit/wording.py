"""What the buyer reads of the account: at the checkout, in the cart, in a refusal."""

from decimal import Decimal

from fondaco_credit_limit.rule import Closed, Standing
from fondaco_sdk.context import Words
from fondaco_sdk.types.reason import Reason

TITLE = Reason("credit.title", "В счёт кредитного лимита", "On credit")
PREPAID = Reason(
    "credit.prepaid",
    "Предоплата: отсрочка даётся в пределах кредитного лимита",
    "Paid beforehand: payment afterwards is within the credit limit",
)
_PARAMS = "amount"
_NOTHING = Decimal(0)


def offered(words: Words, standing: Standing, total: Decimal, stale: str) -> Reason:
    """What is free of the limit, when to pay, and what would cover the whole order.

    `stale` is the moment the ERP was last heard, where that is long ago.
    """
    said: dict[str, str] = {}
    for locale in ("ru", "en"):
        free = words.money(standing.available, standing.currency, locale)
        limit = words.money(standing.limit, standing.currency, locale)
        parts = [_FREE[locale].format(free=free, limit=limit), _DAYS[locale].format(standing.days)]
        if more := standing.lacks(total):
            parts.append(_MORE[locale].format(words.money(more, standing.currency, locale)))
        if standing.overdue:
            parts.append(_LATE[locale].format(_overdue(words, standing, locale)))
        if stale:
            parts.append(_STALE[locale].format(stale))
        said[locale] = " ".join(parts)
    return Reason("credit.offered", said["ru"], said["en"], {_PARAMS: str(standing.available)})


def refused(words: Words, standing: Standing, on_credit: Decimal = _NOTHING) -> Reason:
    """Why nothing can be taken on credit, and what has to be paid for that.

    `on_credit` is what an order would take; beyond what opens the account, it may lack room.
    """
    lacks = standing.lacks(on_credit) if on_credit else _NOTHING
    said = {}
    for locale in ("ru", "en"):
        late, more = (
            words.money(amount, standing.currency, locale) for amount in (standing.overdue, lacks)
        )
        parts = [_CLOSED[standing.closed][locale].format(overdue=late, more=more)]
        if standing.opens and lacks:
            parts.append(_BESIDES[locale].format(more))
        said[locale] = " ".join(parts)
    code = f"credit.{standing.closed or 'used_up'}"
    return Reason(code, said["ru"], said["en"], _to_pay(standing, lacks))


def _to_pay(standing: Standing, lacks: Decimal) -> dict[str, str]:
    if standing.closed is None:
        return {_PARAMS: str(lacks)}
    if not standing.opens:
        return {}
    return {_PARAMS: str(standing.opens)} | ({"lacks": str(lacks)} if lacks else {})


def overtaken(words: Words, standing: Standing) -> Reason:
    """Somebody else of the customer was quicker."""
    ru, en = (words.money(standing.available, standing.currency, locale) for locale in ("ru", "en"))
    return Reason(
        "credit.overtaken",
        f"Лимит успели использовать: свободно {ru}",
        f"The limit was used meanwhile: {en} is free",
        {_PARAMS: str(standing.available)},
    )


def other_currency(standing: Standing) -> Reason:
    """The order is in another currency than the limit."""
    return Reason(
        "credit.currency",
        f"Лимит установлен в {standing.currency}, заказ в другой валюте",
        f"The limit is in {standing.currency}, and the order in another currency",
    )


def _overdue(words: Words, standing: Standing, locale: str) -> str:
    return words.money(standing.overdue, standing.currency, locale)


_FREE = {"ru": "Свободно {free} из {limit}.", "en": "{free} of {limit} is free."}
_DAYS = {"ru": "Оплата через {} дн. после отгрузки.", "en": "Paid within {} days of shipment."}
_MORE = {
    "ru": "Чтобы взять в счёт лимита весь заказ, оплатите {}.",
    "en": "To take the whole order on credit, pay {}.",
}
_BESIDES = {
    "ru": "Чтобы взять в счёт лимита весь заказ, оплатите ещё {}.",
    "en": "To take the whole order on credit, pay {} more.",
}
_LATE = {"ru": "Просрочено {}.", "en": "{} is overdue."}
_STALE = {"ru": "По данным на {}.", "en": "As of {}."}
_CLOSED: dict[Closed | None, dict[str, str]] = {
    None: {
        "ru": "Лимит использован полностью. Оплатите {more}, чтобы взять в счёт лимита этот заказ.",
        "en": "The limit is used up. Pay {more} to take this order on credit.",
    },
    Closed.PREPAY: {
        "ru": "Для вас сейчас открыта только предоплата. Вопросы решит ваш менеджер.",
        "en": "You can only pay beforehand now. Your manager can help.",
    },
    Closed.STOPPED: {
        "ru": "Заказы для вашего юрлица приостановлены. Свяжитесь с менеджером.",
        "en": "Orders of your legal entity are suspended. Please call your manager.",
    },
    Closed.OVERDUE_PREPAY: {
        "ru": "Просрочено {overdue}. Оплатите эту сумму, и лимит откроется.",
        "en": "{overdue} is overdue. Pay it, and the limit opens.",
    },
    Closed.OVERDUE_STOP: {
        "ru": "Просрочено {overdue}, новые заказы остановлены. Оплатите эту сумму, чтобы заказать.",
        "en": "{overdue} is overdue, and new orders are stopped. Pay it to order.",
    },
}
