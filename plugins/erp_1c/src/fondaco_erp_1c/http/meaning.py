"""What a document of 1C says of an order: which state it tells of; pure."""

from collections.abc import Mapping

from fondaco_erp_1c.commerceml.values import flag
from fondaco_erp_1c.http.documents import DocumentIn
from fondaco_erp_1c.http.words import state_of
from fondaco_sdk.types.order import OrderState

S = OrderState
ORDERS = frozenset(("", "заказтовара", "счетнаоплату"))
SHIPMENTS = frozenset(("отпусктовара",))
BANK_AND_CASH = frozenset(("выплатабезналичныхденег", "выплатаналичныхденег"))
"""Of money taken by cards the acquirer itself tells: 1C repeats what it was told."""
PAYMENTS = BANK_AND_CASH | {"эквайринговаяоперация"}
REFUNDS = frozenset(("возвратбезналичныхденег", "возвратналичныхденег"))
RANK = {
    S.PLACED: 0, S.AWAITING_PAYMENT: 1, S.CONFIRMED: 2, S.PICKING: 3, S.SHIPPED: 4, S.COMPLETED: 5,
}  # fmt: skip


def state_told(
    document: DocumentIn, now: OrderState, own: Mapping[str, OrderState]
) -> tuple[OrderState | None, str]:
    """The state that a document tells of an order that is in `now`, and what is wrong with its word
    for it. `own` are words of the site. Of what is paid the kernel counts the sums: a document of
    money tells of no state."""
    said = document.requisites
    if document.operation in PAYMENTS | REFUNDS:
        return None, ""
    if document.operation not in ORDERS and is_void(document):
        return None, ""
    if document.deleted or flag(said.get("отменен")):
        return S.CANCELLED, ""
    word = said.get("статусзаказа") or said.get("статусазаказаид") or ""
    named = state_of(word, own) if word else None
    unknown = f"статус «{word[:80]}» не сопоставлен: добавьте его в настройки" if word else ""
    if named is S.CANCELLED:
        return named, ""
    found = [named] if named and not _is_ours(named, now) else []
    if _is_shipped(document):
        found.append(S.SHIPPED)
    if _is_paid(document) and now is S.AWAITING_PAYMENT:
        found.append(S.CONFIRMED)
    if flag(said.get("проведен")) and now is S.PLACED and not found:
        found.append(S.CONFIRMED)
    to = max(found, key=lambda state: RANK[state], default=None)
    return to, "" if named else unknown


def is_void(document: DocumentIn) -> bool:
    """Whether it was deleted, or taken back from the books."""
    return document.deleted or flag(document.requisites.get("проведен")) is False


def _is_ours(named: OrderState, now: OrderState) -> bool:
    """«Принят» is what the portal itself has sent, and says nothing new of an order just begun."""
    return named is S.PLACED and RANK.get(now, RANK[S.COMPLETED]) <= RANK[S.CONFIRMED]


def _is_shipped(document: DocumentIn) -> bool:
    said = document.requisites
    shipped = _has(said.get("датаотгрузкипо1с")) or flag(said.get("отгружен"))
    return document.operation in SHIPMENTS or bool(shipped)


def _is_paid(document: DocumentIn) -> bool:
    said = document.requisites
    return bool(_has(said.get("датаоплатыпо1с")) or flag(said.get("заказоплачен")))


def _has(day: str | None) -> bool:
    return bool(day) and not str(day).startswith("0001-01-01")


def together(states: Mapping[int, str]) -> OrderState | None:
    """Where an order of several documents is, by the state of each; "" where none was told."""
    going = [S(state) for state in states.values() if state != S.CANCELLED.value and state]
    if not going:
        return S.CANCELLED if all(states.values()) else None
    if not all(states.values()):
        # Of the others nothing is known: the order is not further than they are.
        return None
    return min(going, key=lambda state: RANK[state])


def day_of(written: str | None) -> str:
    """A day as 1C writes it; "" for none."""
    return str(written) if _has(written) else ""
