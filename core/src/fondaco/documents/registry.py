"""The registry as a whole: its list, and another try at what could not be rendered."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.documents.service import RENDER_TASK, DocumentRow, RenderDocument
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.queries import scope_parameters
from fondaco_sdk.types.actor import Scope

PAGE: TextClause = text(
    """
    select d.uuid, d.kind, d.number, d.issued_on, d.valid_until, d.format, d.state, c.name
      from fondaco.document d
      join fondaco.company c on c.id = d.company_id
     where (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
       and d.id < coalesce((select b.id from fondaco.document b
                             where b.uuid = cast(:before as uuid)), 9223372036854775807)
     order by d.id desc
     limit :most
    """
)
AGAIN: TextClause = text(
    """
    update fondaco.document d set state = 'waiting', error = ''
     where d.uuid = :uuid and d.state = 'failed'
       and (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
    returning d.id
    """
)


class ListedDocument(Struct, frozen=True):
    """A document in the list of all; the company is for staff."""

    row: DocumentRow
    company: str


async def list_documents(
    ask: AskContext, scope: Scope, *, before: UUID | None = None, most: int = 50
) -> Sequence[ListedDocument]:
    """Documents, newest first, from below the one with the uuid `before`. One statement."""
    rows = await ask.fetch(PAGE, {"before": before, "most": most, **scope_parameters(scope)})
    return tuple(ListedDocument(DocumentRow(*row[:7]), row[7]) for row in rows)


async def render_again(act: ActContext, uuid: UUID, scope: Scope) -> None:
    """Queue a failed document once more, at once; one that did not fail is left alone."""
    rows = await act.fetch(AGAIN, {"uuid": uuid, **scope_parameters(scope)})
    if rows:
        # A key of its own: the failed task may still wait for its next try under the first one.
        await act.enqueue(RENDER_TASK, RenderDocument(rows[0].id), key=str(uuid7()))
