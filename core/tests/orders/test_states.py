"""Whatever is done to orders, by whomever, in whatever order: four things hold after every step.

No order leaves the table of allowed moves, the journal of limits sums to what live orders hold,
goods are let go of exactly once, and what was shipped is on no shelf and in no reserve.
"""

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from approval_desk import END_ALL, Desk

from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.holds import let_go_of_ended
from fondaco.orders.service import Orders
from fondaco.orders.states import may_move
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

LIMIT = 450
OF_PEOPLE = ("approve", "refuse", "cancel", "keep")
PEOPLE = ("buyer", "second", "approver", "manager")
PLACE = st.tuples(st.just("place"), st.sampled_from(("buyer", "second")), st.integers(1, 5))
ACT = st.tuples(st.sampled_from(OF_PEOPLE), st.sampled_from(PEOPLE), st.integers(0, 3))
REPORT = st.tuples(st.just("report"), st.sampled_from(list(OrderState)), st.integers(0, 3))
MOVE = st.tuples(st.just("move"), st.sampled_from(list(OrderState)), st.integers(0, 3))
EXPIRE = st.tuples(st.just("expire"), st.just(""), st.just(0))
COMMANDS = st.lists(st.one_of(PLACE, ACT, ACT, REPORT, MOVE, EXPIRE), min_size=4, max_size=14)
# One of each, so that no dice are needed for them: placed and cancelled; waiting, not approved by
# its own buyer, approved, its hold over, cancelled by the ERP; refused; withdrawn; shipped;
# moved by hand beside the ERP, with its hold over and without.
EVERY_WAY: list[tuple[str, str, int]] = [
    ("place", "buyer", 1),
    ("cancel", "second", 0),
    ("cancel", "second", 0),
    ("place", "second", 5),
    ("approve", "second", 1),
    ("approve", "approver", 1),
    ("expire", "", 0),
    ("keep", "manager", 1),
    ("report", OrderState.CANCELLED, 1),
    ("place", "buyer", 5),
    ("refuse", "approver", 2),
    ("place", "buyer", 5),
    ("cancel", "buyer", 3),
    ("expire", "", 0),
    ("place", "second", 2),
    ("report", OrderState.SHIPPED, 4),
    ("cancel", "buyer", 4),
    ("report", OrderState.CANCELLED, 4),
    ("move", OrderState.CANCELLED, 4),
    ("move", OrderState.COMPLETED, 4),
    ("place", "buyer", 3),
    ("move", OrderState.AWAITING_PAYMENT, 5),
    ("report", OrderState.CONFIRMED, 5),
    ("expire", "", 0),
    ("move", OrderState.PICKING, 5),
    ("move", OrderState.CONFIRMED, 5),
    ("move", OrderState.SHIPPED, 5),
    ("place", "second", 1),
    ("expire", "", 0),
    ("move", OrderState.SHIPPED, 6),
    ("place", "second", 2),
    ("move", OrderState.CANCELLED, 7),
    ("report", OrderState.SHIPPED, 7),
]

THERE_WERE = """
    select (select sum(on_hand) from fondaco.stock_row)
         + (select coalesce(sum(quantity), 0) from fondaco.reservation where state = 'taken')
"""
ORDERS = "select id, state, uuid from fondaco.customer_order order by id"
LEDGER = """
    select o.id, o.state, o.total,
           (select coalesce(sum(e.amount), 0) from fondaco.spending_entry e
             where e.order_id = o.id),
           (select bool_and(s.state = o.state) from fondaco.shipment s where s.order_id = o.id),
           (select count(*) from fondaco.outbox b where b.type = 'order.cancelled.v1'
               and b.payload ->> 'order_id' = o.id::text),
           (select bool_and(coalesce(h.quantity, 0) in (0, l.quantity))
              from fondaco.order_line l
              left join lateral (select sum(r.quantity) as quantity from fondaco.reservation r
                                  where r.order_line_id = l.id and r.state = 'held') h on true
             where l.order_id = o.id),
           (select count(*) from fondaco.reservation r
              join fondaco.order_line l on l.id = r.order_line_id
             where l.order_id = o.id and r.state = 'held'),
           (select coalesce(sum(r.quantity), 0) from fondaco.reservation r
              join fondaco.order_line l on l.id = r.order_line_id
             where l.order_id = o.id and r.state = 'taken'),
           (select sum(l.quantity) from fondaco.order_line l where l.order_id = o.id)
      from fondaco.customer_order o order by o.id
"""


class Run:
    """One wholesaler for all examples; each begins with orders that are over and nothing spent."""

    def __init__(self, hall: Hall, shop: Any) -> None:
        self.hall = hall
        self.shop = shop
        self.desk = Desk(shop)
        self.people: dict[str, Any] = {}
        self.first = 0
        self.there_were = Decimal(0)

    async def open(self, buyer: Any) -> None:
        """Two buyers under one limit, an approver, and a manager."""
        self.there_were = (await self.shop.sql(THERE_WERE))[0][0]
        await self.desk.limit(LIMIT)
        self.people["buyer"] = buyer
        for name, role in (("second", "buyer"), ("approver", "approver")):
            self.people[name] = await self.shop.browser(await self.desk.person(role))
        self.people["manager"] = await self.shop.browser(
            await self.shop.wholesaler.staff("manager")
        )

    async def begin(self) -> None:
        """The orders of the example before are none of this one's."""
        rows = await self.shop.sql(ORDERS)
        self.first = len(rows)
        await self.shop.sql("delete from fondaco.cart_line")

    async def states(self) -> Mapping[int, OrderState]:
        return {row[0]: OrderState(row[1]) for row in await self.shop.sql(ORDERS)}

    async def do(self, what: str, who: str, which: int) -> None:
        """One command; a refusal is as good an answer as any."""
        if what == "place":
            await self.place(self.people[who], which)
        elif what == "expire":
            await self.shop.sql(END_ALL)
            await let_go_of_ended(self.hall)
        else:
            rows = (await self.shop.sql(ORDERS))[self.first :]
            if not rows:
                return
            order, state, uuid = rows[which % len(rows)]
            if what == "report":
                await self.report(OrderId(order), OrderState(who))
            elif what == "move":
                await self.move(uuid, state, who)
            else:
                answer = await self.people[who].send_form(
                    f"/orders/{uuid}/{what}", {"reason": "Не нужно"}
                )
                assert answer.status_code in (303, 403, 404, 409, 422), answer.text

    async def move(self, uuid: Any, seen: str, to: str) -> None:
        """The manager makes a step from what the page shows."""
        answer = await self.people["manager"].send_form(
            f"/orders/{uuid}/move", {"seen": seen, "to": to, "said": "Так решили"}
        )
        assert answer.status_code == (303 if may_move(OrderState(seen), OrderState(to)) else 409)

    async def place(self, browser: Any, quantity: int) -> None:
        """Beyond the limit it waits, within it it is placed."""
        await browser.send_form("/cart/articles", {"article": "A-1", "quantity": str(quantity)})
        form = await browser.checkout_form()
        form.pop("within_limits", None)
        sent = await browser.send_form("/checkout", {**form, **self.shop.choices()})
        assert sent.status_code == 303, sent.text

    async def report(self, order: OrderId, to: OrderState) -> None:
        """The ERP tells a state, as its plugin does."""
        try:
            async with system_ask(self.hall).act() as act:
                await Orders(act).report_state(order, to, Reason("t", "т", "t"))
        except Conflict:
            return

    async def check(self, what: str, who: str, before: Mapping[int, OrderState]) -> None:
        """What must hold, taken from the tables."""
        for order, state in (await self.states()).items():
            was = before.get(order)
            if was in (None, state):
                assert was or state in (OrderState.PLACED, OrderState.AWAITING_APPROVAL)
                continue
            approved = (was, state) == (OrderState.AWAITING_APPROVAL, OrderState.PLACED)
            assert may_move(was, state) or (approved and (what, who) != ("report", state)), (
                was,
                state,
            )
            assert not approved or what == "approve"
        for row in await self.shop.sql(LEDGER):
            order, state, total, spent, alike, told, whole, held, taken, ordered = row
            live = state not in (OrderState.AWAITING_APPROVAL, OrderState.CANCELLED)
            assert spent == (total if live else Decimal(0)), (order, state, total, spent)
            assert alike, f"shipments of {order} are not {state}"
            assert told == (state == OrderState.CANCELLED), (order, state, told)
            assert whole, f"order {order} holds a part of a line, or a line twice"
            gone = state in (OrderState.SHIPPED, OrderState.COMPLETED)
            assert not held or not (gone or state == OrderState.CANCELLED), order
            # Only an order whose hold had run out before the ERP shipped it took nothing along.
            assert taken in ((0, ordered) if gone else (0,)), (order, state, taken)
        assert (await self.shop.sql(THERE_WERE))[0][0] == self.there_were
        await self.desk.reserved()


async def _run(run: Run, commands: list[tuple[str, str, int]]) -> None:
    await run.begin()
    for what, who, which in commands:
        before = await run.states()
        await run.do(what, who, which)
        await run.check(what, who, before)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(commands=COMMANDS)
@example(commands=EVERY_WAY)
async def test_nothing_that_is_done_to_orders_breaks_their_rules(
    hall: Hall, shop: Any, buyer: Any, commands: list[tuple[str, str, int]]
) -> None:
    run = shop.__dict__.setdefault("run_of_states", Run(hall, shop))
    if not run.people:
        await run.open(buyer)
    await _run(run, commands)
