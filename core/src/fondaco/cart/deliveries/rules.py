"""What deliveries may be: the rules, and what is said where one is broken. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.cart.dealing import Cell
from fondaco.cart.reading import CartRow
from fondaco.cart.targets import Target, Targets
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason

MOST = 20
LATEST = timedelta(days=180)
ZERO = Decimal(0)


class DeliveryData(Struct, frozen=True):
    """Where a delivery goes, as a form posts it, the day it is wanted on, and the lines' uuids with
    what it gets of them. Of the first delivery the quantities do not count.
    """

    target: str
    wanted_on: date | None = None
    shares: dict[UUID, Decimal] = {}


def may_want(wanted_on: date | None, today: date) -> bool:
    """Whether a delivery may be wanted on that day."""
    return wanted_on is None or today <= wanted_on <= today + LATEST


def no_delivery() -> NotFound:
    """Absent, or another person's: both look the same."""
    return NotFound(Reason("delivery.absent", "Такой поставки нет", "There is no such delivery"))


def usual(targets: Targets) -> Target:
    """Where the first delivery goes. Raises `UserError` where there is nothing to choose."""
    found = targets.get(targets.usual) or next(iter(targets.all), None)
    if found is None:
        raise UserError(NO_TARGETS)
    return found


def refuse_too_much(
    cells: Sequence[Cell], rows: Mapping[UUID, CartRow], known: Mapping[UUID, int]
) -> None:
    """Raise `UserError`, under the names of the cells, where a line does not have so much.

    `known` are the ids of the deliveries by their uuids.
    """
    given = {uuid: dict(row.shared) for uuid, row in rows.items()}
    for cell in cells:
        given[cell.line][known[cell.part]] = cell.quantity
    wrong = {}
    for cell in cells:
        dealt, have = sum(given[cell.line].values(), ZERO), rows[cell.line].quantity
        if dealt > have:
            wrong[f"cell.{cell.line}.{cell.part}"] = Reason(
                "delivery.too_much",
                f"В строке {have.normalize():f}, а по поставкам {dealt.normalize():f}",
                f"The line has {have.normalize():f}, the deliveries {dealt.normalize():f}",
            )
    if wrong:
        raise UserError(next(iter(wrong.values())), wrong)


TOO_MANY = Reason("delivery.too_many", f"Поставок не больше {MOST}", f"At most {MOST} deliveries")
THE_ONLY_ONE = Reason(
    "delivery.only",
    "Это единственная поставка: верните корзину к одному адресу",
    "This is the only delivery: go back to one address instead",
)
NO_TARGET = Reason(
    "delivery.target",
    "Выберите адрес доставки или склад самовывоза",
    "Choose a delivery address or a warehouse for pickup",
)
NO_TARGETS = Reason(
    "delivery.no_targets",
    "Нет ни адреса доставки, ни склада самовывоза. Напишите менеджеру, он добавит адрес",
    "There is neither a delivery address nor a warehouse for pickup. Ask your manager for one",
)
WRONG_DAY = Reason(
    "delivery.day",
    f"День от сегодняшнего и не дальше чем через {LATEST.days} дней",
    f"A day from today on, at most {LATEST.days} days ahead",
)
MORE_THAN_THERE_IS = Reason(
    "delivery.too_much",
    "По поставкам больше, чем в строке корзины",
    "The deliveries have more than the cart's line",
)
NOT_OURS = Reason("delivery.before", "Вернуть как было уже нельзя", "It can no longer be put back")
