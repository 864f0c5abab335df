"""Documents: the list, one with its state until it is ready, and the file itself."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import File

from fondaco.documents.registry import list_documents, render_again
from fondaco.documents.service import FoundDocument, find_document
from fondaco.files.service import Files
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, Fault
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

POLICY = "document.view"
MOST = 50
LONG = timedelta(seconds=30)


@route("GET", "/documents", policy=POLICY)
async def documents_page(ask: AskContext, before: UUID | None = None) -> Page:
    """Every document in sight, newest first."""
    found = await list_documents(ask, ask.scope, before=before, most=MOST + 1)
    shown = found[:MOST]
    return Page(
        "documents/list.html",
        {
            "documents": shown,
            "older": f"/documents?before={shown[-1].row.uuid}" if len(found) > MOST else "",
            "newest": "/documents" if before else "",
            "staff": ask.actor.kind is ActorKind.STAFF,
        },
    )


@route("GET", "/documents/{uuid:uuid}", policy=POLICY)
async def document_page(ask: AskContext, uuid: UUID) -> Page:
    """One document: until when it is valid, and the file once there is one."""
    return Page("documents/page.html", await _document(ask, uuid))


@route("GET", "/documents/{uuid:uuid}/state", policy=POLICY)
async def document_state(ask: AskContext, uuid: UUID) -> Page:
    """The part of the page that changes by itself."""
    return Page("documents/state.html", await _document(ask, uuid))


@route("GET", "/documents/{uuid:uuid}/link", policy=POLICY)
async def document_link(ask: AskContext, uuid: UUID) -> Page:
    """The document as a line of another page's list."""
    return Page("documents/link.html", await _document(ask, uuid))


@route("GET", "/documents/{uuid:uuid}/file", policy=POLICY)
async def document_file(ask: AskContext, uuid: UUID) -> Response[Any]:
    """The bytes, always as a download: what is in them never runs as a page of ours."""
    found = await find_document(ask, uuid, ask.scope)
    if found.digest is None:
        raise Conflict(
            Reason(
                "document.not_ready",
                "Документ ещё готовится, попробуйте через минуту",
                "The document is still being made: try again in a minute",
            )
        )
    path = Files(ask.hall.settings.data / "files").path_of(found.digest)
    if not path.exists():
        raise Fault(f"document {uuid}: its file {path.name} is not in the storage")
    return File(path, filename=found.filename, media_type=found.media_type)


@route("POST", "/documents/{uuid:uuid}/retry", policy=POLICY)
async def retry_document(act: ActContext, uuid: UUID) -> Redirect:
    """Another try at a document that could not be made."""
    await find_document(act, uuid, act.scope)
    await render_again(act, uuid, act.scope)
    return Redirect(f"/documents/{uuid}")


async def _document(ask: AskContext, uuid: UUID) -> dict[str, Any]:
    found = await find_document(ask, uuid, ask.scope)
    return {
        "document": found.row,
        "found": found,
        "slow": _is_slow(found, ask.now),
        "staff": ask.actor.kind is ActorKind.STAFF,
    }


def _is_slow(found: FoundDocument, now: datetime) -> bool:
    return found.row.state == "waiting" and now - found.created_at > LONG
