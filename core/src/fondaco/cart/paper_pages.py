"""The cart on paper: as a quote, and as a workbook."""

from litestar import Response

from fondaco.cart.drawn import POLICY
from fondaco.cart.export import cart_xlsx
from fondaco.cart.service import Carts
from fondaco.documents.service import issue_quote
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Redirect


@route("POST", "/cart/quote", policy=POLICY)
async def quote_cart(act: ActContext, form: Form) -> Redirect:
    """A quote over the cart as it is now; its page shows the file when it is ready."""
    view = await Carts(act).view()
    if not any(line.price.total is not None for line in view.cart.lines):
        raise UserError(
            Reason(
                "cart.nothing_to_quote",
                "В корзине нет строк с ценой, предлагать нечего",
                "The cart has no line with a price: there is nothing to quote",
            )
        )
    format_ = "xlsx" if form.text("format") == "xlsx" else "pdf"
    documents = await issue_quote(act, view.cart, [format_])
    return Redirect(f"/documents/{documents[0]}")


@route("GET", "/cart/export.xlsx", policy=POLICY)
async def export_cart(ask: AskContext) -> Response[bytes]:
    """The cart as a workbook."""
    view = await Carts(ask).view()
    name = f"cart-{ask.now.astimezone(ask.zone):%Y-%m-%d}.xlsx"
    return download(cart_xlsx(view.cart, ask.locale), name)
