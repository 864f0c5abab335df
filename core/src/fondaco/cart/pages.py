"""The cart's page and the pieces of it that change in place; without a script, whole pages."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Request

from fondaco.cart.drawn import CART, CHANGED, POLICY, drawn, drawn_cart, shown
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.page_model import CartModel, Row, cart_model
from fondaco.cart.reading import customer_of
from fondaco.cart.replacing import offers_in_cart
from fondaco.cart.service import Carts, no_line
from fondaco.hooks.context import ActContext, AskContext
from fondaco.substitutes.wanted import note_wanted
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", "/cart", policy=POLICY)
async def cart_page(ask: AskContext) -> Page:
    """The whole cart."""
    view = await Carts(ask).view()
    offers = await offers_in_cart(ask, view)
    await note_wanted(ask, offers.wanted)
    model = cart_model(view, offers)
    return drawn("cart/page.html", view, model, {"unnoted": view.unnoted})


@route("GET", "/cart/lines", policy=POLICY)
async def cart_lines(ask: AskContext) -> Page:
    """The cart without the page around it, after a plugin changed something in it."""
    view = await Carts(ask).view()
    return await drawn_cart(ask, "cart/answers/all.html", view, {"unnoted": view.unnoted}, CHANGED)


@route("POST", "/cart/seen", policy=POLICY)
async def cart_seen(act: ActContext, form: Form) -> Page:
    """A page says what it has shown for the first time; the answer is the cart in the top bar.

    What differs from it by now stays unseen.
    """
    carts = Carts(act)
    view = await carts.view()
    if fingerprint(view.cart) == form.text("shown"):
        await carts.note_shown(act, view)
    return await cart_badge()


@route("GET", "/cart/badge", policy=POLICY)
async def cart_badge() -> Page:
    """The cart in the top bar."""
    return Page("kernel/fragments/cart_badge.html", {"cart_alone": True})


@route("GET", "/cart/lines/{line:uuid}/why", policy=POLICY)
async def why_this_price(ask: AskContext, line: UUID) -> Page:
    """The steps of one price and its goods' dates, found among all: rules see the whole cart."""
    for priced in (await Carts(ask).view()).cart.lines:
        if priced.uuid == line:
            currency = customer_of(ask).currency
            return Page("cart/why.html", {"line": priced, "currency": currency})
    raise no_line()


@route("POST", "/cart/lines/{line:uuid}", policy=POLICY)
async def edit_line(
    request: Request[Any, Any, Any], act: ActContext, form: Form, line: UUID
) -> Page | Redirect:
    """Another quantity: the row, the sums and the news; all rows where others changed with it."""
    view = await Carts(act).edit(act, line, form.decimal("quantity"))
    if not is_htmx(request):
        return Redirect(CART)
    model = cart_model(view, await offers_in_cart(act, view))
    row = model.row(line)
    if row is None:
        raise no_line()
    if _others_changed(form, model, row):
        return drawn("cart/answers/all.html", view, model, triggers=CHANGED)
    return drawn("cart/answers/line.html", view, model, {"row": row}, CHANGED)


@route("POST", "/cart/lines/{line:uuid}/remove", policy=POLICY)
async def remove_line(
    request: Request[Any, Any, Any], act: ActContext, line: UUID
) -> Page | Redirect:
    """One line out, to be put back within ten seconds or so."""
    carts = Carts(act)
    removed = await carts.remove(act, [line])
    if not is_htmx(request):
        return Redirect(CART)
    view = await carts.view()
    await carts.note_shown(act, view)
    context = {"gone": line, "removed": removed}
    return await drawn_cart(act, "cart/answers/removed.html", view, context, CHANGED)


@route("POST", "/cart/clear", policy=POLICY)
async def clear_cart(request: Request[Any, Any, Any], act: ActContext) -> Page | Redirect:
    """Everything out, to be put back likewise."""
    carts = Carts(act)
    removed = await carts.remove_all(act)
    if not is_htmx(request):
        return Redirect(CART)
    view = await carts.view()
    return await drawn_cart(act, "cart/answers/all.html", view, {"removed": removed}, CHANGED)


@route("POST", "/cart/undo/{removed:uuid}", policy=POLICY)
async def put_back(act: ActContext, removed: UUID) -> Page:
    """What was taken out comes back as it was."""
    if not await Carts(act).put_back(act, removed):
        raise NotFound(
            Reason(
                "cart.nothing_to_undo",
                "Строки уже возвращены, или удалены больше часа назад",
                "The lines are back already, or were removed more than an hour ago",
            )
        )
    return await shown(act, "cart/answers/all.html", triggers=CHANGED)


@route("POST", "/cart/changes", policy=POLICY)
async def accept_changes(
    request: Request[Any, Any, Any], act: ActContext, form: Form
) -> Page | Redirect:
    """The buyer agrees with what changed, of a line or of all; never with what came after it."""
    carts = Carts(act)
    view = await carts.view()
    line = form.text("line")
    fresh = fingerprint(view.cart) != form.text("shown")
    if not fresh:
        await carts.accept(act, view, [_uuid(line)] if line else ())
        view = await carts.view()
    if not is_htmx(request):
        return Redirect(CART)
    return await drawn_cart(act, "cart/answers/all.html", view, {"fresh": fresh}, CHANGED)


def _others_changed(form: Form, model: CartModel, row: Row) -> bool:
    """Whether the lines beside the edited one sum up to something else than the page shows."""
    total, own = _amount(form.text("shown_total")), _amount(form.text("shown_sum"))
    if total is None or own is None:
        return True
    return total - own != model.sums.total - (row.line.price.total or 0)


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if is_figure(amount) else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise no_line() from None
