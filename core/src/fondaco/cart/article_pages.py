"""An article typed below the cart's lines."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from litestar import Request

from fondaco.cart.by_article import products_meant, why_not
from fondaco.cart.drawn import CART, CHANGED, POLICY, drawn_cart, shown
from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.context import AskContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("POST", "/cart/articles", policy=POLICY)
async def add_by_article(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Redirect:
    """An article that means one product goes in; one that means several goes to quick order.

    A pasted pair of cells, article and quantity, is understood in the article's field.
    """
    article, _, pasted = form.text("article").partition("\t")
    quantity = pasted.strip() or form.text("quantity")
    try:
        meant = await _meant(ask, article.strip())
        if len(meant) > 1:
            query = urlencode({"text": f"{article}\t{quantity}".strip()})
            return Redirect(f"/quick-order?{query}", notice=_SEVERAL)
        item = CartItem(meant[0].id, _typed_or_pack(quantity, meant[0]), LineSource.SEARCH)
    except UserError as mistake:
        return await _not_added(request, ask, form, mistake)
    async with ask.act() as act:
        await Carts(act).add(act, [item])
        if not is_htmx(request):
            return Redirect(CART)
        return await shown(act, "cart/answers/added.html", {"added": meant[0]}, CHANGED)


def _typed_or_pack(typed: str, product: Product) -> Decimal:
    """What was typed, or one pack. Raises `UserError` for what is no number."""
    return Form({"quantity": [typed]}).decimal("quantity") if typed else product.multiple


async def _meant(ask: AskContext, article: str) -> tuple[Product, ...]:
    """The products that an article means. Raises `UserError` where none of them can be taken."""
    if not article:
        reason = Reason("cart.no_article", "Введите артикул", "Type an article")
        raise UserError(reason, {"article": reason})
    [meant] = await products_meant(ask, [article])
    if problem := why_not(article, meant):
        raise UserError(problem, {"article": problem})
    return meant


async def _not_added(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, mistake: UserError
) -> Page:
    mistakes = {name: reason.text(ask.locale) for name, reason in mistake.fields.items()}
    context = {"typed": form.values(), "mistakes": mistakes}
    view = await Carts(ask).view()
    template = "cart/answers/not_added.html" if is_htmx(request) else "cart/page.html"
    return await drawn_cart(ask, template, view, context, status=422)


_SEVERAL = Reason(
    "cart.several",
    "Артикул означает несколько товаров, выберите нужный",
    "The article means several products: choose the one you need",
)
