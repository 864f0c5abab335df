"""The ways to pay as the checkout shows them: which pays all of the cart, and which a part."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.types.order import PaymentOption


class Way(Struct, frozen=True):
    """A way to pay: it `pays` so much of the cart, and `left` has to be paid in another way.

    Both in the order's currency.
    """

    option: PaymentOption
    pays: Decimal
    left: Decimal

    @property
    def open(self) -> bool:
        """Whether it can be chosen first."""
        return self.option.refusal is None and (self.pays > 0 or not self.left)


class Ways(Struct, frozen=True):
    """All ways in their order, and those that can pay what one of them leaves."""

    all: tuple[Way, ...]

    @property
    def partial(self) -> tuple[Way, ...]:
        """Those that can be chosen and pay a part only."""
        return tuple(way for way in self.all if way.open and way.left)

    @property
    def whole(self) -> tuple[Way, ...]:
        """Those that can be chosen and pay everything, also what another one leaves."""
        return tuple(way for way in self.all if way.open and not way.left)


def ways_of(options: Sequence[PaymentOption], total: Decimal) -> Ways:
    """What each option can pay of `total`."""
    found = []
    for option in options:
        pays = total if option.up_to is None else max(min(option.up_to, total), Decimal(0))
        found.append(Way(option, pays, total - pays))
    return Ways(tuple(found))
