"""A payment split over orders by a person: pure, to the kopeck."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fondaco.orders.bank.match import OrderOpen
from fondaco.web.format import money
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason

MOST_ORDERS = 20
_MOST = Decimal(10) ** 13


def check_shares(
    amount: Decimal,
    currency: str,
    typed: Sequence[tuple[str, Decimal]],
    orders: Sequence[OrderOpen],
) -> Mapping[int, Decimal]:
    """How much each order (its id) gets; the shares come to `amount`, each above zero.

    Raises `UserError` on `order.N` or `amount.N` (N from 0), or without a field for their sum.
    """
    by_name: dict[str, list[OrderOpen]] = {}
    for order in orders:
        for name in {
            order.number.upper(),
            str(order.uuid).upper(),
            *map(str.upper, order.invoices),
        }:
            by_name.setdefault(name, []).append(order)
    mistakes: dict[str, Reason] = {}
    shares: dict[int, Decimal] = {}
    for n, (name, share) in enumerate(typed):
        found = by_name.get(name.upper(), [])
        exact = [order for order in found if order.number.upper() == name.upper()] or found
        if len(exact) != 1:
            mistakes[f"order.{n}"] = _NO_ORDER if not exact else _SEVERAL
            continue
        if exact[0].currency != currency:
            mistakes[f"order.{n}"] = _CURRENCY
        elif exact[0].id in shares:
            mistakes[f"order.{n}"] = _AGAIN
        if not share.is_finite() or not 0 < share < _MOST or share != round(share, 2):
            mistakes[f"amount.{n}"] = _AMOUNT
        shares[exact[0].id] = share
    if mistakes:
        raise UserError(_WRONG, mistakes)
    if not typed or len(typed) > MOST_ORDERS or sum(shares.values()) != amount:
        raise UserError(_not_whole(amount, sum(shares.values(), Decimal(0)), currency))
    return shares


def _not_whole(amount: Decimal, given: Decimal, currency: str) -> Reason:
    return Reason(
        "bank.not_whole",
        f"Платёж {money(amount, currency, 'ru')}, а распределено {money(given, currency, 'ru')}:"
        " суммы должны сойтись до копейки",
        f"The payment is {money(amount, currency, 'en')}, and {money(given, currency, 'en')} is"
        " given out: the sums have to be the same to the kopeck",
    )


_WRONG = Reason("bank.wrong", "Проверьте заказы и суммы", "Check the orders and sums")
_NO_ORDER = Reason(
    "bank.no_order", "У этого продавца такого заказа нет", "This seller has no such order"
)
_SEVERAL = Reason(
    "bank.several", "Таких несколько: укажите номер заказа", "Several are so: give an order number"
)
_CURRENCY = Reason(
    "bank.other_currency", "Заказ в другой валюте", "The order is in another currency"
)
_AGAIN = Reason("bank.again", "Этот заказ уже указан выше", "This order is named above already")
_AMOUNT = Reason(
    "bank.amount",
    "Сумма больше нуля, не больше двух знаков после запятой",
    "The sum is above zero, with at most two decimals",
)
