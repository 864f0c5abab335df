"""What happens to an order after it was placed: it is cancelled, shipped, done, paid."""

from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import (
    Kind,
    difference_of,
    entity_of,
    held_of,
    lock,
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
_COMPLETED: TextClause = text(
    "update plugin_credit_limit.shipped set completed_at = :at where order_id = :order"
)
_DAYS: TextClause = text(
    "select days from plugin_credit_limit.account where legal_entity_id = :entity"
)


async def follow_cancelled(act: Act, event: OrderCancelledV1) -> None:
    """What the order held is free again; told twice, nothing is left to free."""
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    await lock(act, [entity])
    held = await held_of(act, event.order_id)
    await write(act, [(entity, event.order_id, "released", -held)])


async def follow_state(act: Act, event: OrderStateChangedV1) -> None:
    """A shipped order is due some day; of one that is done, the ERP's later messages know."""
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    if event.after is OrderState.SHIPPED:
        settings = act.settings(CreditSettings)
        days = (await act.fetch(_DAYS, {"entity": entity}))[0][0]
        shipped = event.at.astimezone(act.zone).date()
        due = due_day(shipped, days, settings.count, settings.country)
        await act.execute(_SHIPPED, {"order": event.order_id, "shipped": shipped, "due": due})
    elif event.after is OrderState.COMPLETED:
        await act.execute(_COMPLETED, {"order": event.order_id, "at": event.at})


async def follow_payment(act: Act, event: PaymentReceivedV1 | PaymentRefundedV1) -> None:
    """Money for the part on credit frees as much of the limit, unless the ERP counts the order; a
    refund takes it again.

    It is compared with what the order has received, so it does not matter how often it is told.
    """
    await _follow(act, event, "paid")


async def follow_amended(act: Act, event: OrderAmendedV1) -> None:
    """Another part of the order is on credit now, whatever the limit allows."""
    await _follow(act, event, "changed")


async def _follow(act: Act, event: OrderEvent, kind: Kind) -> None:
    entity = await entity_of(act, event.order_id)
    if entity is None:
        return
    await lock(act, [entity])
    difference = await difference_of(act, event.order_id)
    await write(act, [(entity, event.order_id, kind, difference)])
