"""The receipt by 54-FZ: positions that come to the amount, to the kopeck. Pure.

A part of an order is a part of each of its lines, by the largest remainder.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.providers.payment import ChargeItem

MOST_POSITIONS = 100
LONGEST_NAME = 128
_KINDS = {False: "Товары", True: "Доставка"}
VAT_CODES: Mapping[Decimal | None, int] = {
    None: 1,
    Decimal(0): 2,
    Decimal(10): 3,
    Decimal(20): 4,
    Decimal(5): 7,
    Decimal(7): 8,
    Decimal(22): 11,
}


class Position(Struct, frozen=True):
    """`quantity` at `price` roubles each, with VAT; a `service` is no goods."""

    name: str
    quantity: Decimal
    price: Decimal
    vat_code: int
    service: bool = False

    @property
    def total(self) -> Decimal:
        """Roubles."""
        return self.quantity * self.price


def shares(items: Sequence[ChargeItem], amount: Decimal) -> Sequence[Decimal]:
    """What of `amount` falls to each item by its total; the shares come to `amount`."""
    whole = sum((item.total for item in items), Decimal(0))
    if whole <= 0:
        raise ValueError("items come to nothing: there is nothing to share by")
    kopecks = int(amount * 100)
    exact = [kopecks * item.total / whole for item in items]
    found = [int(one) for one in exact]
    by_remainder = sorted(range(len(items)), key=lambda n: (found[n] - exact[n], n))
    for n in by_remainder[: kopecks - sum(found)]:
        found[n] += 1
    return [Decimal(one) / 100 for one in found]


def positions(items: Sequence[ChargeItem], amount: Decimal, order: str) -> Sequence[Position]:
    """The receipt's lines; one for each VAT rate, of goods and of services, where there would be
    too many."""
    dealt = [(i, share) for i, share in zip(items, shares(items, amount), strict=True) if share]
    found = [one for item, share in dealt for one in _priced(item, share)]
    if len(found) <= MOST_POSITIONS:
        return found
    by_rate: defaultdict[tuple[int, bool], Decimal] = defaultdict(Decimal)
    for item, share in dealt:
        by_rate[vat_code(item.vat_rate), item.service] += share
    return [
        Position(f"{_KINDS[service]} по заказу {order}", Decimal(1), share, code, service)
        for (code, service), share in by_rate.items()
    ]


def returned(items: Sequence[ChargeItem], amount: Decimal) -> Sequence[Position]:
    """The lines of a refund's receipt. Of an order of which nothing is left there are none to share
    it by: it is one line then, at the highest rate of what was ordered."""
    if any(item.total for item in items):
        return positions(items, amount, "")
    rates = [item.vat_rate for item in items if item.vat_rate is not None]
    code = vat_code(max(rates, default=None))
    return [Position("Возврат по заказу", Decimal(1), amount, code)]


def vat_code(rate: Decimal | None) -> int:
    """The code of a rate. Raises `ValueError` for a rate that receipts do not know."""
    code = VAT_CODES.get(rate)
    if code is None:
        raise ValueError(f"a receipt knows no VAT rate of {rate} %")
    return code


def _priced(item: ChargeItem, share: Decimal) -> Sequence[Position]:
    """At one price where it divides, at two a kopeck apart, or as one piece of everything."""
    code, name = vat_code(item.vat_rate), item.name[:LONGEST_NAME]
    kopecks, quantity = int(share * 100), item.quantity
    if quantity == quantity.to_integral_value() and kopecks >= quantity:
        price, dearer = divmod(kopecks, int(quantity))
        two = ((quantity - dearer, price), (Decimal(dearer), price + 1))
        return [Position(name, n, Decimal(each) / 100, code, item.service) for n, each in two if n]
    whole = f"{item.name}, {quantity.normalize():f} {item.unit}"[:LONGEST_NAME]
    return [Position(whole, Decimal(1), share, code, item.service)]
