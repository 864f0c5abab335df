"""The cart's page, and pieces of it, drawn from the cart as it is."""

from typing import Any

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.page_model import CartModel, cart_model
from fondaco.cart.reading import CartView
from fondaco.cart.replacing import offers_in_cart
from fondaco.cart.service import Carts
from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.context import Subject
from fondaco_sdk.web import Page

POLICY = "order.place"
CART = "/cart"
SLOT = "cart.summary"

# The button that asked may be gone by then, and an event of a lost element reaches nobody.
CHANGED = ('{"cart-changed": {"target": "body"}}',)


async def shown(
    act: ActContext,
    template: str,
    context: dict[str, Any] | None = None,
    triggers: tuple[str, ...] = (),
) -> Page:
    """A piece of the cart's page after a change; new lines count as seen from here on."""
    carts = Carts(act)
    view = await carts.view()
    await carts.note_shown(act, view)
    return await drawn_cart(act, template, view, context, triggers)


async def drawn_cart(
    ask: AskContext,
    template: str,
    view: CartView,
    context: dict[str, Any] | None = None,
    triggers: tuple[str, ...] = (),
    status: int = 200,
) -> Page:
    """The page or a piece of it, with what may stand in for lines that are short."""
    model = cart_model(view, await offers_in_cart(ask, view))
    return drawn(template, view, model, context, triggers, status)


def drawn(
    template: str,
    view: CartView,
    model: CartModel,
    context: dict[str, Any] | None = None,
    triggers: tuple[str, ...] = (),
    status: int = 200,
) -> Page:
    """The same of a model that is there already."""
    subject = Subject(
        key="cart",
        company_id=view.cart.company_id,
        amount=model.sums.total,
        currency=model.sums.currency,
        cart=view.cart,
    )
    found = {"cart": model, **_NOTHING, **(context or {})}
    found["shown"] = fingerprint(view.cart) if view.changes or found["unnoted"] else ""
    return Page(template, found, status, {SLOT: [subject]}, triggers)


_NOTHING: dict[str, Any] = {
    "typed": {},
    "mistakes": {},
    "removed": None,
    "fresh": False,
    "unnoted": False,
}
