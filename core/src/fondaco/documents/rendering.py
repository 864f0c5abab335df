"""Renders a registered document in the worker and files it: content, blocks of plugins, layout."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import TextClause, text

from fondaco.documents.content import Block, Invoice, Letterhead, Line, total_of, vat_totals_of
from fondaco.documents.render import invoice_pdf, quote_pdf, quote_xlsx
from fondaco.documents.service import (
    InvoiceContent,
    QuoteContent,
    RenderDocument,
    price_paid,
    vat_text,
)
from fondaco.exchange.job import JobContext
from fondaco.files.service import Files
from fondaco.hooks.context import AskContext
from fondaco.orders.detail import Shipment
from fondaco.orders.queries import LINES_OF, SHIPMENTS_OF
from fondaco_sdk.errors import Fault
from fondaco_sdk.events import DocumentReadyV1
from fondaco_sdk.hooks.documents import document_blocks
from fondaco_sdk.types.document import DocumentSubject

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
READ: TextClause = text(
    """
    select d.id, d.uuid, d.kind, d.number, d.issued_on, d.valid_until, d.format, d.locale, d.state,
           d.content, d.company_id, d.order_id, o.uuid as order_uuid, o.currency
      from fondaco.document d
      left join fondaco.customer_order o on o.id = d.order_id
     where d.id = :id
    """
)
FILE_IT: TextClause = text(
    """
    update fondaco.document set state = 'ready', file_id = :file, ready_at = now(), error = ''
     where id = :id and state <> 'ready'
    """
)
FAIL_IT: TextClause = text(
    """
    update fondaco.document set state = 'failed', error = :error
     where id = :id and state <> 'ready'
    """
)


async def render_document(job: JobContext, payload: RenderDocument) -> None:
    """The task. Run again after a crash it finds the document ready and does nothing."""
    ask = job.ask()
    rows = await ask.fetch(READ, {"id": payload.document_id})
    if not rows or rows[0].state == "ready":
        return
    row = rows[0]
    try:
        data = await _render(ask, row)
    except Exception as error:
        # The page says so at once; the task is tried again, and a later success clears it.
        async with ask.act() as act:
            await act.execute(FAIL_IT, {"id": row.id, "error": str(error)[:1000]})
        raise
    files = Files(ask.hall.settings.data / "files")
    async with ask.act() as act:
        file_id = await files.put(act.connection, data, MEDIA[row.format])
        if await act.execute(FILE_IT, {"id": row.id, "file": file_id}):
            await act.emit(
                DocumentReadyV1(
                    document_uuid=row.uuid,
                    kind=row.kind,
                    company_id=row.company_id,
                    order_uuid=row.order_uuid,
                )
            )


async def _render(ask: AskContext, row: Any) -> bytes:
    blocks = await _blocks(ask, row)
    letterhead = Letterhead(site_name=ask.hall.settings.site.name)
    if row.kind == "invoice":
        invoice = await _invoice(ask, row)
        return await asyncio.to_thread(invoice_pdf, invoice, letterhead, row.locale, blocks)
    if row.kind == "quote":
        quote = msgspec.convert(row.content, QuoteContent).quote
        layout = quote_xlsx if row.format == "xlsx" else quote_pdf
        return await asyncio.to_thread(layout, quote, letterhead, row.locale, blocks)
    raise Fault(f"document {row.id}: nobody renders the kind {row.kind!r}")


async def _invoice(ask: AskContext, row: Any) -> Invoice:
    parties = msgspec.convert(row.content, InvoiceContent).parties
    found = await ask.fetch(LINES_OF, {"ids": [row.order_id]})
    targets = await _targets(ask, row.order_id)
    lines = tuple(
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
    )
    return Invoice(
        number=row.number,
        date=row.issued_on,
        valid_until=row.valid_until,
        seller=parties.seller,
        buyer=parties.buyer,
        basis=parties.basis,
        payment_terms=parties.payment_terms,
        lines=lines,
        total=total_of(lines),
        vat_totals=vat_totals_of(lines),
        currency=row.currency,
    )


async def _targets(ask: AskContext, order_id: int) -> Mapping[int, str]:
    """Where the shipments of an order go and when, by their ids, where there are several."""
    shipments = [Shipment(*row) for row in await ask.fetch(SHIPMENTS_OF, {"id": order_id})]
    if len(shipments) < 2:
        return {}
    return {
        s.id: ", ".join(
            filter(None, (s.outlet_name, s.address, f"{s.promised:%d.%m.%Y}" if s.promised else ""))
        )
        for s in shipments
    }


async def _blocks(ask: AskContext, row: Any) -> Sequence[Block]:
    subject = DocumentSubject(row.id, row.kind, row.order_uuid, row.company_id)
    collected = await ask.hall.hooks.collect(document_blocks, ask=ask, documents=[subject])
    return tuple(
        Block(heading=block.title.text(row.locale), paragraphs=(block.text.text(row.locale),))
        for _, block in collected.proposals
    )
