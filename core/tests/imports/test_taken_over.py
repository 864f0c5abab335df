"""A reservation that the ERP has taken over is counted once: in any order of what can happen.

The ERP of this test has goods, and knows the orders that it confirmed. It makes reports, which come
to us at once or later; orders are placed, confirmed, shipped and cancelled before, between, after.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

import msgspec
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from msgspec import Struct
from sqlalchemy import text

from fondaco.availability import merge
from fondaco.availability.correction import MADE, correction
from fondaco.hooks.hall import Hall
from fondaco.settings import Stock
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.records import PackageRecord, Section, StockRecord

from .conftest import Imports, Shop

Happening: TypeAlias = tuple[str, int]

SEED = 20261127
GOODS = 100
HAPPENINGS = st.tuples(
    st.sampled_from(("order", "order", "confirm", "confirm", "ship", "cancel", "make", "come")),
    st.integers(1, 4),
)
FREE = "select sum(on_hand - reserved)::int from fondaco.stock_row"


class Made(Struct, frozen=True):
    """A report: what it says, and when it was made."""

    quantity: int
    at: datetime


class Erp:
    """An ERP beside the portal: it knows what it has and which orders it has taken over."""

    def __init__(self, shop: WorkingShop, imports: Imports, look: Shop, reports: str) -> None:
        self.shop, self.imports, self.look, self.reports = shop, imports, look, reports
        self.goods = GOODS
        self.open: list[Order] = []
        self.known: set[int] = set()
        self.made: list[Made] = []
        self.number = 0

    @property
    def free(self) -> int:
        """What nobody has ordered."""
        return self.goods - sum(_of(order) for order in self.open)

    async def happen(self, what: str, number: int) -> None:
        """One thing; what cannot be is left out."""
        if what == "order" and number <= self.free:
            self.open.append(await self.shop.order(number))
        elif what in ("confirm", "ship", "cancel") and self.open:
            await self._move(what, self.open[number % len(self.open)])
        elif what == "make":
            await self._make()
        elif what == "come" and self.made:
            await self.come()

    async def _move(self, what: str, order: Order) -> None:
        states = {
            "confirm": OrderState.CONFIRMED,
            "ship": OrderState.SHIPPED,
            "cancel": OrderState.CANCELLED,
        }
        await self.shop.report(order.id, states[what])
        if what == "confirm":
            self.known.add(order.id)
            return
        self.open.remove(order)
        if what == "ship":
            self.goods -= _of(order)

    async def _make(self) -> None:
        taken = sum(_of(order) for order in self.open if order.id in self.known)
        (at,) = await self.look("select clock_timestamp()")
        quantity = self.goods - taken if self.reports == "free" else self.goods
        self.made.append(Made(quantity, at))

    async def come(self) -> None:
        """The last report that was made is imported now."""
        self.number += 1
        made = self.made[-1]
        await self.imports(
            PackageRecord(
                row=1,
                section=Section.OFFERS,
                full=False,
                schema_version=str(self.number),
                generated_at=made.at,
            ),
            StockRecord(
                row=self.number,
                offer_external_id="goods",
                place_external_id="place",
                quantity=Decimal(made.quantity),
            ),
        )


def _of(order: Order) -> int:
    return int(order.lines[0].quantity)


def _cases(examples: int) -> Sequence[list[Happening]]:
    found: list[list[Happening]] = []

    @seed(SEED)
    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.lists(HAPPENINGS, min_size=8, max_size=16))
    def collect(happenings: list[Happening]) -> None:
        found.append(happenings)

    collect()
    return found


@pytest_asyncio.fixture
async def working(hall: Hall, wholesaler: Wholesaler) -> WorkingShop:
    shop = WorkingShop(hall, wholesaler)
    await shop.open()
    await shop.run("delete from fondaco.stock_row where product_id <> :id", id=shop.products[0])
    await shop.run(
        "update fondaco.product set external_id = 'goods' where id = :id", id=shop.products[0]
    )
    await shop.run("update fondaco.place set external_id = 'place'")
    return shop


async def _run(erp: Erp, happenings: Sequence[Happening]) -> bool:
    """Whether the portal showed what is free after each report, and again at the end."""
    await erp.shop.run("update fondaco.customer_order set state = 'completed'")
    await erp.shop.run("update fondaco.reservation set state = 'released' where state = 'held'")
    await erp.shop.run(
        "update fondaco.stock_row set on_hand = cast(:n as numeric), reserved = 0", n=GOODS
    )
    for what, number in happenings:
        await erp.happen(what, number)
        if await erp.look(FREE) != [erp.free]:
            return False
    await erp.happen("make", 1)
    await erp.come()
    return await erp.look(FREE) == [erp.free]


@pytest.mark.parametrize("reports", ["gross", "free"])
async def test_what_is_free_is_free_whatever_happens(
    working: WorkingShop, hall: Hall, imports: Imports, shop: Shop, reports: str
) -> None:
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports=reports))  # type: ignore[arg-type]
    for happenings in _cases(12):
        erp = Erp(working, imports, shop, reports)
        assert await _run(erp, happenings), (SEED, reports, happenings)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("reports", ["gross", "free"])
async def test_what_is_free_is_free_for_long(
    working: WorkingShop, hall: Hall, imports: Imports, shop: Shop, reports: str
) -> None:
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports=reports))  # type: ignore[arg-type]
    for happenings in _cases(200):
        assert await _run(Erp(working, imports, shop, reports), happenings), (SEED, happenings)


_SHIPPED = [("order", 3), ("make", 1), ("ship", 1), ("come", 1)]
_TAKEN_OVER = [("order", 3), ("confirm", 1), ("make", 1), ("come", 1)]


@pytest.mark.parametrize(
    ("reports", "happenings"),
    [("free", _TAKEN_OVER), ("free", _SHIPPED), ("gross", _SHIPPED)],
    ids=["taken-over", "shipped-since-free", "shipped-since-gross"],
)
async def test_a_report_read_as_of_its_arrival_is_wrong(
    working: WorkingShop,
    hall: Hall,
    imports: Imports,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    reports: str,
    happenings: list[Happening],
) -> None:
    """The control: without the correction the same runs count a reservation twice or forget it."""
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports=reports))  # type: ignore[arg-type]
    nothing = "select 0::bigint as stock_id, 0 as quantity"
    with monkeypatch.context() as broken:
        broken.setattr(merge, "correction", lambda _: nothing)
        assert not await _run(Erp(working, imports, shop, reports), happenings)
    assert await _run(Erp(working, imports, shop, reports), happenings)


async def test_what_was_confirmed_after_the_report_was_made_is_still_ours_to_count(
    working: WorkingShop, hall: Hall, imports: Imports, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control reads the report as if it were made when it comes, as most shops do."""
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports="free"))
    happenings = [("order", 3), ("make", 1), ("confirm", 1), ("come", 1)]
    as_it_comes = correction("free").replace(MADE, "now()")
    with monkeypatch.context() as broken:
        broken.setattr(merge, "correction", lambda _: as_it_comes)
        assert not await _run(Erp(working, imports, shop, "free"), happenings)
    assert await _run(Erp(working, imports, shop, "free"), happenings)


async def test_a_report_without_its_moment_is_as_old_as_its_import(
    working: WorkingShop, hall: Hall, imports: Imports, shop: Shop
) -> None:
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports="free"))
    order = await working.order(4)
    await working.run("update fondaco.stock_row set on_hand = 10")
    await working.report(order.id, OrderState.CONFIRMED)
    await imports(
        StockRecord(
            row=1, offer_external_id="goods", place_external_id="place", quantity=Decimal(6)
        )
    )
    assert await shop(FREE) == [6]
    rows = await working.ask.fetch(text("select on_hand, reserved from fondaco.stock_row"))
    assert [(row.on_hand, row.reserved) for row in rows] == [(10, 4)]
