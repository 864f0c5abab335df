"""What 1C and the portal call the same state of an order, and other words of documents."""

import re
from collections.abc import Mapping

from fondaco_sdk.types.order import OrderState

S = OrderState

SAID: Mapping[OrderState, str] = {
    S.PLACED: "Принят",
    S.CONFIRMED: "Подтверждён",
    S.AWAITING_PAYMENT: "Ждёт оплаты",
    S.PICKING: "В работе",
    S.SHIPPED: "Отгружен",
    S.COMPLETED: "Выполнен",
    S.CANCELLED: "Отменён",
}
# Words of the usual configurations; a site adds its own in `states`.
KNOWN: Mapping[OrderState, tuple[str, ...]] = {
    S.PLACED: ("принят", "новый", "несогласован", "n"),
    S.CONFIRMED: (
        "подтвержден", "подтверждено", "согласован", "квыполнению", "кобеспечению", "кобеспечении",
        "оплачен", "p",
    ),
    S.AWAITING_PAYMENT: ("ждетоплаты", "ожидаетсяоплата", "ожидаетсяпредоплата", "ожидаетоплаты"),
    S.PICKING: ("вработе", "собирается", "насборке", "комплектуется", "готовкотгрузке"),
    S.SHIPPED: ("отгружен", "отправлен", "впроцессеотгрузки", "ожидаетсяоплатапослеотгрузки"),
    S.COMPLETED: ("выполнен", "закрыт", "завершен", "доставлен", "f"),
    S.CANCELLED: ("отменен", "отмена", "аннулирован"),
}  # fmt: skip
DELIVERY = "ORDER_DELIVERY"
"""The id of the line for delivery, by which 1C and Bitrix know it."""
PAYMENTS: Mapping[str, str] = {
    "invoice": "Безналичный расчёт",
    "prepaid": "Предоплата по счёту",
    "card": "Банковская карта",
    "credit": "Отсрочка платежа",
}


def plain(word: str) -> str:
    """Names differ by spaces, case and «ё» from one configuration to the next."""
    return "".join(word.split()).lower().replace("ё", "е")


_CODE = re.compile(r"^\s*\[[^\]]*\]")
_STATES = {word: state for state, words in KNOWN.items() for word in words}


def state_of(word: str, own: Mapping[str, OrderState]) -> OrderState | None:
    """The state of the portal; None where nobody knows the word. Some write `[N] Принят`."""
    mapped = {plain(name): state for name, state in own.items()}
    bare = plain(_CODE.sub("", word))
    return mapped.get(plain(word)) or mapped.get(bare) or _STATES.get(bare)
