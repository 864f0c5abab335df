"""D11: the judge, with a connection of its own: what was shown against what was written."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from fondaco.checkout.differences import ShownLine, read_shown

KOPECK = Decimal("0.01")

_LINES = text(
    "select l.sku, l.quantity, l.unit_price, l.total, l.promised"
    " from fondaco.order_line l join fondaco.customer_order o on o.id = l.order_id"
    " where o.uuid = :order order by l.position"
)
_TOTAL = text("select total from fondaco.customer_order where uuid = :order")
_ODD_SUMS = text(
    "select o.number from fondaco.customer_order o join fondaco.order_line l on l.order_id = o.id"
    " cross join lateral (select sum(delivery_price) as price, sum(delivery_vat_amount) as vat"
    " from fondaco.shipment where order_id = o.id) s group by o.id, s.price, s.vat"
    " having sum(l.total) + s.price <> o.total or sum(l.vat_amount) + s.vat <> o.vat_total"
)
_ORDERS = text("select count(*) from fondaco.customer_order")


class Snapshot(Struct, frozen=True):
    """What one checkout page showed: the fields that come back with its form, and its lines."""

    FIELDS: ClassVar[tuple[str, ...]] = ("shown", "shown_total", "shown_lines")

    fields: Mapping[str, str]
    lines: tuple[ShownLine, ...]

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Snapshot":
        """From the hidden fields of a page."""
        return cls(fields, tuple(read_shown(fields.get("shown_lines", ""))))

    @classmethod
    def nothing(cls) -> "Snapshot":
        """No page was shown."""
        return cls({}, ())

    @property
    def total(self) -> Decimal:
        """The total at the foot."""
        return Decimal(self.fields.get("shown_total", "0"))


class Ledger:
    """Compares every acknowledged order with the page it was pressed on; collects what is wrong."""

    def __init__(self, database_url: str) -> None:
        self._engine = create_async_engine(database_url, poolclass=NullPool)
        self.placed = 0
        self.refused = 0
        self.violations: list[str] = []
        self.unknown: list[str] = []

    async def judge_order(self, order: UUID, snapshot: Snapshot) -> None:
        """An order is the page: products, quantities, prices, dates, and sums to the kopeck."""
        self.placed += 1
        async with self._engine.connect() as connection:
            lines = (await connection.execute(_LINES, {"order": order})).all()
            total = (await connection.execute(_TOTAL, {"order": order})).scalar_one()
        written = [tuple(line) for line in lines]
        shown = [
            (line.sku, line.quantity, line.price, _sum_of(line), line.promised)
            for line in snapshot.lines
        ]
        if written != shown:
            self.violations.append(f"ordered {written}, shown {shown}")
        if not total == snapshot.total == sum(line.total for line in lines):
            self.violations.append(f"ordered for {total}, shown {snapshot.total}, lines {written}")

    def judge_refusal(self, before: Snapshot, now: Snapshot, named: set[str]) -> None:
        """A refusal names every line that differs, and there is one."""
        self.refused += 1
        was = {line.line: line for line in before.lines}
        differ = {line.sku for line in now.lines if was.pop(line.line, None) != line}
        differ |= {gone.sku for gone in was.values()}
        if not differ or not differ <= named:
            self.violations.append(f"refused for {differ}, and named {named}")

    def expect(self, *, placed: bool, snapshot: Snapshot, now: Snapshot, orders: int) -> None:
        """With nobody else at work: what still is as shown is placed, and nothing else is."""
        still = bool(snapshot.lines) and snapshot.lines == now.lines
        if placed != still or orders != int(placed):
            self.violations.append(f"placed {placed} ({orders} orders), still as shown: {still}")

    async def orders(self) -> int:
        """How many orders there are."""
        async with self._engine.connect() as connection:
            return int((await connection.execute(_ORDERS)).scalar_one())

    async def close_books(self) -> None:
        """At the end: every order adds up, and there are as many as were acknowledged."""
        async with self._engine.connect() as connection:
            odd = (await connection.scalars(_ODD_SUMS)).all()
        self.violations += [f"order {number} does not add up" for number in odd]
        if await self.orders() != self.placed:
            self.violations.append(f"{await self.orders()} orders, {self.placed} acknowledged")


def _sum_of(line: ShownLine) -> Decimal:
    assert line.price is not None
    return (line.price * line.quantity).quantize(KOPECK, ROUND_HALF_UP) - line.discount
