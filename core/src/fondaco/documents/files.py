"""The bytes of a document: who may have them is asked here, whichever door they leave by."""

from pathlib import Path
from uuid import UUID

from fondaco.documents.model import FoundDocument
from fondaco.documents.reading import find_document
from fondaco.files.service import Files
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import Conflict, Fault, Forbidden
from fondaco_sdk.manifest import DocumentRight
from fondaco_sdk.types.reason import Reason

_NOT_READY = Reason(
    "document.not_ready",
    "Документ ещё готовится, попробуйте через минуту",
    "The document is still being made: try again in a minute",
)
_NOT_FOR_YOU = Reason(
    "document.rights",
    "Этот документ можно только посмотреть на сайте или запросить у менеджера",
    "This document can only be read on the site, or asked for from your manager",
)


async def file_for(ask: AskContext, uuid: UUID, right: DocumentRight) -> tuple[FoundDocument, Path]:
    """A document in the asker's scope with its file.

    Raises `NotFound`, `Conflict` while it is being made, `Forbidden` without the right.
    """
    found = await find_document(ask, uuid, ask.scope)
    if right not in found.row.rights or (right == "view" and found.row.format != "pdf"):
        raise Forbidden(_NOT_FOR_YOU)
    if found.digest is None:
        raise Conflict(_NOT_READY)
    return found, stored(ask, found.digest)


def stored(ask: AskContext, digest: bytes) -> Path:
    """Where the bytes of a digest lie. Raises `Fault` where they were lost."""
    path = Files(ask.hall.settings.data / "files").path_of(digest)
    if not path.exists():
        raise Fault(f"the file {path.name} of a document is not in the storage")
    return path
