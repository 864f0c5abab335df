"""The task that looks after promises: what has changed under an order is settled and told.

It finds by the tables what no longer holds, so that it may run at any time, twice, or late.
"""

from fondaco.availability.changed import Replan
from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext
from fondaco.orders.approval_letters import tell_buyer
from fondaco.orders.release import Buyer, buyer_of
from fondaco.orders.replan.deciding import Decision, decide
from fondaco.orders.replan.reading import LOCK_PRODUCTS, MOVABLE, lines_of, troubled
from fondaco.orders.replan.telling import history_of, later, reason_of, worth_a_letter
from fondaco.orders.replan.writing import hold_anew, mark_moved, promise_anew
from fondaco.orders.service import Orders, add_entry
from fondaco_sdk.events import LineDate, OrderDatesChangedV1
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order


async def replan(job: JobContext, _payload: Replan) -> None:
    """Settle the orders one by one, those that were placed first before the others."""
    for order_id in await troubled(job.ask()):
        async with job.act() as act:
            await settle_order(act, order_id)


async def settle_order(act: ActContext, order_id: OrderId) -> None:
    """Plan anew what an order holds of rows that changed, and tell whoever has to know.

    Statements do not depend on the number of lines. Nothing is done where goods are being picked.
    """
    order = await Orders(act).locked(order_id)
    if order.state not in MOVABLE:
        return
    await act.fetch(LOCK_PRODUCTS, {"order": order_id})
    lines = await lines_of(act, order_id)
    if not lines:
        return
    buyer = await buyer_of(act, order_id)
    decisions = await decide(_for(act, buyer), lines)
    await hold_anew(act, [one for one in decisions if one.to_write])
    today = act.now.astimezone(act.zone).date()
    different = [one for one in decisions if one.different]
    if different:
        await promise_anew(act, order_id, different, [reason_of(one, today) for one in different])
    moved = [one for one in different if one.date_moved]
    if moved:
        await _tell(act, order, buyer, moved)


async def _tell(act: ActContext, order: Order, buyer: Buyer, moved: list[Decision]) -> None:
    today = act.now.astimezone(act.zone).date()
    worse = any(later(one) for one in moved)
    said = history_of(moved, today)
    await add_entry(act, order.id, "dates.later" if worse else "dates.sooner", said)
    await mark_moved(act, order.id, "later" if worse else "sooner")
    if any(worth_a_letter(one) for one in moved):
        locale = buyer.locale or act.hall.settings.site.locale
        await tell_buyer(act, "dates", buyer, order, said.text(locale))
    await act.emit(
        OrderDatesChangedV1(
            order_id=order.id,
            order_uuid=order.uuid,
            number=order.number,
            company_id=order.company_id,
            legal_entity_id=order.legal_entity_id,
            at=act.now,
            lines=tuple(
                LineDate(
                    line=one.line.id,
                    product_id=one.line.product_id,
                    before=one.line.promised,
                    after=one.promised,
                )
                for one in moved
            ),
        )
    )


def _for(act: ActContext, buyer: Buyer) -> ActContext:
    """The same transaction, asking for the customer of the order."""
    return ActContext(act.hall, act.actor, act.scope, buyer.customer, connection=act.connection)
