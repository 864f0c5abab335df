"""What happens to an order after it was placed: it is cancelled, shipped, done, paid."""

from decimal import Decimal

from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import (
    CREDIT,
    Kind,
    changed_of,
    entity_of,
    lock,
    open_orders,
    write,
)
from fondaco_credit_limit.due import due_day
from fondaco_credit_limit.settings import CreditSettings
from fondaco_sdk.context import Act
from fondaco_sdk.events import (
    OrderAmendedV1,
    OrderCancelledV1,
    OrderEvent,
    OrderStateChangedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
)
from fondaco_sdk.types.order import OrderState

_SHIPPED: TextClause = text(
    """
    insert into plugin_credit_limit.shipped (order_id, shipped_on, due_on)
    values (:order, :shipped, :due) on conflict do nothing
    """
)
_TERMS: TextClause = text(
    "select days, reported_at from plugin_credit_limit.account where legal_entity_id = :entity"
)
# What came for the part on credit, beside what the journal has of it; of an order in force.
_PAID: TextClause = text(
    """
    select least(sum(p.received), sum(p.amount))
           + coalesce((select sum(e.amount) from plugin_credit_limit.entry e
                        where e.order_id = :order and e.kind = 'paid'), 0)
      from fondaco_api.payment_v1 p join fondaco_api.order_v1 o on o.id = p.order_id
     where p.order_id = :order and p.way = :way and o.state <> 'cancelled'
    having count(*) > 0
    """
)


async def follow_cancelled(act: Act, event: OrderCancelledV1) -> None:
    """What the order held is free again; told twice, nothing is left to free."""
    await _close(act, event, "released")


async def follow_state(act: Act, event: OrderStateChangedV1) -> None:
    """A shipped order is due some day; one that is done for the ERP is in its books."""
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    days, reported_at = (await act.fetch(_TERMS, {"entity": entity}))[0]
    if event.after is OrderState.SHIPPED:
        settings = act.settings(CreditSettings)
        shipped = event.at.astimezone(act.zone).date()
        due = due_day(shipped, days, settings.count, settings.country)
        await act.execute(_SHIPPED, {"order": event.order_id, "shipped": shipped, "due": due})
    elif event.after is OrderState.COMPLETED and reported_at is not None:
        await _close(act, event, "taken_over")


async def follow_payment(act: Act, event: PaymentReceivedV1 | PaymentRefundedV1) -> None:
    """Money for the part on credit frees as much of the limit; a refund takes it again.

    It is compared with what the order has received, so it does not matter how often it is told.
    """
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    await lock(act, [entity])
    found = await act.fetch(_PAID, {"order": event.order_id, "way": CREDIT})
    difference: Decimal = found[0][0] if found else Decimal(0)
    await write(act, [(entity, event.order_id, "paid", -difference)])


async def follow_amended(act: Act, event: OrderAmendedV1) -> None:
    """Another part of the order is on credit now; what the ERP has in its books, it follows."""
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    await lock(act, [entity])
    difference = await changed_of(act, event.order_id)
    await write(act, [(entity, event.order_id, "changed", difference)])


async def _close(act: Act, event: OrderEvent, kind: Kind) -> None:
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    await lock(act, [entity])
    rows = await open_orders(act, [entity], event.order_id)
    await write(act, [(entity, event.order_id, kind, -row[5]) for row in rows])
