"""A corrected document: the next version under the same number, made of what is true now."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.documents.agreements import agreement_terms
from fondaco.documents.deliveries import shipped_of
from fondaco.documents.issuing import content_on_demand, today_of
from fondaco.documents.model import FoundDocument, InvoiceContent
from fondaco.documents.parties import read_parties
from fondaco.documents.reading import documents_of_order, find_document
from fondaco.documents.registry import Draft, register
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict
from fondaco_sdk.events import OrderAmendedV1, OrderPaymentChangedV1
from fondaco_sdk.manifest import DocumentKind
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.paper import Statement
from fondaco_sdk.types.reason import Reason

# Who corrects a document does it after whoever began before. What that has made is seen only by a
# statement that begins after the wait.
_TURN: TextClause = text(
    "select pg_advisory_xact_lock(hashtextextended('document ' || cast(:chain as text), 0))"
)
# A contract has the number of its agreement; other documents take the newest of their parties.
_NEWEST: TextClause = text(
    """
    select d.*, o.agreement_id,
           (select g.uuid from fondaco.agreement g
             where g.legal_entity_id = d.legal_entity_id and g.seller_id = d.seller_id
               and (d.content->>'currency' is null or g.currency = d.content->>'currency')
             order by cast(:contract as boolean) and g.number = d.number desc,
                      g.active desc, g.id desc limit 1) as agreement_uuid,
           (select array_agg(f.format order by f.id) from fondaco.document f
             where f.chain = d.chain and f.version = d.version) as formats
      from fondaco.document d
      left join fondaco.customer_order o on o.id = d.order_id
     where d.chain = :chain
     order by d.version desc, d.id limit 1
    """
)
_NOT_OURS = Reason(
    "document.not_ours",
    "Документ выпущен в учётной системе: исправьте его там",
    "The document was issued in the ERP: correct it there",
)
_NOT_CORRECTED = Reason(
    "document.not_corrected",
    "Такой документ не исправляют: сделайте новый",
    "Such a document is not corrected: make a new one",
)
_LEFT_OUT = Reason(
    "document.goods_gone",
    "У отгрузки больше нет строк: исправлять нечего",
    "The shipment has no lines any more: there is nothing to correct",
)


async def correct(act: ActContext, found: FoundDocument, scope: Scope) -> Sequence[UUID]:
    """The next version in all formats; the earlier ones stay as they were. Raises `Conflict`."""
    if found.row.origin != "portal":
        raise Conflict(_NOT_OURS)
    kind = act.hall.registry.documents.get(found.row.kind)
    if kind is None or kind.about in ("cart", ""):
        raise Conflict(_NOT_CORRECTED)
    await act.fetch(_TURN, {"chain": str(found.chain)})
    newest = {"chain": found.chain, "contract": kind.about == "agreement"}
    row = (await act.fetch(_NEWEST, newest))[0]
    # In the language of the document, whoever corrects it.
    act = act.speaking(kind.locale or row.locale)
    content = await _content(act, kind, row, scope)
    made = await register(
        act,
        Draft(
            kind=row.kind,
            number=row.number,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            company_id=row.company_id,
            legal_entity_id=row.legal_entity_id,
            seller_id=row.seller_id,
            order_id=row.order_id,
            shipment_id=row.shipment_id,
            content=content,
            formats=row.formats,
            chain=found.chain,
            version=row.version + 1,
            corrected_on=today_of(act),
        ),
    )
    subject = f"document:{row.kind} {row.number}"
    await act.audit("document.correct", subject, row.version, row.version + 1, row.company_id)
    return made


async def follow_amended(act: ActContext, event: OrderAmendedV1) -> None:
    """The order is another one now, and so is its invoice."""
    await _correct_invoices(act, event.order_id)


async def follow_payment_changed(act: ActContext, event: OrderPaymentChangedV1) -> None:
    """A part is paid in another way now: what its invoice asks for is another sum."""
    await _correct_invoices(act, event.order_id)


async def _correct_invoices(act: ActContext, order_id: OrderId) -> None:
    """Those of the portal; one of the ERP is the ERP's matter."""
    corrected: set[UUID] = set()
    for row in await documents_of_order(act, order_id, act.scope):
        if row.kind == "invoice" and row.origin == "portal":
            found = await find_document(act, row.uuid, act.scope)
            if found.chain not in corrected:
                corrected.add(found.chain)
                await correct(act, found, act.scope)


async def _content(act: ActContext, kind: DocumentKind, row: Any, scope: Scope) -> Struct:
    if kind.about == "order":
        return InvoiceContent(await read_parties(act, row.agreement_id, row.order_id))
    if kind.about == "shipment":
        found = await shipped_of(act, row.order_id, row.issued_on)
        same = [shipped for shipped in found if shipped.shipment_id == row.shipment_id]
        if not same:
            raise Conflict(_LEFT_OUT)
        return replace(same[0].delivery, number=row.number)
    terms = await agreement_terms(act, row.agreement_uuid, scope)
    days = (row.issued_on, row.issued_on)
    if kind.about == "period":
        before = msgspec.convert(row.content, Statement)
        days = (before.since, before.until)
    return await content_on_demand(act, kind, terms, (row.number, *days), row.issued_on)
