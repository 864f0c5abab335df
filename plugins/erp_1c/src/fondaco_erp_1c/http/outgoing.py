"""Which orders 1C has yet to get: each change makes a version, 1C confirms versions."""

from collections.abc import Sequence

from sqlalchemy import TextClause, text

from fondaco_erp_1c.http.sessions import Session
from fondaco_sdk.context import Act
from fondaco_sdk.events import (
    OrderAmendedV1,
    OrderChangeAnsweredV1,
    OrderPaymentChangedV1,
    OrderPlacedV1,
    OrderStateChangedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
)
from fondaco_sdk.types.order import OrderState

SOURCE = "erp_1c"
FROM_ERP = "erp"
"""The source of payments that the ERP tells of."""

_CHANGED: TextClause = text(
    """
    insert into plugin_erp_1c.order_sync as s (order_id) values (:order)
    on conflict (order_id) do update set version = s.version + 1
    """
)
# Only what 1C has, or is to have, can change for it: an order from before the plugin stays there.
_MOVED: TextClause = text(
    """
    update plugin_erp_1c.order_sync set version = version + 1
     where order_id = :order and :state <> all(string_to_array(told, ','))
    """
)
_PAID: TextClause = text(
    "update plugin_erp_1c.order_sync set version = version + 1 where order_id = :order"
)
_OFFER: TextClause = text(
    """
    with chosen as (
        select order_id from plugin_erp_1c.order_sync where version > confirmed
         order by order_id limit :most for update skip locked
    )
    update plugin_erp_1c.order_sync s
       set offered = s.version, offered_session = :session, offered_at = clock_timestamp()
      from chosen c where c.order_id = s.order_id
    returning s.order_id
    """
)
_CONFIRM: TextClause = text(
    """
    update plugin_erp_1c.order_sync
       set confirmed = offered, confirmed_at = clock_timestamp(), offered_session = null
     where offered_session = :session
    """
)
# A state never comes back, so what was told once stays told: events may be far behind.
_TOLD: TextClause = text(
    """
    insert into plugin_erp_1c.order_sync as s (order_id, confirmed, told)
    values (:order, 1, :state)
    on conflict (order_id) do update
       set told = concat_ws(',', nullif(s.told, ''), excluded.told)
    """
)


async def placed(act: Act, event: OrderPlacedV1) -> None:
    """A new order."""
    await act.execute(_CHANGED, {"order": event.order_id})


async def moved(act: Act, event: OrderStateChangedV1) -> None:
    """Another state, unless 1C itself has told it."""
    await act.execute(_MOVED, {"order": event.order_id, "state": event.after.value})


async def paid(act: Act, event: PaymentReceivedV1 | PaymentRefundedV1) -> None:
    """Money that 1C has not told of itself."""
    if event.source != FROM_ERP:
        await act.execute(_PAID, {"order": event.order_id})


async def amended(act: Act, event: OrderAmendedV1) -> None:
    """Other lines, unless 1C itself has changed them."""
    if event.source != SOURCE:
        await act.execute(_CHANGED, {"order": event.order_id})


async def answered(act: Act, event: OrderChangeAnsweredV1) -> None:
    """Another day; lines that changed were told by `order.amended`."""
    if event.wanted_on is not None:
        await act.execute(_CHANGED, {"order": event.order_id})


async def paid_otherwise(act: Act, event: OrderPaymentChangedV1) -> None:
    """Another way to pay a part."""
    await act.execute(_PAID, {"order": event.order_id})


async def offer(act: Act, session: Session, most: int) -> Sequence[int]:
    """The orders that go out now; they stay open until 1C confirms them. One statement."""
    rows = await act.fetch(_OFFER, {"session": session.id, "most": most})
    return sorted(row[0] for row in rows)


async def confirm(act: Act, session: Session) -> int:
    """1C has what it was offered in this session; how many orders that were."""
    return await act.execute(_CONFIRM, {"session": session.id})


async def told_by_erp(act: Act, order_id: int, states: Sequence[OrderState]) -> None:
    """The states come from 1C: they need not be sent back there."""
    told = ",".join(state.value for state in states)
    await act.execute(_TOLD, {"order": order_id, "state": told})
