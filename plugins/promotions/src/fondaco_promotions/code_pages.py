"""The code field of the cart: use a code, take it out again."""

from typing import Any

from litestar import Request

from fondaco_promotions.cart_code import drop, enter
from fondaco_promotions.slots import form_context
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

FORM, ALONE = "promotions/code_form.html", "promotions/code_page.html"
CHANGED = ("cart-changed",)


async def use_code(request: Request[Any, Any, Any], act: Act, form: Form) -> Page | Redirect:
    """Keep the code for the cart, or the field again with what is wrong with it."""
    typed = form.text("code")
    answer = await enter(act, customer_of(act), typed)
    partial = _partial(request)
    if isinstance(answer, PricedCart):
        if not partial:
            return Redirect("/cart", _DONE)
        return Page(FORM, await form_context(act, answer), triggers=CHANGED)
    context = await form_context(act, await act.cart.priced())
    context |= {"typed": typed, "mistake": answer.text(act.locale)}
    return Page(FORM if partial else ALONE, context, status=422)


async def drop_code(request: Request[Any, Any, Any], act: Act) -> Page | Redirect:
    """The cart without its code."""
    await drop(act, customer_of(act))
    if not _partial(request):
        return Redirect("/cart")
    return Page(FORM, await form_context(act, await act.cart.priced()), triggers=CHANGED)


def customer_of(ask: Ask) -> Customer:
    """For which customer the asker acts. Raises `Forbidden` where for none."""
    if ask.customer is None:
        raise Forbidden(
            Reason(
                "promotions.no_customer",
                "Промокод применяет тот, кто работает от имени компании",
                "A promo code is used by whoever acts for a company",
            )
        )
    return ask.customer


def _partial(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"


_DONE = Reason("promotions.kept", "Промокод принят", "The promo code is accepted")
