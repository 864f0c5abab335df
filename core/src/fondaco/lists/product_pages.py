"""From a product's page and from rows of products into lists: the star, and any list by name."""

from typing import Any
from uuid import UUID

from litestar import Request

from fondaco.catalog.content import content_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.pages import local_path
from fondaco.lists.marks import KEEP
from fondaco.lists.pages import HOME
from fondaco.lists.service import ListItem, Lists, no_list
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

PRODUCT = "/products/{uuid:uuid}"


@route("POST", f"{PRODUCT}/favourite", policy=KEEP)
async def mark(
    request: Request[Any, Any, Any], act: ActContext, form: Form, uuid: UUID
) -> Page | Redirect:
    """Among the favourites, or with `on` "0" out of them; a product out of sight is unknown."""
    product = (await content_of(act, uuid)).product
    on = form.text("on", "1") != "0"
    if on:
        await Lists(act).mark(act, ListItem(product.id, product.multiple))
    else:
        await Lists(act).unmark(act, product.id)
    if not is_htmx(request):
        return Redirect(local_path(form.text("next", f"/products/{uuid}")))
    return Page("lists/star.html", {"product": product, "on": on})


@route("GET", f"{PRODUCT}/lists", policy=KEEP)
async def lists_of_product(ask: AskContext, uuid: UUID) -> Page:
    """The lists into which a product may be put, and those that hold it."""
    product = (await content_of(ask, uuid)).product
    context = {"product": product, "holding": await Lists(ask).holding(product.id)}
    return Page("lists/product.html", context)


@route("POST", f"{PRODUCT}/lists", policy=KEEP)
async def put_into_list(act: ActContext, form: Form, uuid: UUID) -> Redirect:
    """Into one of the lists, or a new one where a name is typed."""
    product = (await content_of(act, uuid)).product
    lists = Lists(act)
    name = form.text("name")
    into = await lists.create(act, name) if name else _list(form.text("list"))
    await lists.add(act, into, [_item(form, product)])
    return Redirect(f"{HOME}/{into}", notice=_PUT)


def _item(form: Form, product: Product) -> ListItem:
    typed = form.decimal("quantity") if form.text("quantity") else product.multiple
    return ListItem(product.id, typed)


def _list(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise no_list() from None


_PUT = Reason("lists.put", "Товар в списке", "The product is in the list")
