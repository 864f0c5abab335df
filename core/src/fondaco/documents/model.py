"""What the registry hands out: a document's row, and what stands behind it."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from fondaco.documents.parties import Parties
from fondaco.hooks.context import AskContext
from fondaco_sdk.manifest import DocumentRight, Text
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.paper import Quote

RENDER_TASK = "documents.render"
LONGEST_NAME = 120

_STAFF: tuple[DocumentRight, ...] = ("view", "download")
_UNKNOWN = Text("Документ", "Document")
_NOT_IN_NAMES = re.compile(r"[^\w .,№()+-]")


class RenderDocument(Struct, frozen=True):
    """The payload of the task that renders a document."""

    document_id: int


class InvoiceContent(Struct, frozen=True):
    """What an invoice freezes when it is issued; its lines are frozen with the order."""

    parties: Parties


class QuoteContent(Struct, frozen=True):
    """A quote freezes everything: there is no order behind it."""

    parties: Parties
    quote: Quote


class DocumentRow(Struct, frozen=True):
    """A document of the registry as pages list it; `newest`: there is no later version of it.

    `rights` are what the asker may do with it.
    """

    uuid: UUID
    kind: str
    number: str
    issued_on: date
    valid_until: date | None
    format: str
    state: Literal["waiting", "ready", "failed"]
    version: int
    origin: Literal["portal", "erp"]
    newest: bool
    title: Text
    rights: tuple[DocumentRight, ...]

    @property
    def may_download(self) -> bool:
        """Whether its file is handed out."""
        return self.state == "ready" and "download" in self.rights

    @property
    def may_view(self) -> bool:
        """Whether it can be read in the browser: only a PDF can."""
        return self.state == "ready" and self.format == "pdf" and "view" in self.rights

    @property
    def filename(self) -> str:
        """A name for the download, from which nothing can be read as a path."""
        version = f"-v{self.version}" if self.version > 1 else ""
        return f"{safe_name(f'{self.kind}-{self.number}{version}')}.{self.format}"

    def words(self, locale: str) -> str:
        """«Счёт на оплату № 17»."""
        sign = "№" if locale == "ru" else "No."
        return f"{self.title.text(locale)} {sign} {self.number}"


class FoundDocument(Struct, frozen=True):
    """A document and, once rendered, the digest of its file. `created_at` is aware UTC."""

    id: int
    row: DocumentRow
    error: str
    created_at: datetime
    digest: bytes | None
    size: int
    media_type: str
    order_uuid: UUID | None
    order_number: str
    company_id: int
    company: str
    chain: UUID
    corrected_on: date | None


def document_row(ask: AskContext, row: Sequence[Any]) -> DocumentRow:
    """A row of the statements of `reading`: the first ten columns, then a title of its own."""
    own_title = row[-1]
    kind = ask.hall.registry.documents.get(row[1])
    title = kind.title if kind else _UNKNOWN
    if own_title:
        title = Text(own_title, own_title)
    fields: list[Any] = [*row[:-1], title, rights_of(ask, row[1])]
    return DocumentRow(*fields)


def rights_of(ask: AskContext, kind: str) -> tuple[DocumentRight, ...]:
    """What the asker may do with documents of a kind; staff read and download all of them."""
    if ask.actor.kind is not ActorKind.BUYER:
        return _STAFF
    known = ask.hall.registry.documents.get(kind)
    said = ask.hall.settings.documents.rights.get(kind)
    return (known.rights if known else _STAFF) if said is None else said


def closed_kinds(ask: AskContext) -> Sequence[str]:
    """Those of which the asker may do nothing: as if there were none."""
    kinds = {*ask.hall.registry.documents, *ask.hall.settings.documents.rights}
    return sorted(kind for kind in kinds if not rights_of(ask, kind))


def safe_name(text: str) -> str:
    """Letters, figures and a few signs; no beginning that hides a file or leads elsewhere."""
    return _NOT_IN_NAMES.sub("_", text).strip(" .")[:LONGEST_NAME] or "_"
