"""What the plugin answers the kernel."""

from collections.abc import Sequence

from fondaco_loyalty.standing import Question, standing, standings
from fondaco_loyalty.wording import TITLE, discount_reason, invoice_text
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.document import Block, DocumentSubject
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Stage


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """The same discount on every line: that of the company's status."""
    if ask.customer is None or not lines:
        return ()
    tier = (await standing(ask, ask.customer.company_id)).tier
    if tier is None or not tier.percent:
        return ()
    reason = discount_reason(ask, tier)
    return tuple(Discount(line.line, Stage.LOYALTY, reason, tier.percent) for line in lines)


@impl
async def document_blocks(ask: Ask, documents: Sequence[DocumentSubject]) -> Sequence[Block]:
    """On an invoice: the status, and what this order adds to it."""
    answers = await standings(
        ask,
        [
            Question(str(document.key), CompanyId(document.company_id), document.order_uuid)
            for document in documents
            if document.kind == "invoice" and document.order_uuid is not None
        ],
    )
    return tuple(
        Block(int(key), TITLE, invoice_text(ask, answer.standing, answer.adds))
        for key, answer in answers.items()
        if answer.adds is not None and answer.standing.tiers
    )
