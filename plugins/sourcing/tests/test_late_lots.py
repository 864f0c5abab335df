"""A lot that is late, cut short or gone: the order is planned anew, and whoever waits is told."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from quay import Quay
from sqlalchemy import text

from fondaco.availability.changed import REPLAN_TASK, Replan
from fondaco.exchange.inbound import receive
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.notifications.letters import MAIL_TASK, Letter
from fondaco.orders.replan.task import replan
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.errors import Fault
from fondaco_sdk.types.ids import StockId
from fondaco_sdk.types.order import Order, OrderState

pytestmark = pytest.mark.plugins("sourcing")

SqlBudget = Callable[..., AbstractContextManager[Any]]
_QUEUED = text("select payload from fondaco.pgqueuer where entrypoint = :task order by id")
_ENTRIES = text(
    "select kind, ru, en from fondaco.order_entry where order_id = :order and kind like 'dates.%'"
    " order by id"
)
_HELD = text(
    "select w.name, s.lot, r.quantity from fondaco.reservation r"
    " join fondaco.stock_row s on s.id = r.stock_id join fondaco.place w on w.id = s.place_id"
    " where r.state = 'held' order by w.name, s.lot"
)
_LINES = text(
    "select l.promised, s.promised as shipment, l.supply->>'missing' as missing"
    "  from fondaco.order_line l join fondaco.shipment s on s.id = l.shipment_id"
    " where l.order_id = :order order by l.position"
)
_EVENTS = text("select payload from fondaco.outbox where type = 'order.dates_changed.v1'")
_BOOKS = text(
    "select s.id from fondaco.stock_row s where s.reserved <> ("
    " select coalesce(sum(r.quantity), 0) from fondaco.reservation r"
    "  where r.stock_id = s.id and r.state = 'held')"
)


class Watch:
    """What is seen of a shop's promises."""

    def __init__(self, quay: Quay) -> None:
        self.quay = quay

    async def look(self) -> None:
        """Run the task, as its schedule does."""
        job = JobContext(self.quay.hall, Outside(), REPLAN_TASK, 1)
        await replan(job, Replan())
        assert not await self.quay.ask.fetch(_BOOKS)

    async def queued(self, task: str) -> list[bytes]:
        return [row.payload for row in await self.quay.ask.fetch(_QUEUED, {"task": task})]

    async def letters(self) -> list[Letter]:
        return [
            msgspec.json.decode(payload, type=Letter) for payload in await self.queued(MAIL_TASK)
        ]

    async def entries(self, order: Order) -> list[tuple[str, str, str]]:
        rows = await self.quay.ask.fetch(_ENTRIES, {"order": order.id})
        return [tuple(row) for row in rows]

    async def held(self) -> list[tuple[str, str, int]]:
        return [(row[0], row[1], int(row[2])) for row in await self.quay.ask.fetch(_HELD)]

    async def promised(self, order: Order) -> list[date | None]:
        """Of every line; its shipment, which has only one, agrees."""
        rows = await self.quay.ask.fetch(_LINES, {"order": order.id})
        assert len(rows) != 1 or rows[0].promised == rows[0].shipment
        return [row.promised for row in rows]

    async def lot(self, lot: str = "L1") -> StockId:
        rows = await self.quay.ask.fetch(
            text("select id from fondaco.stock_row where lot = :lot"), {"lot": lot}
        )
        return StockId(rows[0].id)


@pytest.fixture
def watch(quay: Quay) -> Watch:
    return Watch(quay)


async def _lot_only(quay: Quay, *, days: int = 6, order: int = 80) -> Order:
    """80 of a lot of 100 are ordered; on the shelf there is nothing."""
    await quay.warehouse("Москва", uuid=(await quay.places())["Москва"].uuid)
    await quay.has(quay.moscow, 0)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=days))
    return await quay.order(order)


async def test_a_lot_put_off_moves_the_date_and_the_buyer_is_told(quay: Quay, watch: Watch) -> None:
    order = await _lot_only(quay)
    due = quay.today + timedelta(days=6)
    assert await watch.promised(order) == [due]
    assert not await watch.queued(REPLAN_TASK)

    await quay.expects(quay.moscow, 100, due + timedelta(days=5))
    assert len(await watch.queued(REPLAN_TASK)) == 1
    await watch.look()

    assert await watch.promised(order) == [due + timedelta(days=5)]
    assert await watch.held() == [("Москва", "L1", 80)]
    ((kind, ru, en),) = await watch.entries(order)
    assert kind == "dates.later"
    assert ru.startswith("A-1: поступление задерживается: было ")
    assert en.startswith("A-1: the lot is delayed: was ")
    (letter,) = await watch.letters()
    assert letter.to == quay.company.email
    assert order.number in letter.subject
    assert ru in letter.text
    ((event,),) = await quay.ask.fetch(_EVENTS)
    assert [(one["before"], one["after"]) for one in event["lines"]] == [
        (due.isoformat(), (due + timedelta(days=5)).isoformat())
    ]
    await watch.look()
    assert len(await watch.entries(order)) == len(await watch.letters()) == 1


async def test_what_is_free_elsewhere_and_sooner_is_taken_instead(quay: Quay, watch: Watch) -> None:
    order = await _lot_only(quay)
    tver = await quay.warehouse("Тверь")
    await quay.has(tver, 30)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=20))
    await watch.look()
    assert await watch.held() == [("Москва", "L1", 50), ("Тверь", "", 30)]
    assert await watch.promised(order) == [quay.today + timedelta(days=20)]


async def test_a_lot_that_comes_earlier_is_told_in_the_order_only(
    quay: Quay, watch: Watch, buyer: Client
) -> None:
    order = await _lot_only(quay)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=2))
    await watch.look()
    assert await watch.promised(order) == [quay.today + timedelta(days=2)]
    assert [kind for kind, *_ in await watch.entries(order)] == ["dates.sooner"]
    assert not await watch.letters()
    assert "придёт раньше" in words((await buyer.get("/orders")).text)


async def test_a_lot_that_did_not_come_leaves_the_line_without_a_day(
    quay: Quay, watch: Watch, staff: Client
) -> None:
    order = await _lot_only(quay)
    quay.hall.clock.move(timedelta(days=7))  # type: ignore[attr-defined]
    await watch.look()
    assert await watch.promised(order) == [None]
    ((kind, ru, _),) = await watch.entries(order)
    assert kind == "dates.later"
    assert "не пришло в срок" in ru
    assert "нового срока пока нет" in ru
    assert await watch.held() == [("Москва", "L1", 80)]
    waiting = words((await staff.get("/staff/undated")).text)
    assert order.number in waiting
    assert "поступление задержалось" in waiting

    await watch.look()
    assert len(await watch.entries(order)) == 1
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=10))
    await watch.look()
    assert await watch.promised(order) == [quay.today + timedelta(days=10)]
    assert [letter.subject for letter in await watch.letters()] == [
        (await watch.letters())[0].subject
    ] * 2
    assert order.number not in words((await staff.get("/staff/undated")).text)


async def test_who_came_last_loses_what_was_taken_away(quay: Quay, watch: Watch) -> None:
    await quay.warehouse("Москва", uuid=(await quay.places())["Москва"].uuid)
    await quay.has(quay.moscow, 100)
    first, last = await quay.order(60), await quay.order(40)
    day = (await watch.promised(first))[0]
    await quay.has(quay.moscow, 70)
    assert len(await watch.queued(REPLAN_TASK)) == 1
    await watch.look()
    assert await watch.promised(first) == [day]
    assert await watch.promised(last) == [None]
    ((_, ru, _),) = await watch.entries(last)
    assert "меньше товара" in ru

    await quay.has(quay.moscow, 100)
    await watch.look()
    ((_, _, _), (kind, ru, _)) = await watch.entries(last)
    assert kind == "dates.sooner"
    assert "товар нашёлся: теперь" in ru
    assert await watch.promised(last) == [day]
    assert len(await watch.letters()) == 2


async def test_a_lot_cut_short_is_made_up_for_elsewhere(quay: Quay, watch: Watch) -> None:
    order = await _lot_only(quay)
    tver = await quay.warehouse("Тверь")
    await quay.expects(tver, 100, quay.today + timedelta(days=9), "L2")
    await quay.expects(quay.moscow, 50, quay.today + timedelta(days=6))
    await watch.look()
    assert await watch.held() == [("Москва", "L1", 50), ("Тверь", "L2", 30)]
    assert await watch.promised(order) == [quay.today + timedelta(days=9)]


async def test_a_lot_that_has_come_uncounted_is_no_shortage_before_its_place_reports(
    quay: Quay, watch: Watch
) -> None:
    order = await _lot_only(quay)
    day = await watch.promised(order)
    async with system_ask(quay.hall).act() as act:
        await act.supply.arrived([await watch.lot()], counted=False)
    await watch.look()
    assert await watch.promised(order) == day
    await quay.has(quay.moscow, 70)
    await watch.look()
    assert await watch.promised(order) == [None]
    await quay.has(quay.moscow, 80)
    await watch.look()
    assert (await watch.promised(order))[0] is not None


async def test_goods_that_are_being_picked_are_left_alone(quay: Quay, watch: Watch) -> None:
    order = await _lot_only(quay)
    await quay.report(order.id, OrderState.PICKING)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=20))
    await watch.look()
    assert not await watch.entries(order)


async def test_the_buyer_sees_what_moved_until_it_is_seen(
    quay: Quay, watch: Watch, buyer: Client
) -> None:
    order = await _lot_only(quay)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=20))
    await watch.look()
    assert "срок изменился" in words((await buyer.get("/orders")).text)
    page = (await buyer.get(f"/orders/{order.uuid}")).text
    assert "поступление задерживается: было" in words(page)
    why = re.search(r"/orders/[^\"]+/why", page)
    assert why
    said = words((await buyer.get(why.group())).text)
    assert said.count("поступление") >= 3
    assert "Обещано раньше" in said

    assert (await buyer.send_form(f"/orders/{order.uuid}/dates-seen", {})).status_code == 303
    assert "срок изменился" not in words((await buyer.get("/orders")).text)
    after = words((await buyer.get(f"/orders/{order.uuid}")).text)
    assert "Срок изменился" in after, "the history keeps it"
    assert "Понятно" not in after


async def test_staff_settle_a_line_and_take_it_back(
    quay: Quay, watch: Watch, staff: Client
) -> None:
    order = await _lot_only(quay)
    quay.hall.clock.move(timedelta(days=7))  # type: ignore[attr-defined]
    await watch.look()
    page = (await staff.get("/staff/undated")).text
    action = re.search(r"/staff/undated/[0-9a-f-]{36}/settle", page)
    assert action
    done = await staff.send_form(action.group(), {})
    after = (await staff.get(done.headers["location"])).text
    assert order.number not in words(after)
    undo = re.search(r"/staff/undated/[0-9a-f-]{36}/restore", after)
    assert undo
    await staff.send_form(undo.group(), {})
    assert order.number in words((await staff.get("/staff/undated")).text)
    await staff.send_form("/staff/undated/look", {})
    assert await watch.queued(REPLAN_TASK)
    history = await quay.ask.fetch(
        text("select kind from fondaco.order_entry where order_id = :o order by id"),
        {"o": order.id},
    )
    assert [row.kind for row in history].count("dates.settled") == 2


async def test_a_plugin_that_fails_decides_nothing(quay: Quay, watch: Watch) -> None:
    order = await _lot_only(quay)
    day = await watch.promised(order)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=20))
    await quay.warehouse("Сломанный", "partner")
    await quay.run("update fondaco.place set timezone = 'No/Where' where name = 'Сломанный'")
    with pytest.raises(Fault, match="sourcing failed"):
        await watch.look()
    assert await watch.promised(order) == day


@pytest.mark.parametrize("lines", [1, 40])
async def test_statements_do_not_depend_on_the_lines(
    quay: Quay, watch: Watch, sql_budget: SqlBudget, lines: int
) -> None:
    products = await quay.wholesaler.products(lines, price_list=quay.prices, prefix="S")
    quay.products = products
    due = quay.today + timedelta(days=6)
    await _expect(quay, products, due)
    order = await quay.order(*[1] * lines)
    await _expect(quay, products, due + timedelta(days=5))
    with sql_budget() as count:
        await watch.look()
    assert await watch.promised(order) == [due + timedelta(days=5)] * lines
    # One is the test's own.
    assert count.number <= 19
    assert len(await watch.letters()) == 1


async def _expect(quay: Quay, products: Sequence[Any], on: date) -> None:
    from fondaco_sdk.types.supply import ExpectedLot

    async with system_ask(quay.hall).act() as act:
        await act.supply.expect(
            [ExpectedLot(one, quay.moscow, "L1", Decimal(10), on) for one in products]
        )


async def test_the_second_buyer_of_another_company_sees_nothing_of_it(
    quay: Quay, watch: Watch, client: Client
) -> None:
    order = await _lot_only(quay)
    await quay.expects(quay.moscow, 100, quay.today + timedelta(days=20))
    await watch.look()
    other = await quay.new_company("Василёк")
    await client.sign_in(other.email, PASSWORD)
    answer = await client.send_form(f"/orders/{order.uuid}/dates-seen", {})
    assert answer.status_code == 404
    rows = await quay.ask.fetch(text("select dates_moved from fondaco.customer_order"))
    assert [row.dates_moved for row in rows] == ["later"]


async def test_a_lot_that_the_erp_moves_to_the_past_is_late_without_a_day(
    quay: Quay, watch: Watch
) -> None:
    order = await _lot_only(quay)
    await quay.run("update fondaco.place set external_id = 'w1' where name = 'Москва'")
    await quay.run("update fondaco.product set external_id = 'p1' where id = :id", id=quay.product)
    record = {"product": "p1", "place": "w1", "lot": "L1", "quantity": "100"}
    yesterday = (quay.today - timedelta(days=1)).isoformat()
    report = await receive(quay.hall, "sourcing.lots", [{**record, "arrives_on": yesterday}])
    assert report.accepted == 1
    assert len(await watch.queued(REPLAN_TASK)) == 1
    await watch.look()
    assert await watch.promised(order) == [None]
    ((kind, ru, _),) = await watch.entries(order)
    assert kind == "dates.later"
    assert "нового срока пока нет" in ru
    assert (await quay.supply(1)).missing == 1, "nor is the rest of it promised to anybody"
