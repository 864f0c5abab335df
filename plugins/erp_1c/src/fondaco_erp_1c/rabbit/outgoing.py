"""What has happened on the portal as messages for 1C, in batches.

An order is told as it stands when the message is made: a later message never says less than an
earlier one, and 1C may keep only the newest version.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, text

from fondaco_erp_1c.http.outgoing import FROM_ERP
from fondaco_erp_1c.orders import OrderOut, orders_out
from fondaco_erp_1c.rabbit.messages import (
    ChangeAnswered,
    ChangeAskedFor,
    DocumentTold,
    LineAskedFor,
    OrderTold,
    PaymentTold,
    ProductAskedFor,
)
from fondaco_sdk.context import Ask
from fondaco_sdk.events import (
    AnalogueWantedV1,
    AssortmentRequestedV1,
    OrderCancelledV1,
    OrderChangeAnsweredV1,
    OrderChangeRequestedV1,
    OrderEvent,
    OrderPlacedV1,
    OrderStateChangedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
)
from fondaco_sdk.types.message import Message
from fondaco_sdk.types.order import OrderState

_NAMES: TextClause = text(
    """
    select w.product_id, w.company_id, coalesce(p.external_id, p.uuid::text), p.sku, p.name,
           coalesce(c.external_id, c.uuid::text), c.name
      from unnest(cast(:products as bigint[]), cast(:companies as bigint[]))
           as w (product_id, company_id)
      join fondaco_api.product_v1 p on p.id = w.product_id
      join fondaco_api.company_v1 c on c.id = w.company_id
    """
)

_PRODUCTS: TextClause = text(
    """
    select id, coalesce(external_id, uuid::text), sku, name from fondaco_api.product_v1
     where id = any(cast(:products as bigint[]))
    """
)


async def tell_of_orders(ask: Ask, events: Sequence[OrderEvent]) -> Sequence[Sequence[Message]]:
    """A message an event, none for the steps before an order is placed. Three statements."""
    documents: dict[int, list[OrderOut]] = defaultdict(list)
    for document in await orders_out(ask, sorted({event.order_id for event in events})):
        documents[document.order_id].append(document)
    return [_of_order(event, documents.get(event.order_id, ())) for event in events]


async def tell_of_payments(
    ask: Ask, events: Sequence[PaymentReceivedV1 | PaymentRefundedV1]
) -> Sequence[Sequence[Message]]:
    """A message an event, none for what the ERP has told of. No statement."""
    return [
        (Message(event.type_name, "order", str(event.order_uuid), _money(event)),)
        if event.source != FROM_ERP
        else ()
        for event in events
    ]


async def tell_of_wishes(
    ask: Ask, events: Sequence[AssortmentRequestedV1 | AnalogueWantedV1]
) -> Sequence[Sequence[Message]]:
    """A message an event, none where the product or the company is gone. One statement."""
    wanted = {
        "products": [event.product_id for event in events],
        "companies": [event.company_id for event in events],
    }
    names = {(row[0], row[1]): row[2:] for row in await ask.fetch(_NAMES, wanted)}
    return [_of_wish(event, names) for event in events]


async def tell_of_requests(
    ask: Ask, events: Sequence[OrderChangeRequestedV1 | OrderChangeAnsweredV1]
) -> Sequence[Sequence[Message]]:
    """A message an event. One statement."""
    asked = [event for event in events if isinstance(event, OrderChangeRequestedV1)]
    wanted = sorted({line.product_id for event in asked for line in event.lines})
    rows = await ask.fetch(_PRODUCTS, {"products": wanted})
    products = {row[0]: row[1:] for row in rows}
    return [(_of_request(event, products),) for event in events]


def _of_request(
    event: OrderChangeRequestedV1 | OrderChangeAnsweredV1, products: Mapping[int, Any]
) -> Message:
    payload: ChangeAskedFor | ChangeAnswered
    if isinstance(event, OrderChangeAnsweredV1):
        payload = ChangeAnswered(
            event.order_uuid,
            event.number,
            event.request_uuid,
            event.outcome,
            event.said,
            event.wanted_on,
            event.at,
        )
    else:
        payload = ChangeAskedFor(
            event.order_uuid,
            event.number,
            event.request_uuid,
            event.comment,
            event.wanted_on,
            tuple(
                LineAskedFor(product, sku, name, line.quantity, line.wanted)
                for line in event.lines
                for product, sku, name in (products[line.product_id],)
            ),
            event.at,
        )
    return Message(event.type_name, "order", str(event.order_uuid), payload)


def _money(event: PaymentReceivedV1 | PaymentRefundedV1) -> PaymentTold:
    return PaymentTold(
        event.order_uuid,
        event.number,
        event.way,
        event.amount,
        event.received,
        event.currency,
        event.source,
        event.reference,
        event.at,
    )


def _of_order(event: OrderEvent, documents: Sequence[OrderOut]) -> Sequence[Message]:
    type_name = _type_of(event)
    if not type_name or not documents:
        return ()
    return (Message(type_name, "order", str(event.order_uuid), _told(event, documents)),)


def _type_of(event: OrderEvent) -> str:
    """What the message is called; "": there is none."""
    if isinstance(event, OrderPlacedV1):
        return "order.created.v1"
    if isinstance(event, OrderCancelledV1):
        return "order.cancelled.v1"
    if isinstance(event, OrderChangeAnsweredV1):
        # Lines that changed are told by an event of their own.
        return "order.changed.v1" if event.wanted_on is not None else ""
    if isinstance(event, OrderStateChangedV1):
        # Placing and cancelling are told by events of their own.
        placed = event.before is OrderState.AWAITING_APPROVAL
        return "" if placed or event.after is OrderState.CANCELLED else "order.changed.v1"
    return "order.changed.v1"


def _told(event: OrderEvent, documents: Sequence[OrderOut]) -> OrderTold:
    first = documents[0]
    return OrderTold(
        order=event.order_uuid,
        number=first.order_number,
        state=first.state.value,
        placed_at=first.placed_at,
        currency=first.currency,
        total=sum((one.total for one in documents[1:]), first.total),
        vat_total=sum((one.vat_total for one in documents[1:]), first.vat_total),
        payments=first.payments,
        agreement=first.agreement_id or first.agreement,
        comment=first.comment,
        customer_reference=first.customer_reference,
        buyer=first.buyer,
        documents=tuple(_document(one) for one in documents),
        deliveries=tuple(brought for one in documents for brought in one.deliveries),
    )


def _document(one: OrderOut) -> DocumentTold:
    return DocumentTold(
        uuid=one.uuid,
        number=one.number,
        seller=one.seller,
        delivery=one.delivery,
        address=one.address,
        place=one.place_id or one.place,
        wanted_on=one.wanted_on,
        promised=one.promised,
        lines=one.lines,
        total=one.total,
        vat_total=one.vat_total,
        deliveries=one.deliveries,
    )


def _of_wish(
    event: AssortmentRequestedV1 | AnalogueWantedV1, names: Mapping[tuple[int, int], Any]
) -> Sequence[Message]:
    found = names.get((event.product_id, event.company_id))
    if found is None:
        return ()
    product, sku, name, company, company_name = found
    payload = ProductAskedFor(product, sku, name, company, company_name, event.at)
    if isinstance(event, AssortmentRequestedV1):
        return (Message("request.created.v1", "request", str(event.request_uuid), payload),)
    return (Message("analogue.wanted.v1", "product", payload.product, payload),)
