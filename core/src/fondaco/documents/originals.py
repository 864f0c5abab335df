"""Paper originals: who asked for one, and that it was sent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.documents.model import DocumentRow, FoundDocument, document_row
from fondaco.documents.reading import ROW, WIDTH
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.queries import scope_parameters
from fondaco_sdk.errors import Forbidden, NotFound
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.reason import Reason

LONGEST_NOTE = 200
MOST = 200

ASK: TextClause = text(
    """
    insert into fondaco.document_original (uuid, document_id, asked_by)
    values (:uuid, :document, :user)
    on conflict (document_id) where sent_at is null do nothing
    """
)
OF_DOCUMENT: TextClause = text(
    """
    select r.uuid, coalesce(u.name, ''), r.asked_at, coalesce(s.name, ''), r.sent_at, r.note
      from fondaco.document_original r
      left join fondaco.user_account u on u.id = r.asked_by
      left join fondaco.user_account s on s.id = r.sent_by
     where r.document_id = :document
     order by r.id desc
    """
)
QUEUE: TextClause = text(
    f"""
    select {ROW}, c.name, r.uuid, coalesce(u.name, ''), r.asked_at, coalesce(s.name, ''), r.sent_at,
           r.note
      from fondaco.document_original r
      join fondaco.document d on d.id = r.document_id
      join fondaco.company c on c.id = d.company_id
      left join fondaco.user_account u on u.id = r.asked_by
      left join fondaco.user_account s on s.id = r.sent_by
     where (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
     order by r.sent_at is not null, r.sent_at desc, r.id
     limit :most
    """
)
SEND: TextClause = text(
    """
    update fondaco.document_original r set sent_at = now(), sent_by = :user, note = :note
      from fondaco.document d
     where r.uuid = :uuid and d.id = r.document_id and r.sent_at is null
       and (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
    returning d.kind, d.number, d.company_id
    """
)
KNOWN: TextClause = text("select 1 from fondaco.document_original where uuid = :uuid")


class Original(Struct, frozen=True):
    """A request; times are aware UTC. `sent_at` None: it waits. `note` is of who has sent it."""

    uuid: UUID
    asked_by: str
    asked_at: datetime
    sent_by: str
    sent_at: datetime | None
    note: str


class Queued(Struct, frozen=True):
    """A request in the list of staff."""

    row: DocumentRow
    company: str
    original: Original


async def ask_for_original(act: ActContext, found: FoundDocument) -> None:
    """Ask for the paper one; while a request waits, another press changes nothing.

    Raises `Forbidden` for a kind whose originals are not sent.
    """
    if "original" not in found.row.rights:
        raise Forbidden(
            Reason(
                "document.no_originals",
                "Оригиналы таких документов не отправляются",
                "Originals of such documents are not sent",
            )
        )
    values = {"uuid": uuid7(), "document": found.id, "user": act.actor.user_id}
    if await act.execute(ASK, values):
        subject = f"document:{found.row.kind} {found.row.number}"
        await act.audit("document.original", subject, None, "asked", found.company_id)


async def originals_of(ask: AskContext, document_id: int) -> Sequence[Original]:
    """The requests for a document that the asker was found to see, the latest first."""
    rows = await ask.fetch(OF_DOCUMENT, {"document": document_id})
    return tuple(Original(*row) for row in rows)


async def queue_of(ask: AskContext, scope: Scope) -> Sequence[Queued]:
    """What waits, the oldest first, then what was sent, the latest first. One statement."""
    rows = await ask.fetch(QUEUE, {"most": MOST, **scope_parameters(scope)})
    return tuple(
        Queued(document_row(ask, row[:WIDTH]), row[WIDTH], Original(*row[WIDTH + 1 :]))
        for row in rows
    )


async def mark_sent(act: ActContext, uuid: UUID, note: str, scope: Scope) -> None:
    """It is on its way; again changes nothing. Raises `NotFound`."""
    values = {"uuid": uuid, "note": note[:LONGEST_NOTE], "user": act.actor.user_id}
    rows = await act.fetch(SEND, {**values, **scope_parameters(scope)})
    if rows:
        subject = f"document:{rows[0].kind} {rows[0].number}"
        await act.audit("document.original", subject, "asked", "sent", rows[0].company_id)
    elif not await act.fetch(KNOWN, {"uuid": uuid}):
        raise NotFound(Reason("original.absent", "Такого запроса нет", "There is no such request"))
