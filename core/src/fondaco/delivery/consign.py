"""What leaves for where: the parts of an order that become its shipments."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.cart import CartPart, PricedCart, PricedCartLine
from fondaco_sdk.types.reason import Reason


class Target(Struct, frozen=True):
    """Where a shipment goes: a warehouse for pickup, or an outlet's address."""

    way: str
    place_id: int | None
    outlet_id: int | None
    address: str


class TargetGone(Conflict):
    """Since the cart was read, where one of its parts goes was changed or taken away."""

    def __init__(self) -> None:
        super().__init__(_GONE)


class Consignment(Struct, frozen=True):
    """Lines that leave together, not before they are wanted; each becomes a line of the order.

    `part` is the key of their part of the cart, "" where all of it leaves together.
    """

    target: Target
    lines: tuple[PricedCartLine, ...]
    wanted_on: date | None = None
    part: str = ""

    @property
    def promised(self) -> date | None:
        """The latest date of its lines; None if one has none."""
        dates = [line.promised for line in self.lines]
        known = [day for day in dates if day is not None]
        return max(known, default=None) if len(known) == len(dates) else None

    @property
    def leaves_on(self) -> date | None:
        """The day on which it is handed over: all of it is there, and it is wanted."""
        promised = self.promised
        return promised and max(promised, self.wanted_on or promised)


def by_day(cart: PricedCart, target: Target) -> tuple[Consignment, ...]:
    """What is ready each day, the first day first, all to one target."""
    parts = sorted(cart.consigned().items(), key=lambda found: found[0].key)
    return tuple(Consignment(target, lines, part=part.key) for part, lines in parts)


def by_part(cart: PricedCart, targets: Mapping[str, Target]) -> tuple[Consignment, ...]:
    """A cart that is dealt out, in the order of `targets`, which stand under the keys of parts;
    those that get nothing are left out.

    Raises `TargetGone` where a part that gets something does not go there any more.
    """
    given = {part.key: (part, lines) for part, lines in cart.consigned().items()}
    if not all(_goes_to(part, targets.get(part.key)) for part, _ in given.values()):
        raise TargetGone
    return tuple(
        Consignment(target, given[key][1], given[key][0].wanted_on, key)
        for key, target in targets.items()
        if key in given
    )


def _goes_to(part: CartPart, target: Target | None) -> bool:
    return target is not None and (target.outlet_id, target.place_id) == (part.outlet, part.place)


_GONE = Reason(
    "checkout.target_gone",
    "Торговая точка или поставка, в которую идёт часть корзины, изменилась: проверьте корзину",
    "An outlet or delivery that part of the cart goes to has changed: look at the cart again",
)
