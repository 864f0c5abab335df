"""Whether every stored order still comes to its totals from its frozen steps alone."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.pricing.replay import replay
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.types.price import PriceStep

AT_ONCE = 200

_PAGE: TextClause = text(
    """
    select o.id, o.number, o.currency::text, o.total, o.vat_total,
           l.position, l.quantity, l.unit_price, l.total, l.vat_rate, l.vat_amount, l.price_steps,
           s.price, s.vat_amount
      from (select * from fondaco.customer_order where id > :after order by id limit :most) o
      join fondaco.order_line l on l.order_id = o.id
      cross join lateral (
           select coalesce(sum(s.delivery_price), 0) as price,
                  coalesce(sum(s.delivery_vat_amount), 0) as vat_amount
             from fondaco.shipment s where s.order_id = o.id) s
     order by o.id, l.position
    """
)


class Line(Struct, frozen=True, array_like=True):
    """A stored line with the sums of its order; `steps` as they were frozen. `delivery` is what
    bringing the whole order costs, and `delivery_vat` the VAT in it."""

    order_id: int
    number: str
    currency: str
    order_total: Decimal
    order_vat: Decimal
    position: int
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat_rate: Decimal
    vat_amount: Decimal
    steps: tuple[PriceStep, ...]
    delivery: Decimal = Decimal(0)
    delivery_vat: Decimal = Decimal(0)


class Misfit(Struct, frozen=True):
    """An order that does not come to what it says: at which line, 0 for its sums."""

    number: str
    position: int


class Replay(Struct, frozen=True):
    """What one page of orders came to."""

    orders: int
    misfits: tuple[Misfit, ...]


async def replay_orders(ask: AskContext) -> AsyncIterator[Replay]:
    """All orders, the oldest first, a page at a time. One statement a page."""
    after, full = 0, True
    while full:
        rows = await ask.fetch(_PAGE, {"after": after, "most": AT_ONCE})
        lines = [_line(row) for row in rows]
        orders = [tuple(of_one) for _, of_one in groupby(lines, key=lambda line: line.order_id)]
        yield Replay(len(orders), tuple(m for order in orders for m in misfits_of(order)))
        full = len(orders) == AT_ONCE
        after = lines[-1].order_id if lines else after


def misfits_of(lines: Sequence[Line]) -> list[Misfit]:
    """What does not fit in one order; a line that does not is named, or else its sums are."""
    first = lines[0]
    found = [Misfit(line.number, line.position) for line in lines if not _fits(line)]
    sums = (
        sum((line.total for line in lines), first.delivery),
        sum((line.vat_amount for line in lines), first.delivery_vat),
    )
    if not found and sums != (first.order_total, first.order_vat):
        found.append(Misfit(first.number, 0))
    return found


def _fits(line: Line) -> bool:
    replayed = replay(line.steps, line.quantity, line.currency)
    return (
        replayed is not None
        and replayed.unit_price == line.unit_price
        and replayed.total == line.total
        and vat_inside(line.total, line.vat_rate, line.currency) == line.vat_amount
    )


def _line(row: Any) -> Line:
    return msgspec.convert(tuple(row), Line)
