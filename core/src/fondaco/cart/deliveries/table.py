"""A table of articles and deliveries as it comes from a spreadsheet: its headings, and its taking.

A heading names where the goods go and from which day on. It means a delivery that is there, or one
more; a name alone means no wish, a day alone the place of the first delivery.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fondaco.cart.dealing import Cell
from fondaco.cart.deliveries.heading import name_and_day, read_day
from fondaco.cart.deliveries.rules import (
    WRONG_DAY,
    ZERO,
    DeliveryData,
    may_want,
    no_delivery,
    usual,
)
from fondaco.cart.deliveries.service import Deliveries
from fondaco.cart.deliveries.stored import Delivery, stored_deliveries
from fondaco.cart.part_table import (
    TableCell,
    TablePart,
    headings_of,
    parts_by_heading,
    plain_name,
)
from fondaco.cart.reading import CartRow
from fondaco.cart.service import CartItem, Carts
from fondaco.cart.targets import Targets
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.cart import CartWay, LineSource
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason

_BETWEEN = "|"


def parts_of_deliveries(stored: Sequence[Delivery]) -> Sequence[TablePart]:
    """Deliveries as the columns of a table; their keys are their uuids."""
    return [
        TablePart(str(one.uuid), _headed(one.name, one.wanted_on), one.address) for one in stored
    ]


def sample_parts(targets: Targets, today: date) -> Sequence[TablePart]:
    """What shows how a heading is written, where there is no delivery yet."""
    where = usual(targets)
    return [
        TablePart(where.value, _headed(where.title, day))
        for day in (None, today + timedelta(days=7))
    ]


class DeliveryHeadings:
    """Where and when, for the deliveries that are there, and for those that may be opened."""

    def __init__(self, targets: Targets, stored: Sequence[Delivery], today: date) -> None:
        self._targets, self._stored, self._today = targets, stored, today
        places = [TablePart(one.value, one.title, one.address) for one in targets.all]
        self._places = parts_by_heading(places)
        own = parts_of_deliveries(stored)
        self._own = dict(zip(map(plain_name, headings_of(own)), own, strict=True))
        self.names = frozenset(
            {"", *self._own, *self._places, *map(plain_name, headings_of(places))}
        )

    def part(self, heading: str) -> TablePart | Reason:
        """The delivery that is meant, or why there is none."""
        if own := self._own.get(plain_name(heading)):
            return own
        name, typed = (
            (heading, "") if plain_name(heading) in self._places else name_and_day(heading)
        )
        day = read_day(typed, self._today) if typed else None
        if not name and not typed:
            return _unknown(heading)
        place = self._places.get(plain_name(name)) if name else self._usual()
        if place is None:
            return _several(name) if plain_name(name) in self._places else _unknown(heading)
        if typed and (day is None or not may_want(day, self._today)):
            return Reason(
                WRONG_DAY.code, f"«{heading}»: {WRONG_DAY.ru}", f"“{heading}”: {WRONG_DAY.en}"
            )
        for one in self._stored:
            if (one.value, one.wanted_on) == (place.key, day):
                return TablePart(str(one.uuid), _headed(one.name, day), one.address)
        key = f"{place.key}{_BETWEEN}{day.isoformat() if day else ''}"
        return TablePart(key, _headed(place.name, day), place.address)

    def gets(self, row: CartRow, parts: Sequence[TablePart]) -> Mapping[str, Decimal]:
        """What a line gives to the deliveries: to the first one what no other gets."""
        if not self._stored and not parts:
            return {}
        shared = row.shared if row.way == CartWay.DELIVERIES else {}
        given = {str(one.uuid): shared[one.id] for one in self._stored[1:] if one.id in shared}
        first = str(self._stored[0].uuid) if self._stored else _in_order(p.key for p in parts)[0]
        return {**given, first: row.quantity - sum(given.values(), ZERO)}

    def _usual(self) -> TablePart | None:
        value = self._stored[0].value if self._stored else self._targets.usual
        found = self._targets.get(value) or next(iter(self._targets.all), None)
        return TablePart(found.value, found.title, found.address) if found else None


async def take_table(act: ActContext, cells: Sequence[TableCell]) -> None:
    """Put a table into the cart: deliveries that are not there are opened, products go in.

    A line of which the table says what the first delivery gets is as much as all get; others grow
    where more is wanted. The same number of statements for any number of cells. Raises `NotFound`
    for a delivery that is not there, `UserError` for one that may not be.
    """
    deliveries = Deliveries(act)
    await deliveries.take_up()
    where = await _opened(act, deliveries, {cell.part for cell in cells})
    stored = await stored_deliveries(act)
    wanted: dict[ProductId, dict[UUID, Decimal]] = {}
    for cell in cells:
        wanted.setdefault(cell.product, {})[where[cell.part]] = cell.quantity
    await _put_in(act, wanted)
    rows = [row for row in await Carts(act).rows() if row.product_id in wanted]
    ids = {one.uuid: one.id for one in stored}
    first = stored[0].uuid
    grown = {row.uuid: _quantity(row, wanted[row.product_id], ids, first) for row in rows}
    await deliveries.set_lines(
        {row.uuid: grown[row.uuid] for row in rows if grown[row.uuid] not in (row.quantity, ZERO)}
    )
    await deliveries.put(
        [
            Cell(row.uuid, part, quantity)
            for row in rows
            for part, quantity in wanted[row.product_id].items()
            if part != first
        ]
    )


async def _opened(
    act: ActContext, deliveries: Deliveries, keys: Iterable[str]
) -> Mapping[str, UUID]:
    """The deliveries by their keys; those that are not there are opened."""
    stored = await stored_deliveries(act)
    there = {str(one.uuid): one.uuid for one in stored}
    places = {(one.value, one.wanted_on): one.uuid for one in reversed(stored)}
    found, missing = dict[str, UUID](), dict[str, DeliveryData]()
    for key in keys:
        if key in there:
            found[key] = there[key]
            continue
        where = _where(key)
        if uuid := places.get((where.target, where.wanted_on)):
            found[key] = uuid
        else:
            missing[key] = where
    missing = {key: missing[key] for key in _in_order(missing)}
    opened = await deliveries.open(list(missing.values())) if missing else ()
    return {**found, **dict(zip(missing, opened, strict=True))}


def _in_order(keys: Iterable[str]) -> Sequence[str]:
    """New deliveries as they are opened: the earliest is the first."""
    return sorted(keys, key=lambda key: (_where(key).wanted_on or date.min, key))


def _where(key: str) -> DeliveryData:
    target, between, day = key.partition(_BETWEEN)
    try:
        if between:
            return DeliveryData(target, date.fromisoformat(day) if day else None)
    except ValueError:
        pass
    raise no_delivery()


async def _put_in(act: ActContext, wanted: Mapping[ProductId, Mapping[UUID, Decimal]]) -> None:
    here = {row.product_id for row in await Carts(act).rows()}
    items = [
        CartItem(product, sum(of_parts.values(), ZERO), LineSource.LIST)
        for product, of_parts in wanted.items()
        if product not in here and any(of_parts.values())
    ]
    await Carts(act).add(act, items)


def _quantity(
    row: CartRow, wanted: Mapping[UUID, Decimal], ids: Mapping[UUID, int], first: UUID
) -> Decimal:
    others = {**row.shared, **{ids[part]: q for part, q in wanted.items() if part != first}}
    dealt = sum(others.values(), ZERO)
    return dealt + wanted[first] if first in wanted else max(row.quantity, dealt)


def _headed(name: str, day: date | None) -> str:
    return f"{name}, {day:%d.%m.%Y}" if day else name


def _unknown(heading: str) -> Reason:
    return Reason(
        "delivery.heading",
        f"«{heading}» — не адрес из вашего списка и не день. Пишите, например: Склад, 05.12.2026",
        f"“{heading}” is no address of your list and no day. Write for example: Warehouse,"
        " 05.12.2026",
    )


def _several(name: str) -> Reason:
    return Reason(
        "delivery.headings",
        f"Название «{name}» носят несколько адресов. Укажите адрес в скобках: {name} (адрес)",
        f"Several addresses are called “{name}”. Add the address in brackets: {name} (address)",
    )
