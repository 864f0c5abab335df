"""From a product's page and from rows of products into lists: the star, and any list by name."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request

from fondaco.catalog.content import content_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.pages import local_path
from fondaco.lists.marks import KEEP
from fondaco.lists.pages import HOME
from fondaco.lists.putting import Put, put, quantity_of, take_back
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
async def lists_of_product(
    request: Request[Any, Any, Any], ask: AskContext, uuid: UUID, quantity: str = ""
) -> Page:
    """The lists into which a product may be put, and those that hold it.

    `quantity`: how much of it, as the row says from which the person comes.
    """
    product = (await content_of(ask, uuid)).product
    whole = "lists/choose.html" if is_htmx(request) else "lists/product.html"
    return Page(whole, await _choice(ask, product, quantity))


@route("POST", f"{PRODUCT}/lists", policy=KEEP)
async def put_into_list(
    request: Request[Any, Any, Any], act: ActContext, form: Form, uuid: UUID
) -> Page | Redirect:
    """Into one of the lists, or a new one where a name is typed; to be undone for a while."""
    product = (await content_of(act, uuid)).product
    typed = form.decimal("quantity") if form.text("quantity") else product.multiple
    name = "" if form.text("list") else form.text("name")
    into = None if name else _list(form.text("list"))
    done = await put(act, ListItem(product.id, typed), into=into, name=name)
    if not is_htmx(request):
        return Redirect(f"{HOME}/{done.list}?{_query(put=uuid, done=done)}", notice=_PUT)
    context = await _choice(act, product, form.text("quantity"))
    undo = f"/products/{uuid}/lists/undo?{_query(into=done.list, done=done)}"
    head = await Lists(act).head(done.list)
    return Page("lists/chosen.html", {**context, "into": head, "undo": undo})


@route("POST", f"{PRODUCT}/lists/undo", policy=KEEP)
async def undo_put(
    request: Request[Any, Any, Any],
    act: ActContext,
    uuid: UUID,
    into: UUID,
    before: str = "",
    made: str = "",
) -> Page | Redirect:
    """As it was before."""
    product = (await content_of(act, uuid)).product
    there = await take_back(act, product.id, Put(into, quantity_of(before), made == "1"))
    if is_htmx(request):
        return Page("lists/taken_back.html", {"product": product})
    return Redirect(f"{HOME}/{into}" if there else HOME, notice=_TAKEN_BACK)


async def _choice(ask: AskContext, product: Product, quantity: str) -> dict[str, Any]:
    shown = quantity if quantity_of(quantity) else ""
    holding = await Lists(ask).holding(product.id)
    return {"product": product, "holding": holding, "quantity": shown}


def _query(done: Put, **more: UUID) -> str:
    before = "" if done.before is None else format(done.before, "f")
    fields = {**more, "before": before, "made": "1" if done.made else ""}
    return urlencode({name: value for name, value in fields.items() if value})


def _list(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise no_list() from None


_PUT = Reason("lists.put", "Товар в списке", "The product is in the list")
_TAKEN_BACK = Reason("lists.taken_back", "Как было", "As it was")
