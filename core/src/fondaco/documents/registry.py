"""Writing the registry: a document, a corrected one, another try at what could not be rendered."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, insert, text
from uuid_utils.compat import uuid7

from fondaco.documents.model import RENDER_TASK, RenderDocument
from fondaco.documents.tables import document
from fondaco.hooks.context import ActContext
from fondaco.orders.queries import scope_parameters
from fondaco_sdk.types.actor import Scope

AGAIN: TextClause = text(
    """
    update fondaco.document d set state = 'waiting', error = ''
     where d.uuid = :uuid and d.state = 'failed'
       and (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
    returning d.id
    """
)


class Draft(Struct, frozen=True, kw_only=True):
    """A document to be registered: `content` is all that its layout will be told."""

    kind: str
    number: str
    issued_on: date
    company_id: int
    content: Struct
    formats: Sequence[str] = ("pdf",)
    valid_until: date | None = None
    legal_entity_id: int | None = None
    seller_id: int | None = None
    order_id: int | None = None
    shipment_id: int | None = None
    chain: UUID | None = None
    version: int = 1
    corrected_on: date | None = None


def in_language_of(act: ActContext, kind: str) -> ActContext:
    """Where a document of a kind is written: in the kind's language, if it has but one."""
    known = act.hall.registry.documents.get(kind)
    return act.speaking(known.locale if known else "")


async def register(act: ActContext, draft: Draft) -> Sequence[UUID]:
    """One row for each format, each rendered by a task after the commit, in the language of `act`:
    that in which its content was written (`in_language_of`)."""
    chain = draft.chain or uuid7()
    content = plain(draft.content)
    kept = {
        name: getattr(draft, name)
        for name in draft.__struct_fields__
        if name not in ("content", "formats", "chain")
    }
    made: list[UUID] = []
    for format_ in draft.formats:
        uuid = uuid7()
        values = {**kept, "chain": chain, "content": content, "format": format_}
        rows = await act.fetch(
            insert(document).values(uuid=uuid, locale=act.locale, **values).returning(document.c.id)
        )
        await act.enqueue(RENDER_TASK, RenderDocument(rows[0].id), key=str(uuid))
        made.append(uuid)
    return made


async def render_again(act: ActContext, uuid: UUID, scope: Scope) -> None:
    """Queue a failed document once more, at once; one that did not fail is left alone."""
    rows = await act.fetch(AGAIN, {"uuid": uuid, **scope_parameters(scope)})
    if rows:
        # A key of its own: the failed task may still wait for its next try under the first one.
        await act.enqueue(RENDER_TASK, RenderDocument(rows[0].id), key=str(uuid7()))


def plain(content: Struct) -> Any:
    """Content as the table keeps it."""
    return msgspec.json.decode(msgspec.json.encode(content))
