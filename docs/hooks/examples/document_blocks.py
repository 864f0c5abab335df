"""Working hours on every invoice."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.document import Block, DocumentSubject
from fondaco_sdk.types.reason import Reason

TITLE = Reason("example.hours_title", "Часы работы", "Working hours")
HOURS = Reason(
    "example.hours", "В декабре склад работает с 8 до 20", "In December we are open from 8 to 20"
)


@impl
async def document_blocks(ask: Ask, documents: Sequence[DocumentSubject]) -> Sequence[Block]:
    """One block for each invoice of the batch."""
    return tuple(Block(d.key, TITLE, HOURS) for d in documents if d.kind == "invoice")
