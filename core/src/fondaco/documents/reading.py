"""Reading the registry; every statement takes a scope, and asks for it and for the kinds that are
closed to the asker at each read."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.documents.model import DocumentRow, FoundDocument, closed_kinds, document_row
from fondaco.hooks.context import AskContext
from fondaco.orders.queries import scope_parameters
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.reason import Reason

_NEWEST = """not exists (select from fondaco.document n
                          where n.chain = d.chain and n.version > d.version)"""
ROW = f"""d.uuid, d.kind, d.number, d.issued_on, d.valid_until, d.format, d.state, d.version,
           d.origin, {_NEWEST} as newest, d.title"""
_SCOPE = """(cast(:everything as boolean) or d.company_id = cast(:company as bigint))
       and d.kind <> all(cast(:closed as text[]))"""
WIDTH = 11

FIND: TextClause = text(
    f"""
    select {ROW}, d.id, d.error, d.created_at, f.sha256, f.size, f.media_type,
           o.uuid as order_uuid, o.number as order_number, d.company_id, c.name as company,
           d.chain, d.corrected_on
      from fondaco.document d
      join fondaco.company c on c.id = d.company_id
      left join fondaco.file f on f.id = d.file_id
      left join fondaco.customer_order o on o.id = d.order_id
     where d.uuid = :uuid and {_SCOPE}
    """
)
OF_ORDER: TextClause = text(
    f"""
    select {ROW} from fondaco.document d
     where d.order_id = :order and {_SCOPE} and {_NEWEST}
     order by d.issued_on, d.kind, d.number, d.format
    """
)
OF_CHAIN: TextClause = text(
    f"""
    select {ROW} from fondaco.document d
     where d.chain = :chain and {_SCOPE}
     order by d.version desc, d.format
    """
)
PAGE: TextClause = text(
    f"""
    select {ROW}, c.name, o.uuid, coalesce(o.number, '')
      from fondaco.document d
      join fondaco.company c on c.id = d.company_id
      left join fondaco.customer_order o on o.id = d.order_id
     where {_SCOPE} and {_NEWEST}
       and (cast(:kind as text) = '' or d.kind = :kind)
       and (cast(:since as date) is null or d.issued_on >= :since)
       and (cast(:until as date) is null or d.issued_on <= :until)
       and (cast(:number as text) = '' or strpos(d.number, :number) > 0 or o.number = :number)
       and d.id < coalesce((select b.id from fondaco.document b
                             where b.uuid = cast(:before as uuid)), 9223372036854775807)
     order by d.id desc
     limit :most
    """
)
FILES_OF_ORDER: TextClause = text(
    f"""
    select {ROW}, f.sha256
      from fondaco.document d
      join fondaco.file f on f.id = d.file_id
      join fondaco.customer_order o on o.id = d.order_id
     where o.uuid = :order and {_SCOPE} and {_NEWEST} and d.state = 'ready'
     order by d.issued_on, d.kind, d.number, d.version, d.format
    """
)


def _sight(ask: AskContext, scope: Scope) -> Mapping[str, object]:
    """The scope, without the kinds that are closed to the asker."""
    return {**scope_parameters(scope), "closed": closed_kinds(ask)}


class Wanted(Struct, frozen=True):
    """What a list is narrowed to; days include their ends, `number` is also that of an order."""

    kind: str = ""
    since: date | None = None
    until: date | None = None
    number: str = ""


class ListedDocument(Struct, frozen=True):
    """A document in the list of all; the company is for staff."""

    row: DocumentRow
    company: str
    order: UUID | None
    order_number: str


async def find_document(ask: AskContext, uuid: UUID, scope: Scope) -> FoundDocument:
    """One document. Raises `NotFound`, also for another company's."""
    rows = await ask.fetch(FIND, {"uuid": uuid, **_sight(ask, scope)})
    if not rows:
        raise NotFound(
            Reason("document.absent", "Такого документа нет", "There is no such document")
        )
    row = rows[0]
    return FoundDocument(
        row.id,
        document_row(ask, row[:WIDTH]),
        row.error,
        row.created_at,
        row.sha256,
        row.size or 0,
        row.media_type or "",
        row.order_uuid,
        row.order_number or "",
        row.company_id,
        row.company,
        row.chain,
        row.corrected_on,
    )


async def documents_of_order(
    ask: AskContext, order_id: OrderId, scope: Scope
) -> Sequence[DocumentRow]:
    """The documents of an order in their newest versions."""
    rows = await ask.fetch(OF_ORDER, {"order": order_id, **_sight(ask, scope)})
    return tuple(document_row(ask, tuple(row)) for row in rows)


async def versions_of(ask: AskContext, chain: UUID, scope: Scope) -> Sequence[DocumentRow]:
    """Every version of a document in all its formats, the newest first."""
    rows = await ask.fetch(OF_CHAIN, {"chain": chain, **_sight(ask, scope)})
    return tuple(document_row(ask, tuple(row)) for row in rows)


async def list_documents(
    ask: AskContext,
    scope: Scope,
    wanted: Wanted = Wanted(),
    *,
    before: UUID | None = None,
    most: int = 50,
) -> Sequence[ListedDocument]:
    """Documents in their newest versions, newest first, from below the one with the uuid `before`.

    One statement.
    """
    values = {
        "kind": wanted.kind,
        "since": wanted.since,
        "until": wanted.until,
        "number": wanted.number,
        "before": before,
        "most": most,
    }
    rows = await ask.fetch(PAGE, {**values, **_sight(ask, scope)})
    return tuple(ListedDocument(document_row(ask, row[:WIDTH]), *row[WIDTH:]) for row in rows)


async def files_of_order(ask: AskContext, order: UUID, scope: Scope) -> Mapping[DocumentRow, bytes]:
    """What can be handed out of an order's documents, with the digests of their files."""
    rows = await ask.fetch(FILES_OF_ORDER, {"order": order, **_sight(ask, scope)})
    found = ((document_row(ask, row[:WIDTH]), row[WIDTH]) for row in rows)
    return {row: digest for row, digest in found if row.may_download}
