"""What the plugin answers the kernel."""

from collections.abc import Sequence

from fondaco_loyalty.cart_points import points_move
from fondaco_loyalty.redeeming import take_points
from fondaco_loyalty.standing import Question, standing, standings
from fondaco_loyalty.wording import TITLE, discounts, invoice_text
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.document import Block, DocumentSubject
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Stage


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """The same on every line: the discount of the status, and the cumulative one.

    The better of the two applies, and the other says so among the steps.
    """
    if ask.customer is None or not lines:
        return ()
    stands = await standing(ask, ask.customer.company_id, ask.customer.legal_entity_id)
    return tuple(
        Discount(line.line, Stage.LOYALTY, reason, percent)
        for reason, percent in discounts(ask, stands)
        for line in lines
    )


@impl
async def cart_moves(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """What the buyer pays with points."""
    return await points_move(ask, priced)


@impl
async def order_placing(act: Act, order: Order, priced: PricedCart) -> None:
    """Take the points that the order is paid with, or refuse it."""
    await take_points(act, order, priced)


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
        Block(int(key), TITLE, invoice_text(ask, answer.standing, answer.adds, answer.paid))
        for key, answer in answers.items()
        if answer.adds is not None and answer.standing.tiers
    )
