"""A buyer asks for a product that they may see and not order: one click."""

from typing import Any
from uuid import UUID

from litestar import Request

from fondaco.assortments.requests import ask_for, asked_of
from fondaco.cart.reading import customer_of
from fondaco.catalog.content import content_of
from fondaco.hooks.context import ActContext
from fondaco.identity.pages import local_path
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.product import Access
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

_OPEN = Reason(
    "product.open",
    "Этот товар вам уже доступен: обновите страницу",
    "You may order this product already: reload the page",
)
_ASKED = Reason(
    "product.asked",
    "Запрос отправлен менеджеру, ответ появится на странице товара",
    "Your manager has the request; the answer will stand on the product's page",
)


@route("POST", "/products/{uuid:uuid}/ask", policy="order.place")
async def ask_for_product(
    request: Request[Any, Any, Any], act: ActContext, uuid: UUID, form: Form
) -> Page | Redirect:
    """One open request per company and product; a product out of sight is unknown here too."""
    product = (await content_of(act, uuid)).product
    if product.access is not Access.ASK:
        raise Conflict(_OPEN)
    await ask_for(act, customer_of(act).company_id, product.id)
    if not is_htmx(request):
        return Redirect(local_path(form.text("next", f"/products/{uuid}")), notice=_ASKED)
    asked = await asked_of(act, act.scope, [product.id])
    return Page("search/asked.html", {"product": product, "asked": asked.get(product.id)})
