"""The deliveries of an order once more: what they got, where and when, as far as possible."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fondaco.cart.deliveries.rules import MOST, NO_TARGETS, TOO_MANY, ZERO, DeliveryData, usual
from fondaco.cart.deliveries.service import Deliveries
from fondaco.cart.deliveries.stood import deliveries_as_they_are
from fondaco.cart.service import Carts
from fondaco.cart.targets import Targets, read_targets
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason


class OrderedDelivery(Struct, frozen=True):
    """A delivery of an order: where it went (as `Target.value`, and its name), the day on which it
    was wanted, and what it got.
    """

    target: str
    name: str
    wanted_on: date | None
    gets: Mapping[ProductId, Decimal]


async def deliver_again(
    act: ActContext, ordered: Sequence[OrderedDelivery], *, empty: bool
) -> Sequence[Reason]:
    """Deal out what is in the cart of an order; `empty`: nothing else is in it.

    What other deliveries of the cart get stays with them. Where a target cannot be chosen any more
    the usual one stands; a day that has passed is no wish any more. Returns what is to be said.
    """
    deliveries, targets = Deliveries(act), await read_targets(act)
    if not targets.all:
        return [NO_TARGETS]
    await deliveries.alone()
    today = act.now.astimezone(act.zone).date()
    lines = {row.product_id: row.uuid for row in await Carts(act).rows()}
    wanted = [_as_possible(one, targets, today, lines) for one in ordered]
    there = [] if empty else await deliveries_as_they_are(act)
    merged, places = _merged(there, wanted)
    await deliveries.restore(merged)
    return _said(ordered, wanted, places)


def _as_possible(
    ordered: OrderedDelivery, targets: Targets, today: date, lines: Mapping[ProductId, UUID]
) -> DeliveryData:
    passed = ordered.wanted_on is not None and ordered.wanted_on < today
    return DeliveryData(
        (targets.get(ordered.target) or usual(targets)).value,
        None if passed else ordered.wanted_on,
        {lines[product]: q for product, q in ordered.gets.items() if product in lines},
    )


def _merged(
    there: Sequence[DeliveryData], wanted: Sequence[DeliveryData]
) -> tuple[Sequence[DeliveryData], Sequence[int | None]]:
    """Those that are there with what is wanted, each in the one that goes where and when it should,
    or in one more; and the place of each, None where there would be too many: then the first one
    has it.
    """
    found, free = list(there), set(range(len(there)))
    places: list[int | None] = []
    for one in wanted:
        place = next((at for at in sorted(free) if _alike(found[at], one)), None)
        if place is not None:
            free.discard(place)
            found[place] = replace(found[place], shares=_added(found[place].shares, one.shares))
        elif len(found) < MOST:
            place = len(found)
            found.append(one)
        places.append(place)
    return found, places


def _alike(one: DeliveryData, other: DeliveryData) -> bool:
    return (one.target, one.wanted_on) == (other.target, other.wanted_on)


def _added(one: Mapping[UUID, Decimal], other: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    return {line: one.get(line, ZERO) + other.get(line, ZERO) for line in {**one, **other}}


def _said(
    ordered: Sequence[OrderedDelivery], wanted: Sequence[DeliveryData], places: Sequence[int | None]
) -> Sequence[Reason]:
    passed: list[int] = []
    gone: dict[str, list[int]] = {}
    for was, now, place in zip(ordered, wanted, places, strict=True):
        if place is None:
            continue
        if now.wanted_on != was.wanted_on:
            passed.append(place + 1)
        if now.target != was.target:
            gone.setdefault(was.name, []).append(place + 1)
    said = [TOO_MANY] if None in places else []
    said += [_day_passed(passed)] if passed else []
    return [*said, *(_target_gone(name, numbers) for name, numbers in gone.items())][:_SAID]


def _day_passed(numbers: Sequence[int]) -> Reason:
    of = ", ".join(map(str, numbers))
    one = len(numbers) == 1
    return Reason(
        "delivery.repeat_day",
        f"{'Поставка' if one else 'Поставки'} {of}: прежний день прошёл, теперь — как только"
        " будет готово",
        f"{'Delivery' if one else 'Deliveries'} {of}: the day has passed, now as soon as it is"
        " ready",
    )


def _target_gone(name: str, numbers: Sequence[int]) -> Reason:
    of = ", ".join(map(str, numbers))
    one = len(numbers) == 1
    return Reason(
        "delivery.repeat_target",
        f"{'Поставка' if one else 'Поставки'} {of}: «{name}» больше нельзя выбрать,"
        " проверьте адрес",
        f"{'Delivery' if one else 'Deliveries'} {of}: “{name}” can no longer be chosen, check the"
        " address",
    )


# A notice travels in a cookie.
_SAID = 4
