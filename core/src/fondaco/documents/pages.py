"""Documents: the list, one with its state until it is ready, the file, all of an order's files."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.response import File, Stream

from fondaco.documents.bundle import Packed, zip_of
from fondaco.documents.files import file_for, stored
from fondaco.documents.model import FoundDocument, closed_kinds, safe_name
from fondaco.documents.originals import originals_of
from fondaco.documents.reading import (
    Wanted,
    files_of_order,
    find_document,
    list_documents,
    versions_of,
)
from fondaco.documents.registry import render_again
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

POLICY = "document.view"
ISSUE = "document.issue"
MOST = 50
LONG = timedelta(seconds=30)


@route("GET", "/documents", policy=POLICY)
async def documents_page(
    ask: AskContext,
    kind: str = "",
    since: str = "",
    until: str = "",
    number: str = "",
    before: UUID | None = None,
) -> Page:
    """Every document in sight, newest first, of a kind, a period, a number or an order."""
    wanted = Wanted(kind, _day(since), _day(until), number.strip()[:100])
    found = await list_documents(ask, ask.scope, wanted, before=before, most=MOST + 1)
    shown = found[:MOST]
    query = {"kind": kind, "since": since, "until": until, "number": wanted.number}
    kept = {name: value for name, value in query.items() if value}
    closed = closed_kinds(ask)
    older = urlencode({**kept, "before": str(shown[-1].row.uuid)}) if shown else ""
    return Page(
        "documents/list.html",
        {
            "documents": shown,
            "wanted": wanted,
            "filtered": bool(kept),
            "kinds": [
                (name, one.title.text(ask.locale))
                for name, one in ask.hall.registry.documents.items()
                if name not in closed
            ],
            "older": f"/documents?{older}" if len(found) > MOST else "",
            "newest": f"/documents?{urlencode(kept)}" if before else "",
            "staff": _staff(ask),
            "may_issue": ask.actor.may(ISSUE) and not ask.scope.everything,
            "may_send": ask.actor.may("document.send"),
        },
    )


@route("GET", "/documents/{uuid:uuid}", policy=POLICY)
async def document_page(ask: AskContext, uuid: UUID) -> Page:
    """One document: its versions, its digest, until when it is valid, and the file."""
    return Page("documents/page.html", await _document(ask, uuid))


@route("GET", "/documents/{uuid:uuid}/state", policy=POLICY)
async def document_state(ask: AskContext, uuid: UUID) -> Page:
    """The part of the page that changes by itself."""
    return Page("documents/state.html", _state(ask, await find_document(ask, uuid, ask.scope)))


@route("GET", "/documents/{uuid:uuid}/link", policy=POLICY)
async def document_link(ask: AskContext, uuid: UUID) -> Page:
    """The document as a line of another page's list."""
    return Page("documents/link.html", _state(ask, await find_document(ask, uuid, ask.scope)))


@route("GET", "/documents/{uuid:uuid}/file", policy=POLICY)
async def document_file(ask: AskContext, uuid: UUID) -> Response[Any]:
    """The bytes as a download: what is in them never runs as a page of ours."""
    found, path = await file_for(ask, uuid, "download")
    return File(path, filename=found.row.filename, media_type=found.media_type)


@route("GET", "/documents/{uuid:uuid}/view", policy=POLICY)
async def document_view(ask: AskContext, uuid: UUID) -> Response[Any]:
    """A PDF to be read in the browser."""
    found, path = await file_for(ask, uuid, "view")
    return File(
        path,
        filename=found.row.filename,
        media_type=found.media_type,
        content_disposition_type="inline",
    )


@route("POST", "/documents/{uuid:uuid}/retry", policy=POLICY)
async def retry_document(act: ActContext, uuid: UUID) -> Redirect:
    """Another try at a document that could not be made."""
    await find_document(act, uuid, act.scope)
    await render_again(act, uuid, act.scope)
    return Redirect(f"/documents/{uuid}")


@route("GET", "/orders/{uuid:uuid}/documents.zip", policy=POLICY)
async def order_bundle(ask: AskContext, uuid: UUID) -> Response[Any]:
    """All that may be downloaded of an order's documents, in their newest versions."""
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    found = await files_of_order(ask, uuid, ask.scope)
    if not found:
        raise Conflict(
            Reason(
                "document.none_of_order",
                "У заказа пока нет готовых документов",
                "The order has no documents that are ready yet",
            )
        )
    files = [
        Packed(stored(ask, digest), _name_in_zip(ask, row), row.format)
        for row, digest in found.items()
    ]
    name = f"documents-{safe_name(order.number)}.zip"
    headers = {"content-disposition": f'attachment; filename="{_ascii(name)}"'}
    return Stream(zip_of(files), media_type="application/zip", headers=headers)


def _name_in_zip(ask: AskContext, row: Any) -> str:
    words = f"{row.words(ask.locale)} {row.issued_on:%Y-%m-%d}"
    if row.version > 1:
        words += f" ({'версия' if ask.locale == 'ru' else 'version'} {row.version})"
    return words


def _ascii(name: str) -> str:
    return "".join(char if char.isascii() else "_" for char in name)


async def _document(ask: AskContext, uuid: UUID) -> dict[str, Any]:
    found = await find_document(ask, uuid, ask.scope)
    kind = ask.hall.registry.documents.get(found.row.kind)
    ours = found.row.origin == "portal" and kind is not None and kind.about not in ("", "cart")
    return {
        **_state(ask, found),
        "versions": await versions_of(ask, found.chain, ask.scope),
        "originals": await originals_of(ask, found.id),
        "may_ask": "original" in found.row.rights and found.row.newest,
        "may_send": ask.actor.may("document.send"),
        "may_correct": _staff(ask) and ask.actor.may(ISSUE) and ours and found.row.newest,
    }


def _state(ask: AskContext, found: FoundDocument) -> dict[str, Any]:
    return {
        "document": found.row,
        "found": found,
        "slow": _is_slow(found, ask.now),
        "staff": _staff(ask),
    }


def _staff(ask: AskContext) -> bool:
    return ask.actor.kind is ActorKind.STAFF


def _is_slow(found: FoundDocument, now: datetime) -> bool:
    return bool(found.row.state == "waiting" and now - found.created_at > LONG)


def _day(value: str) -> date | None:
    """A day as browsers send it; what is none narrows nothing."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
