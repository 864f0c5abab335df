"""Dealing the cart out over deliveries: where, when, and how much of each line. The verbs.

The first delivery gets what no other does, so that a line is always dealt out to the last piece.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from uuid_utils.compat import uuid7

from fondaco.cart.dealing import Cell, Dealing, last_said
from fondaco.cart.deliveries import queries
from fondaco.cart.deliveries.rules import (
    MORE_THAN_THERE_IS,
    MOST,
    NO_TARGET,
    THE_ONLY_ONE,
    TOO_MANY,
    WRONG_DAY,
    ZERO,
    DeliveryData,
    may_want,
    no_delivery,
    refuse_too_much,
    usual,
)
from fondaco.cart.deliveries.stored import stored_deliveries
from fondaco.cart.service import check_quantity, no_line
from fondaco.cart.targets import Target, read_targets
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import CartWay, PricedCart
from fondaco_sdk.types.reason import Reason


class Deliveries(Dealing):
    """The cart of the acting person, as dealt out over deliveries."""

    way = CartWay.DELIVERIES

    async def begin(self) -> None:
        """Send the cart in deliveries; those of an earlier time are there again, or a first one."""
        await self._send_this_way()
        if not await stored_deliveries(self._act):
            where = usual(await read_targets(self._act))
            await self._write([(where, None)])
        await self._act.execute(queries.DATES_UNSEEN, self._mine)

    async def begin_as_ready(self, cart: PricedCart) -> None:
        """A delivery for every day on which something is ready, with what is ready then."""
        where = usual(await read_targets(self._act))
        days: dict[date, dict[UUID, Decimal]] = {}
        for line in cart.lines:
            for part in line.supply.parts:
                of_day = days.setdefault(part.promised, {})
                of_day[line.uuid] = of_day.get(line.uuid, ZERO) + part.quantity
        made = [
            DeliveryData(where.value, day if number else None, days[day])
            for number, day in enumerate(sorted(days)[:MOST])
        ]
        await self.restore(made or [DeliveryData(where.value)])

    async def add(self, target: str, wanted_on: date | None) -> UUID:
        """One more delivery, with nothing in it yet. Raises `UserError` naming the field."""
        await self.alone()
        if len(await stored_deliveries(self._act)) >= MOST:
            raise UserError(TOO_MANY, {"target": TOO_MANY})
        where = await self._target(target)
        self._check_day(wanted_on)
        return (await self._write([(where, wanted_on)]))[0]

    async def change(self, uuid: UUID, target: str, wanted_on: date | None) -> None:
        """Another place or day. Raises `NotFound`, `UserError` naming the field."""
        await self._known(uuid)
        where = await self._target(target)
        self._check_day(wanted_on)
        await self._act.execute(
            queries.CHANGE,
            {
                "uuid": uuid,
                "outlet": where.outlet_id,
                "place": where.place_id,
                "wanted_on": wanted_on,
                **self._mine,
            },
        )
        await self._act.execute(queries.DATES_UNSEEN, self._mine)

    async def remove(self, uuid: UUID) -> None:
        """What was in it goes to the first one. Raises `NotFound`, `UserError` for the only one."""
        if len(await self._known(uuid)) < 2:
            raise UserError(THE_ONLY_ONE)
        await self._act.execute(queries.REMOVE, {"uuid": uuid, **self._mine})
        await self._act.execute(queries.DATES_UNSEEN, self._mine)

    async def put(self, cells: Sequence[Cell]) -> None:
        """Give these quantities; other cells stay as they are. Zero: nothing of it.

        Raises `NotFound` for a line or a delivery that is not the person's, and `UserError`, under
        the names of the cells, where a line does not have that much; nothing is written then. The
        same number of statements for any number of cells.
        """
        last_said(cells)
        await self.take_up()
        rows = {row.uuid: row for row in await self._carts.rows()}
        stored = await stored_deliveries(self._act)
        known = {one.uuid: one.id for one in stored}
        if not {cell.line for cell in cells} <= rows.keys():
            raise no_line()
        if not {cell.part for cell in cells} <= {one.uuid for one in stored[1:]}:
            raise no_delivery()
        refuse_too_much(cells, rows, known)
        await self._put(cells)

    async def take_rest(self, uuid: UUID) -> None:
        """Everything that the first delivery has goes into this one. Raises `NotFound`."""
        known = await self._known(uuid)
        cells = []
        for row in await self._carts.rows():
            others = sum((q for id_, q in row.shared.items() if id_ != known[uuid]), ZERO)
            if row.quantity > others:
                cells.append(Cell(row.uuid, uuid, row.quantity - others))
        await self.put(cells)

    async def open(self, wanted: Sequence[DeliveryData]) -> Sequence[UUID]:
        """More deliveries, with nothing in them yet. Raises `UserError` where one may not be."""
        targets = await read_targets(self._act)
        if len(await stored_deliveries(self._act)) + len(wanted) > MOST:
            raise UserError(TOO_MANY)
        where = []
        for one in wanted:
            target = targets.get(one.target)
            if target is None:
                raise UserError(NO_TARGET)
            self._check_day(one.wanted_on)
            where.append((target, one.wanted_on))
        return await self._write(where)

    async def _put(self, cells: Sequence[Cell]) -> None:
        last = last_said(cells)
        await self._act.fetch(
            queries.PUT,
            {
                "lines": [line for line, _ in last],
                "deliveries": [part for _, part in last],
                "quantities": list(last.values()),
                **self._mine,
            },
        )
        await self._act.execute(queries.DATES_UNSEEN, self._mine)

    async def replace(self, deliveries: Sequence[DeliveryData]) -> None:
        """These deliveries instead of those that are there, as they are given.

        Raises `UserError` naming what is wrong by its place in `deliveries`: a target or a day that
        cannot be chosen, a line that is not in the cart or does not have that much.
        """
        await self.take_up()
        targets = await read_targets(self._act)
        wrong: dict[str, Reason] = {}
        left = {row.uuid: row.quantity for row in await self._carts.rows()}
        for at, one in enumerate(deliveries):
            if targets.get(one.target) is None:
                wrong[f"deliveries[{at}].target"] = NO_TARGET
            if not may_want(one.wanted_on, self._today):
                wrong[f"deliveries[{at}].wanted_on"] = WRONG_DAY
            for line, quantity in one.shares.items():
                if line not in left:
                    wrong[f"deliveries[{at}].shares"] = no_line().reason
                else:
                    check_quantity(quantity)
                    left[line] -= quantity
                    if left[line] < 0:
                        wrong[f"deliveries[{at}].shares"] = MORE_THAN_THERE_IS
        if wrong:
            raise UserError(next(iter(wrong.values())), wrong)
        await self.restore(deliveries)

    async def restore(self, deliveries: Sequence[DeliveryData]) -> None:
        """The deliveries as they were, instead of those that are there. Lines that are gone are
        left out, and so is more than a line has; what can no longer be chosen is the usual target.
        """
        await self.take_up()
        targets = await read_targets(self._act)
        where = [(targets.get(one.target) or usual(targets), one.wanted_on) for one in deliveries]
        await self._act.execute(queries.REMOVE_ALL, self._mine)
        uuids = await self._write(where[:MOST])
        left = {row.uuid: row.quantity for row in await self._carts.rows()}
        cells = []
        for uuid, one in list(zip(uuids, deliveries, strict=False))[1:]:
            for line, wanted in one.shares.items():
                check_quantity(wanted)
                quantity = min(wanted, left.get(line, ZERO))
                if quantity > 0:
                    left[line] -= quantity
                    cells.append(Cell(line, uuid, quantity))
        await self._put(cells)

    async def _known(self, uuid: UUID) -> Mapping[UUID, int]:
        """All deliveries, of which one has to be `uuid`; the cart is locked."""
        await self.alone()
        known = {one.uuid: one.id for one in await stored_deliveries(self._act)}
        if uuid not in known:
            raise no_delivery()
        return known

    @property
    def _today(self) -> date:
        return self._act.now.astimezone(self._act.zone).date()

    async def _write(self, wanted: Sequence[tuple[Target, date | None]]) -> Sequence[UUID]:
        uuids = [uuid7() for _ in wanted]
        await self._act.execute(
            queries.ADD,
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
            raise UserError(NO_TARGET, {"target": NO_TARGET})
        return found

    def _check_day(self, wanted_on: date | None) -> None:
        if not may_want(wanted_on, self._today):
            raise UserError(WRONG_DAY, {"wanted_on": WRONG_DAY})
