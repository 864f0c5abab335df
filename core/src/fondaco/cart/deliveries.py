"""Dealing the cart out over deliveries: where, when, and how much of each line. The verbs.

The first delivery gets what no other does, so that a line is always dealt out to the last piece.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from uuid_utils.compat import uuid7

from fondaco.cart import queries
from fondaco.cart.outlets import Cell
from fondaco.cart.parts import stored_deliveries
from fondaco.cart.reading import CartRow, customer_of
from fondaco.cart.service import Carts, check_quantity, no_line
from fondaco.cart.targets import Target, Targets, read_targets
from fondaco.db.columns import QUANTITY
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.cart import CartWay, PricedCart
from fondaco_sdk.types.reason import Reason

MOST = 20
LATEST = timedelta(days=180)
ZERO = Decimal(0)
_MINE = "(select id from fondaco.cart where company_id = :company and user_id = :user)"
_ADD: TextClause = text(
    f"""
    insert into fondaco.cart_delivery (uuid, cart_id, outlet_id, place_id, wanted_on)
    select d.uuid, c.id, d.outlet_id, d.place_id, d.wanted_on
      from unnest(:uuids, :outlets, :places, :days) with ordinality
           as d (uuid, outlet_id, place_id, wanted_on, n)
      cross join {_MINE} c
     order by d.n
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("outlets", type_=ARRAY(BigInteger)),
    bindparam("places", type_=ARRAY(BigInteger)),
    bindparam("days", type_=ARRAY(Date)),
)
_CHANGE: TextClause = text(
    f"""
    update fondaco.cart_delivery
       set outlet_id = :outlet, place_id = :place, wanted_on = :wanted_on
     where uuid = :uuid and cart_id = {_MINE}
    returning id
    """
)
_REMOVE: TextClause = text(
    f"delete from fondaco.cart_delivery where uuid = :uuid and cart_id = {_MINE} returning id"
)
_REMOVE_ALL: TextClause = text(f"delete from fondaco.cart_delivery where cart_id = {_MINE}")
_PUT: TextClause = text(
    f"""
    with cells as (
        select l.id as line, d.id as delivery, cell.quantity
          from unnest(:lines, :deliveries, :quantities) as cell (line, delivery, quantity)
          join fondaco.cart_line l on l.uuid = cell.line and l.cart_id = {_MINE}
          join fondaco.cart_delivery d on d.uuid = cell.delivery and d.cart_id = l.cart_id
    ), gone as (
        delete from fondaco.cart_delivery_share
         where (cart_line_id, cart_delivery_id) in (
             select line, delivery from cells where quantity = 0)
    ), put as (
        insert into fondaco.cart_delivery_share (cart_line_id, cart_delivery_id, quantity)
        select line, delivery, quantity from cells where quantity > 0
        on conflict (cart_line_id, cart_delivery_id) do update set quantity = excluded.quantity
    )
    select count(*) from cells
    """
).bindparams(
    bindparam("lines", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("deliveries", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
)
# Another delivery moves the dates by itself: they are news only once the world moves them.
_DATES_UNSEEN: TextClause = text(
    f"update fondaco.cart_line set seen_promised = null where cart_id = {_MINE}"
)


class DeliveryData(Struct, frozen=True):
    """Where a delivery goes, as a form posts it, the day it is wanted on, and the lines' uuids with
    what it gets of them. Of the first delivery the quantities do not count.
    """

    target: str
    wanted_on: date | None = None
    shares: dict[UUID, Decimal] = {}


class Deliveries:
    """The cart of the acting person, as dealt out over deliveries."""

    def __init__(self, act: ActContext) -> None:
        self._act = act
        self._carts = Carts(act)
        self._mine: Mapping[str, object] = {
            "company": customer_of(act).company_id,
            "user": act.actor.user_id,
        }

    async def begin(self) -> None:
        """Send the cart in deliveries; those of an earlier time are there again, or a first one."""
        await self._carts.send(self._act, CartWay.DELIVERIES)
        if not await stored_deliveries(self._act):
            usual = _usual(await read_targets(self._act))
            await self._write([(usual, None)])
        await self._act.execute(_DATES_UNSEEN, self._mine)

    async def begin_as_ready(self, cart: PricedCart) -> None:
        """A delivery for every day on which something is ready, with what is ready then."""
        usual = _usual(await read_targets(self._act))
        days: dict[date, dict[UUID, Decimal]] = {}
        for line in cart.lines:
            for part in line.supply.parts:
                of_day = days.setdefault(part.promised, {})
                of_day[line.uuid] = of_day.get(line.uuid, ZERO) + part.quantity
        made = [
            DeliveryData(usual.value, day if number else None, days[day])
            for number, day in enumerate(sorted(days)[:MOST])
        ]
        await self.restore(made or [DeliveryData(usual.value)])

    async def end(self) -> None:
        """Send it together again; the deliveries are kept for whoever wants them back."""
        await self._carts.send(self._act, CartWay.TOGETHER)

    async def add(self, target: str, wanted_on: date | None) -> UUID:
        """One more delivery, with nothing in it yet. Raises `UserError` naming the field."""
        await self._alone()
        if len(await stored_deliveries(self._act)) >= MOST:
            raise UserError(_TOO_MANY, {"target": _TOO_MANY})
        where = await self._target(target)
        self._check_day(wanted_on)
        return (await self._write([(where, wanted_on)]))[0]

    async def change(self, uuid: UUID, target: str, wanted_on: date | None) -> None:
        """Another place or day. Raises `NotFound`, `UserError` naming the field."""
        await self._alone()
        where = await self._target(target)
        self._check_day(wanted_on)
        found = await self._act.fetch(
            _CHANGE,
            {
                "uuid": uuid,
                "outlet": where.outlet_id,
                "place": where.place_id,
                "wanted_on": wanted_on,
                **self._mine,
            },
        )
        if not found:
            raise no_delivery()
        await self._act.execute(_DATES_UNSEEN, self._mine)

    async def remove(self, uuid: UUID) -> None:
        """What was in it goes to the first one. Raises `NotFound`, `UserError` for the only one."""
        await self._alone()
        if len(await stored_deliveries(self._act)) < 2:
            raise UserError(_THE_ONLY_ONE)
        if not await self._act.fetch(_REMOVE, {"uuid": uuid, **self._mine}):
            raise no_delivery()
        await self._act.execute(_DATES_UNSEEN, self._mine)

    async def put(self, cells: Sequence[Cell]) -> None:
        """Give these quantities; other cells stay as they are. Zero: nothing of it.

        Raises `NotFound` for a line or a delivery that is not the person's, and `UserError`, under
        the names of the cells, where a line does not have that much; nothing is written then. The
        same number of statements for any number of cells.
        """
        for cell in cells:
            if cell.quantity:
                check_quantity(cell.quantity)
        await self._alone()
        rows = {row.uuid: row for row in await self._carts.rows()}
        stored = await stored_deliveries(self._act)
        known = {one.uuid: one.id for one in stored}
        if not {cell.line for cell in cells} <= rows.keys():
            raise no_line()
        if not {cell.part for cell in cells} <= known.keys() - {stored[0].uuid}:
            raise no_delivery()
        _refuse_too_much(cells, rows, known)
        await self._put(cells)

    async def take_rest(self, uuid: UUID) -> None:
        """Everything that the first delivery has goes into this one. Raises `NotFound`."""
        await self._alone()
        known = {one.uuid: one.id for one in await stored_deliveries(self._act)}
        if uuid not in known:
            raise no_delivery()
        cells = []
        for row in await self._carts.rows():
            others = sum((q for id_, q in row.shared.items() if id_ != known[uuid]), ZERO)
            if row.quantity > others:
                cells.append(Cell(row.uuid, uuid, row.quantity - others))
        await self.put(cells)

    async def _put(self, cells: Sequence[Cell]) -> None:
        last = {(cell.line, cell.part): cell.quantity for cell in cells}
        await self._act.fetch(
            _PUT,
            {
                "lines": [line for line, _ in last],
                "deliveries": [part for _, part in last],
                "quantities": list(last.values()),
                **self._mine,
            },
        )
        await self._act.execute(_DATES_UNSEEN, self._mine)

    async def restore(self, deliveries: Sequence[DeliveryData]) -> None:
        """The deliveries as given, instead of those that are there. Lines that are gone are left
        out, and so is more than a line has. Raises `UserError` for a target that is none.
        """
        await self._carts.send(self._act, CartWay.DELIVERIES)
        await self._alone()
        targets = await read_targets(self._act)
        where = [(targets.get(one.target) or _usual(targets), one.wanted_on) for one in deliveries]
        await self._act.execute(_REMOVE_ALL, self._mine)
        uuids = await self._write(where[:MOST])
        left = {row.uuid: row.quantity for row in await self._carts.rows()}
        cells = []
        for uuid, one in list(zip(uuids, deliveries, strict=False))[1:]:
            for line, wanted in one.shares.items():
                quantity = min(wanted, left.get(line, ZERO))
                if quantity > 0:
                    check_quantity(quantity)
                    left[line] -= quantity
                    cells.append(Cell(line, uuid, quantity))
        await self._put(cells)

    async def as_it_stands(self) -> str:
        """The deliveries as they are, to be restored by; they travel with the page."""
        rows = [row for row in await self._carts.rows() if row.way == CartWay.DELIVERIES]
        return msgspec.json.encode(
            [
                DeliveryData(
                    one.value,
                    one.wanted_on,
                    {row.uuid: row.shared[one.id] for row in rows if one.id in row.shared},
                )
                for one in await stored_deliveries(self._act)
            ]
        ).decode()

    async def _write(self, wanted: Sequence[tuple[Target, date | None]]) -> Sequence[UUID]:
        uuids = [uuid7() for _ in wanted]
        await self._act.execute(
            _ADD,
            {
                "uuids": uuids,
                "outlets": [where.outlet_id for where, _ in wanted],
                "places": [where.place_id for where, _ in wanted],
                "days": [day for _, day in wanted],
                **self._mine,
            },
        )
        return uuids

    async def _target(self, value: str) -> Target:
        found = (await read_targets(self._act)).get(value)
        if found is None:
            raise UserError(_NO_TARGET, {"target": _NO_TARGET})
        return found

    def _check_day(self, wanted_on: date | None) -> None:
        today = self._act.now.astimezone(self._act.zone).date()
        if wanted_on is not None and not today <= wanted_on <= today + LATEST:
            raise UserError(_WRONG_DAY, {"wanted_on": _WRONG_DAY})

    async def _alone(self) -> None:
        """Two tabs of one person write one after the other; the cart is locked before its lines."""
        await self._act.fetch(queries.LOCK_CART, self._mine)


def read_deliveries(text_: str) -> Sequence[DeliveryData]:
    """What `as_it_stands` made. Raises `UserError` for anything else."""
    try:
        found = msgspec.json.decode(text_, type=list[DeliveryData])
    except msgspec.DecodeError:
        found = []
    if not found:
        raise UserError(_NOT_OURS)
    return found


def no_delivery() -> NotFound:
    """Absent, or another person's: both look the same."""
    return NotFound(Reason("delivery.absent", "Такой поставки нет", "There is no such delivery"))


def _usual(targets: Targets) -> Target:
    """Where the first delivery goes. Raises `UserError` where there is nothing to choose."""
    found = targets.get(targets.usual) or next(iter(targets.all), None)
    if found is None:
        raise UserError(_NO_TARGETS)
    return found


def _refuse_too_much(
    cells: Sequence[Cell], rows: Mapping[UUID, CartRow], known: Mapping[UUID, int]
) -> None:
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


_TOO_MANY = Reason("delivery.too_many", f"Поставок не больше {MOST}", f"At most {MOST} deliveries")
_THE_ONLY_ONE = Reason(
    "delivery.only",
    "Это единственная поставка: верните корзину к одному адресу",
    "This is the only delivery: go back to one address instead",
)
_NO_TARGET = Reason(
    "delivery.target",
    "Выберите адрес доставки или склад самовывоза",
    "Choose a delivery address or a warehouse for pickup",
)
_NO_TARGETS = Reason(
    "delivery.no_targets",
    "Нет ни адреса доставки, ни склада самовывоза. Напишите менеджеру, он добавит адрес",
    "There is neither a delivery address nor a warehouse for pickup. Ask your manager for one",
)
_WRONG_DAY = Reason(
    "delivery.day",
    f"День от сегодняшнего и не дальше чем через {LATEST.days} дней",
    f"A day from today on, at most {LATEST.days} days ahead",
)
_NOT_OURS = Reason("delivery.before", "Вернуть как было уже нельзя", "It can no longer be put back")
