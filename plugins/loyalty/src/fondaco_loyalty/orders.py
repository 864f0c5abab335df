"""Turnover from orders of the portal: counted when placed, taken back when cancelled, each once."""

from sqlalchemy import TextClause, text

from fondaco_loyalty.merging import BESIDE_MERGES
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_sdk.context import Act
from fondaco_sdk.events import OrderCancelledV1, OrderEvent, OrderPlacedV1

# A dead letter is retried out of its order: with the lock, either the cancellation finds the entry
# of the order, or the order is found cancelled.
ALONE: TextClause = text(
    "select pg_advisory_xact_lock(hashtextextended('plugin_loyalty:order:' || :document, 0))"
)
# For whom the order is now: its company may have been merged since it was placed. What bringing it
# costs is no turnover: it is paid for the road, whoever the carrier is.
COUNT: TextClause = text(
    """
    insert into plugin_loyalty.turnover
           (company_id, legal_entity_id, counted_on, amount, currency, kind, document, label,
            order_uuid)
    select o.company_id, o.legal_entity_id, cast(o.placed_at at time zone :zone as date),
           :total - (select coalesce(sum(s.delivery_price), 0) from fondaco_api.shipment_v1 s
                      where s.order_id = o.id),
           :currency, 'order', cast(o.uuid as text), o.number, o.uuid
      from fondaco_api.order_v1 o
     where o.id = :order and o.state <> 'cancelled'
        on conflict do nothing
    """
)
# On the day of the order, so that both leave the rolling period together; where it stands now.
TAKE_BACK: TextClause = text(
    """
    insert into plugin_loyalty.turnover
           (company_id, legal_entity_id, counted_on, amount, currency, kind, document, label,
            order_uuid)
    select company_id, legal_entity_id, counted_on, -sum(amount), currency, 'cancellation',
           document, label, order_uuid
      from plugin_loyalty.turnover
     where document = :document and order_uuid is not null
     group by company_id, legal_entity_id, counted_on, currency, document, label, order_uuid
    having sum(amount) <> 0
        on conflict do nothing
    """
)


async def follow_order(act: Act, event: OrderEvent) -> None:
    """An entry for a placed order, a compensating one for a cancelled order."""
    document = str(event.order_uuid)
    await act.execute(BESIDE_MERGES)
    await act.execute(ALONE, {"document": document})
    if isinstance(event, OrderCancelledV1):
        await act.execute(TAKE_BACK, {"document": document})
    elif isinstance(event, OrderPlacedV1) and act.settings(LoyaltySettings).portal_orders:
        await act.execute(
            COUNT,
            {
                "order": event.order_id,
                "total": event.total,
                "currency": event.currency,
                "zone": act.zone.key,
            },
        )
