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


def offered(words: Words, standing: Standing, total: Decimal, stale: str) -> Reason:
    """What is free of the limit, when to pay, and what would cover the whole order.

    `stale` is the moment the ERP was last heard, where that is long ago.
    """
    said: dict[str, str] = {}
    for locale in ("ru", "en"):
        free = words.money(standing.available, standing.currency, locale)
        limit = words.money(standing.limit, standing.currency, locale)
        parts = [_FREE[locale].format(free=free, limit=limit), _DAYS[locale].format(standing.days)]
        if more := standing.releases(total):
            parts.append(_MORE[locale].format(words.money(more, standing.currency, locale)))
        if standing.overdue:
            parts.append(_LATE[locale].format(_overdue(words, standing, locale)))
        if stale:
            parts.append(_STALE[locale].format(stale))
        said[locale] = " ".join(parts)
    return Reason("credit.offered", said["ru"], said["en"], {_PARAMS: str(standing.available)})


def refused(words: Words, standing: Standing, total: Decimal) -> Reason:
    """Why nothing can be taken on credit, and what has to be paid for that."""
    said = {}
    for locale in ("ru", "en"):
        why = _CLOSED[standing.closed][locale]
        pay = words.money(standing.releases(total), standing.currency, locale)
        late = _overdue(words, standing, locale)
        said[locale] = why.format(overdue=late, pay=pay)
    code = f"credit.{standing.closed or 'used_up'}"
    return Reason(code, said["ru"], said["en"], {_PARAMS: str(standing.releases(total))})


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
_LATE = {"ru": "Просрочено {}.", "en": "{} is overdue."}
_STALE = {"ru": "По данным на {}.", "en": "As of {}."}
_CLOSED: dict[Closed | None, dict[str, str]] = {
    None: {
        "ru": "Лимит использован полностью. Оплатите {pay}, чтобы взять в счёт лимита этот заказ.",
        "en": "The limit is used up. Pay {pay} to take this order on credit.",
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
        "ru": "Просрочено {overdue}. Оплатите {pay}, и лимит откроется.",
        "en": "{overdue} is overdue. Pay {pay}, and the limit opens.",
    },
    Closed.OVERDUE_STOP: {
        "ru": "Просрочено {overdue}, новые заказы остановлены. Оплатите {pay}, чтобы заказать.",
        "en": "{overdue} is overdue, and new orders are stopped. Pay {pay} to order.",
    },
}
