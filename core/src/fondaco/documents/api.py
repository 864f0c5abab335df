"""Documents over the JSON API, within the scope of the token's person."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import File
from msgspec import Struct

from fondaco.documents.files import file_for
from fondaco.documents.filetypes import file_type
from fondaco.documents.model import DocumentRow
from fondaco.documents.reading import Wanted, find_document, list_documents
from fondaco.files.service import Files
from fondaco.hooks.context import AskContext
from fondaco.web.api import ERRORS, AskDependency, PageOf
from fondaco_sdk.errors import UserError
from fondaco_sdk.manifest import DocumentRight
from fondaco_sdk.types.reason import Reason

MOST = 100
MOST_UPLOADED = 60_000_000


class DocumentOut(Struct):
    """A document in its newest version; `order` is null for one that belongs to none.

    `origin`: issued by the portal or in the ERP. `rights`: what the token's person may do.
    """

    id: UUID
    kind: str
    title: str
    number: str
    issued_on: date
    version: int
    origin: Literal["portal", "erp"]
    format: str
    state: Literal["waiting", "ready", "failed"]
    rights: list[DocumentRight]
    order: UUID | None


class DocumentDetailOut(DocumentOut):
    """`newest` is false once a corrected one was issued. `sha256` is null until there is a file."""

    newest: bool
    sha256: str | None
    size: int


@get("/documents", responses=ERRORS, policy="document.view", summary="Documents, newest first")
async def list_all(
    ask: AskDependency,
    cursor: Annotated[str, QueryParameter(description="`next` of the page before")] = "",
    kind: Annotated[str, QueryParameter(description="`invoice`, `upd`, ...")] = "",
    since: Annotated[date | None, QueryParameter(description="Issued on this day or later")] = None,
    until: Annotated[date | None, QueryParameter(description="Issued on it or before")] = None,
    number: Annotated[
        str, QueryParameter(description="A part of the number, or the number of an order")
    ] = "",
) -> PageOf[DocumentOut]:
    """A page of at most 100 documents in their newest versions."""
    wanted = Wanted(kind, since, until, number)
    before = _cursor(cursor)
    found = await list_documents(ask, ask.scope, wanted, before=before, most=MOST)
    last = str(found[-1].row.uuid) if len(found) == MOST else None
    return PageOf([DocumentOut(**_fields(ask, one.row, one.order)) for one in found], last)


@get(
    "/documents/{uuid:uuid}",
    responses=ERRORS,
    policy="document.view",
    summary="One document with the digest of its file",
)
async def read_document(ask: AskDependency, uuid: FromPath[UUID]) -> DocumentDetailOut:
    """404 also for another company's."""
    found = await find_document(ask, uuid, ask.scope)
    return DocumentDetailOut(
        **_fields(ask, found.row, found.order_uuid),
        newest=found.row.newest,
        sha256=found.digest.hex() if found.digest else None,
        size=found.size,
    )


@get(
    "/documents/{uuid:uuid}/file",
    responses=ERRORS,
    policy="document.view",
    summary="The file of a document",
    media_type="application/octet-stream",
)
async def read_file(ask: AskDependency, uuid: FromPath[UUID]) -> Response[Any]:
    """409 while it is being made, 403 where documents of the kind are not downloaded."""
    found, path = await file_for(ask, uuid, "download")
    return File(path, filename=found.row.filename, media_type=found.media_type)


def _fields(ask: AskContext, row: DocumentRow, order: UUID | None) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "kind": row.kind,
        "title": row.title.text(ask.locale),
        "number": row.number,
        "issued_on": row.issued_on,
        "version": row.version,
        "origin": row.origin,
        "format": row.format,
        "state": row.state,
        "rights": list(row.rights),
        "order": order,
    }


def _cursor(cursor: str) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        reason = Reason("cursor", "Неверный указатель страницы", "This cursor is not one of ours")
        raise UserError(reason, {"cursor": reason}) from None


class UploadedOut(Struct):
    """A file that `erp.documents` may name by its `sha256`."""

    sha256: str
    size: int


@post(
    "/inbound/files",
    responses=ERRORS,
    policy="exchange.write",
    summary="A file of the ERP, for a document that names it by its SHA-256",
    status_code=200,
    request_max_body_size=MOST_UPLOADED,
)
async def take_file(ask: AskDependency, request: Request[Any, Any, Any]) -> UploadedOut:
    """The body is the file itself. The same file again is the same one.

    422 for what is no PDF, xlsx, docx, XML, PNG or JPEG, or larger than the settings allow.
    """
    data = await request.body()
    largest = ask.hall.settings.documents.largest
    kind = file_type(data)
    if kind is None or len(data) > largest:
        raise UserError(
            Reason(
                "document.file",
                f"Файл не PDF, xlsx, docx, XML, PNG или JPEG, или больше {largest} байт",
                f"No PDF, xlsx, docx, XML, PNG or JPEG, or larger than {largest} bytes",
            )
        )
    files = Files(ask.hall.settings.data / "files")
    async with ask.act() as act:
        await files.put(act.connection, data, kind.media_type)
    return UploadedOut(sha256(data).hexdigest(), len(data))
