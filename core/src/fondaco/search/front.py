"""The front page: where a day of ordering begins."""

from collections.abc import Sequence

from fondaco.catalog.categories import category_tree
from fondaco.hooks.context import AskContext
from fondaco.orders.listing import ListedOrder, list_orders
from fondaco.web.routing import route
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.web import Page, Redirect

RECENT = 3


@route("GET", "/", policy="signed-in")
async def front_page(ask: AskContext) -> Page | Redirect:
    """Search, quick order, the last orders and the categories; staff go to their desk.

    Whoever has no company that was accepted reads how that stands.
    """
    if ask.actor.kind is ActorKind.STAFF and not ask.on_behalf:
        return Redirect("/staff")
    if ask.customer is None:
        return Redirect("/waiting")
    orders: Sequence[ListedOrder] = ()
    if ask.actor.may("order.view"):
        orders = await list_orders(ask, ask.scope, most=RECENT)
    return Page(
        "search/front.html",
        {
            "tree": await category_tree(ask) if ask.actor.may("catalog.view") else None,
            "orders": orders,
            "may_order": ask.customer is not None and ask.actor.may("order.place"),
        },
    )
