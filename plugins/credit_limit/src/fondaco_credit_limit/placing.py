"""Holding a part of the limit for an order, in the order's own transaction."""

from decimal import Decimal

from fondaco_credit_limit.accounts import CREDIT, difference_of, lock, standings, write
from fondaco_credit_limit.wording import other_currency, overtaken, refused
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


async def take_credit(act: Act, order: Order) -> None:
    """Lock the account, look, and write. At most three statements, none without credit.

    Raises `Conflict` where the account does not allow as much any more.
    """
    amount = credit_of(order)
    if not amount:
        return
    await lock(act, [order.legal_entity_id])
    await _allow(act, order, amount)
    await write(act, [(order.legal_entity_id, order.id, "held", amount)])


async def take_difference(act: Act, order: Order) -> None:
    """Hold what is on credit now beside what is held already, or free what is no longer.

    Also of an order that the ERP counts: what it cannot know yet is held until it names it again.

    At most four statements. Raises `Conflict` where the account does not allow more.
    """
    entity = order.legal_entity_id
    await lock(act, [entity])
    difference = await difference_of(act, order.id)
    if difference > 0:
        await _allow(act, order, difference)
    await write(act, [(entity, order.id, "changed", difference)])


async def _allow(act: Act, order: Order, amount: Decimal) -> None:
    standing = (await standings(act, [order.legal_entity_id])).get(order.legal_entity_id)
    if standing is None or standing.currency != order.currency:
        raise Conflict(other_currency(standing) if standing else _NO_ACCOUNT)
    if standing.closed is not None:
        raise Conflict(refused(act.words, standing, amount))
    if amount > standing.available:
        raise Conflict(overtaken(act.words, standing))


def credit_of(order: Order) -> Decimal:
    """What of an order is on credit."""
    return sum((part.amount for part in order.payments if part.way == CREDIT), Decimal(0))


_NO_ACCOUNT = Reason(
    "credit.none", "У юрлица больше нет лимита", "The legal entity has no limit any more"
)
