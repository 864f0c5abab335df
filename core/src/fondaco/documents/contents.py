"""What a layout is told of a registered document: what was frozen when it was issued."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from fondaco.documents.model import InvoiceContent, QuoteContent
from fondaco.documents.service import price_paid, vat_text
from fondaco.documents.service_lines import delivery_line
from fondaco.hooks.context import AskContext
from fondaco.orders.detail import Shipment
from fondaco.orders.payments.queries import OF_ORDERS
from fondaco.orders.queries import LINES_OF, SHIPMENTS_OF
from fondaco_sdk.types.paper import (
    Content,
    Contract,
    Delivery,
    Invoice,
    Line,
    Quote,
    Statement,
    total_of,
    untaxed,
    vat_totals_of,
)


async def content_of(ask: AskContext, about: str, row: Any) -> Content:
    """`row` is the document's, `about` what its kind is about."""
    return await _READERS[about](ask, row)


async def _invoice(ask: AskContext, row: Any) -> Invoice:
    """Lines and deliveries are frozen with the order."""
    parties = msgspec.convert(row.content, InvoiceContent).parties
    found = await ask.fetch(LINES_OF, {"ids": [row.order_id]})
    shipments = [Shipment(*one) for one in await ask.fetch(SHIPMENTS_OF, {"id": row.order_id})]
    targets = _targets(shipments)
    goods = [
        Line(
            number=number,
            sku=line.sku,
            name=line.name,
            unit=line.unit,
            quantity=line.quantity,
            price=price_paid(line.unit_price, line.quantity, line.total, row.currency),
            total=line.total,
            vat_rate=vat_text(line.vat, line.vat_rate),
            vat_amount=line.vat_amount,
            list_price=line.list_price,
            group=targets.get(line.shipment_id, ""),
            replaced=line.replaced,
        )
        for number, line in enumerate(found, 1)
    ]
    brought = [(one.id, one.brought) for one in shipments if one.brought]
    lines = (
        *goods,
        *(
            delivery_line(number, one, row.locale, targets.get(shipment, ""))
            for number, (shipment, one) in enumerate(brought, len(goods) + 1)
        ),
    )
    if not parties.seller.vat_payer:
        lines = untaxed(lines)
    total = total_of(lines)
    parts = await ask.fetch(OF_ORDERS, {"ids": [row.order_id]})
    by_invoice = _by_invoice(total, parts)
    return Invoice(
        number=row.number,
        date=row.issued_on,
        valid_until=row.valid_until,
        seller=parties.seller,
        buyer=parties.buyer,
        basis=parties.basis,
        payment_terms=parties.payment_terms,
        lines=lines,
        total=total,
        # A rate that only a free delivery has is the rate of nothing.
        vat_totals=vat_totals_of(line for line in lines if line.total or not line.service),
        currency=row.currency,
        to_pay=by_invoice if by_invoice != total else None,
    )


def _by_invoice(total: Decimal, parts: Sequence[Any]) -> Decimal:
    """What an invoice asks for: its own part, or else what no acquirer takes (credit is paid by
    bank, too, when it is due)."""
    if own := sum((part.amount for part in parts if part.way == "invoice"), Decimal(0)):
        return min(own, total)
    elsewhere = sum((part.amount for part in parts if part.provider), Decimal(0))
    return max(total - elsewhere, Decimal(0))


async def _quote(ask: AskContext, row: Any) -> Quote:
    quote = msgspec.convert(row.content, QuoteContent).quote
    if quote.seller.vat_payer:
        return quote
    lines = untaxed(quote.lines)
    return replace(quote, lines=lines, vat_totals=vat_totals_of(lines))


def _targets(shipments: Sequence[Shipment]) -> Mapping[int, str]:
    """Where the shipments of an order go and when, by their ids, where there are several."""
    if len(shipments) < 2:
        return {}
    return {
        s.id: ", ".join(
            filter(None, (s.outlet_name, s.address, f"{s.promised:%d.%m.%Y}" if s.promised else ""))
        )
        for s in shipments
    }


def _frozen(shape: type[Content]) -> Callable[[AskContext, Any], Awaitable[Content]]:
    async def read(ask: AskContext, row: Any) -> Content:
        return msgspec.convert(row.content, shape)

    return read


_READERS: Mapping[str, Callable[[AskContext, Any], Awaitable[Content]]] = {
    "order": _invoice,
    "cart": _quote,
    "shipment": _frozen(Delivery),
    "period": _frozen(Statement),
    "agreement": _frozen(Contract),
}
