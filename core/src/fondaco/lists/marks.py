"""Which products of a page are among the favourites of whoever looks."""

from collections.abc import Sequence

from fondaco.hooks.context import AskContext
from fondaco.lists import queries
from fondaco_sdk.types.ids import ProductId

KEEP = "list.keep"


def may_keep(ask: AskContext) -> bool:
    """Whether the actor has lists: people of a company, and staff who act for one."""
    return ask.customer is not None and ask.actor.may(KEEP)


async def marked_of(ask: AskContext, products: Sequence[ProductId]) -> frozenset[ProductId]:
    """Those of `products` that are favourites. One statement, none for who keeps no lists."""
    if not products or ask.customer is None or not may_keep(ask):
        return frozenset()
    mine = {"company": ask.customer.company_id, "user": ask.actor.user_id}
    rows = await ask.fetch(queries.MARKED, {"products": list(products), **mine})
    return frozenset(ProductId(row[0]) for row in rows)
