"""A product's own page, on sale or not any more; and why it costs what it costs."""

from uuid import UUID

from fondaco.catalog.categories import category_tree
from fondaco.catalog.content import content_of
from fondaco.hooks.context import AskContext
from fondaco.lists.service import Lists
from fondaco.orders.bought import Bought, bought_before
from fondaco.search.analogues import offers_on
from fondaco.search.shelf import shelf_of
from fondaco.search.tiers import tiers_of
from fondaco.substitutes.wanted import note_wanted
from fondaco.web.routing import route
from fondaco_sdk.context import Subject
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.product import Product
from fondaco_sdk.web import Page

POLICY = "catalog.view"
SLOT = "product.aside"


@route("GET", "/products/{uuid:uuid}", policy=POLICY)
async def product_page(ask: AskContext, uuid: UUID) -> Page:
    """Everything known of a product, its price and stock, and the others of its family."""
    content = await content_of(ask, uuid)
    product = content.product
    tree = await category_tree(ask)
    shelf = await shelf_of(ask, [product.id, *content.variants])
    offers = await offers_on(ask, shelf.rows[:1], shelf)
    if not (shelf.rows[0].stock.lots and product.orderable):
        await note_wanted(ask, offers.wanted)
    return Page(
        "search/product.html",
        {
            "content": content,
            "product": product,
            "path": tree.path(tree.get(product.category_id)),
            "shelf": shelf,
            "row": shelf.rows[0],
            "variants": shelf.rows[1:],
            "analogues": offers.of(product.id),
            "degraded": tuple(dict.fromkeys((*shelf.degraded, *offers.degraded))),
            "tiers": await tiers_of(ask, product) if product.orderable else (),
            "bought": await _bought(ask, product),
            "holding": await Lists(ask).holding(product.id) if shelf.keeps else (),
            "quantity": "",
            "staff": ask.actor.kind is ActorKind.STAFF,
        },
        slots={SLOT: [Subject(key="product", product_id=product.id)]},
    )


async def _bought(ask: AskContext, product: Product) -> Bought:
    """Of the company for which the person acts, for whoever may see its orders."""
    if ask.customer is None or not ask.actor.may("order.view"):
        return Bought()
    return await bought_before(ask, ask.customer.company_id, product.id)


@route("GET", "/products/{uuid:uuid}/why", policy=POLICY)
async def why_this_price(ask: AskContext, uuid: UUID) -> Page:
    """The steps of the price of the smallest quantity."""
    product = (await content_of(ask, uuid)).product
    quote = await ask.pricing.quote([PriceLine(0, product.id, product.multiple)])
    return Page("search/why.html", {"price": quote.lines[0], "currency": quote.currency})
