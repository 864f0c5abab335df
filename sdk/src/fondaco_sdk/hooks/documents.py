"""Hooks about documents."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.document import Block, DocumentSubject


@spec(Failure.STRICT, deadline=5.0)
async def document_blocks(ask: Ask, documents: Sequence[DocumentSubject]) -> Sequence[Block]:
    """Titled paragraphs to add to documents of any kind; the layout places them.

    Asked in the worker; a failure is retried with the document.
    """
    return ()
