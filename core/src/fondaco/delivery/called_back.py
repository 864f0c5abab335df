"""Parcels of cancelled orders that carriers still have: staff are told to cancel them there.

A carrier is asked to take a parcel, and never to give one back: what that costs, and whether it is
still possible, a person has to settle.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextClause, text

from fondaco.delivery.carriers import carriers_of
from fondaco.hooks.context import ActContext
from fondaco.orders.approval_letters import tell_managers
from fondaco.orders.approvers import managers_of
from fondaco.orders.service import Orders
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

# An order that is being cancelled at this moment is waited for, so that one of the two tells of it.
_AT_CARRIERS: TextClause = text(
    """
    select o.id as order_id, o.state, p.name as company, c.carrier,
           coalesce(nullif(c.number, ''), cast(s.uuid as text)) as number
      from fondaco.customer_order o
      join fondaco.company p on p.id = o.company_id
      join fondaco.shipment s on s.order_id = o.id
      join fondaco.carriage c on c.shipment_id = s.id
     where (o.id = cast(:order as bigint) or s.id = cast(:shipment as bigint))
       and c.state not in ('waiting', 'refused', 'delivered', 'returned')
     order by c.shipment_id for share of o
    """
)


async def tell_called_back(
    act: ActContext, *, order: int | None = None, shipment: int | None = None
) -> None:
    """A letter to the customer's managers that names the parcels of the order, or this one parcel,
    if the order is cancelled and a carrier has them."""
    rows = await act.fetch(_AT_CARRIERS, {"order": order, "shipment": shipment})
    if not rows or rows[0].state != OrderState.CANCELLED:
        return
    order_id = OrderId(rows[0].order_id)
    found = (await Orders(act).orders([order_id], act.scope))[order_id]
    people = await managers_of(act, found.company_id)
    said = _said(act, rows)
    await tell_managers(act, people, found, rows[0].company, "", said, kind="called_back")


def _said(act: ActContext, rows: Sequence[Any]) -> Reason:
    titles = {one.name: one.carrier.title for one in carriers_of(act.hall)}
    ru, en = [], []
    for row in rows:
        title = titles.get(row.carrier) or Reason("", row.carrier, row.carrier)
        ru.append(f"Отмените груз {row.number} у перевозчика: {title.ru}")
        en.append(f"Cancel parcel {row.number} at the carrier: {title.en}")
    return Reason("carriage.called_back", "\n".join(ru), "\n".join(en))
