"""Orders that are picked without anybody's word: their goods are all there, and the money is there
or is agreed to come afterwards.
"""

from fondaco.hooks.context import ActContext, AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.holds import OPEN
from fondaco.orders.payments import assembly_queries as queries
from fondaco.orders.service import Orders
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason

AT_ONCE = 200


async def goes_to_assembly(act: ActContext, order: Order) -> bool:
    """Whether an order, whose payment has just come, is picked now. One statement.

    Not while its buyer waits for an answer to a change.
    """
    if act.hall.settings.orders.assembly != "when_paid" or order.state not in OPEN:
        return False
    return bool((await act.fetch(queries.ALL_THERE, {"order": order.id}))[0][0])


async def assemble_on_credit(hall: Hall) -> None:
    """The sweep: orders that are paid afterwards, once it is time. Each in its own transaction."""
    ask = system_ask(hall)
    for order_id in await _due(ask, None):
        async with ask.act() as act:
            await _assemble(act, order_id)


async def _assemble(act: ActContext, order_id: OrderId) -> None:
    """Look again under the lock: the order may have been moved, changed or cancelled meanwhile."""
    orders = Orders(act)
    order = await orders.locked(order_id)
    if not await _due(act, order_id):
        return
    if order.state is not OrderState.CONFIRMED:
        await orders.report_state(order_id, OrderState.CONFIRMED, ON_CREDIT)
    await orders.report_state(order_id, OrderState.PICKING, ON_CREDIT)


async def _due(ask: AskContext, order_id: OrderId | None) -> list[OrderId]:
    """Those whose time has come, or this one if it is among them. One statement."""
    settings = ask.hall.settings.orders
    if settings.assembly_on_credit == "by_hand":
        return []
    asked = {
        "order": order_id,
        "states": [state.value for state in OPEN],
        "at_once": settings.assembly_on_credit == "at_once",
        "minutes": settings.assembly_minutes,
        "most": AT_ONCE,
    }
    return [OrderId(row[0]) for row in await ask.fetch(queries.ON_CREDIT, asked)]


TO_ASSEMBLY = Reason(
    "payment.assembly",
    "Оплачен, весь товар на складе: заказ передан в сборку",
    "Paid, and all goods are there: the order goes to assembly",
)
ON_CREDIT = Reason(
    "payment.assembly_on_credit",
    "Оплата после отгрузки согласована, весь товар на складе: заказ передан в сборку",
    "Payment afterwards is agreed, and all goods are there: the order goes to assembly",
)
