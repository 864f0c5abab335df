"""A product into a list, from wherever it stands, and back out as if it had not been put in."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from uuid import UUID

from msgspec import Struct

from fondaco.hooks.context import ActContext
from fondaco.lists import queries
from fondaco.lists.service import Holding, ListItem, Lists, no_list
from fondaco_sdk.types.ids import ProductId


class Put(Struct, frozen=True):
    """A product went into `list`. `before`: what stood there of it; `made`: the list is new."""

    list: UUID
    before: Decimal | None = None
    made: bool = False


async def put(act: ActContext, item: ListItem, *, into: UUID | None, name: str) -> Put:
    """Into a list, or without one into a new list of that name."""
    lists = Lists(act)
    if into is None:
        made = await lists.create(act, name)
        await lists.add(act, made, [item])
        return Put(made, made=True)
    before = _of(await lists.holding(item.product_id), into)
    await lists.add(act, into, [item])
    return Put(into, before)


async def take_back(act: ActContext, product: ProductId, done: Put) -> bool:
    """As it was: the old quantity, or none. Returns whether the list is still there.

    A list that was made for the product goes with it, unless it holds something else by now.
    """
    lists = Lists(act)
    if done.before is not None:
        await lists.add(act, done.list, [ListItem(product, done.before)])
        return True
    values = {"uuid": done.list, "product": product, **lists.person}
    await act.execute(queries.TAKE_OUT_PRODUCT, values)
    if done.made and not (await lists.head(done.list)).lines:
        await lists.remove(act, done.list)
        return False
    return True


def quantity_of(typed: str) -> Decimal | None:
    """A quantity of an address; None where it is none."""
    try:
        quantity = Decimal(typed)
    except InvalidOperation:
        return None
    return quantity if quantity.is_finite() and quantity > 0 else None


def _of(holding: Sequence[Holding], uuid: UUID) -> Decimal | None:
    found = [one for one in holding if one.list.uuid == uuid]
    if not found:
        raise no_list()
    return found[0].quantity
