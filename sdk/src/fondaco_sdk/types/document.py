"""What a plugin adds to a document."""

from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.reason import Reason


class DocumentSubject(Struct, frozen=True):
    """A document about to be rendered: an order's invoice, a quote, ..."""

    key: int
    kind: str
    order_uuid: UUID | None
    company_id: int


class Block(Struct, frozen=True):
    """A titled paragraph that a plugin adds to the document `key`; the layout places it."""

    key: int
    title: Reason
    text: Reason
