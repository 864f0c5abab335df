"""An analogue in a line's place by one press, and the former product again by another."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Request

from fondaco.cart.drawn import CART, CHANGED, POLICY, shown
from fondaco.cart.replacing import (
    Replaced,
    put_joined_apart,
    put_line_back,
    replace_line,
)
from fondaco.cart.service import no_line
from fondaco.hooks.context import ActContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("POST", "/cart/lines/{line:uuid}/replace", policy=POLICY)
async def replace_by_analogue(
    request: Request[Any, Any, Any], act: ActContext, form: Form, line: UUID
) -> Page | Redirect:
    """The line is of another product now; the answer offers to put the former back."""
    try:
        product = UUID(form.text("product"))
    except ValueError:
        raise no_line() from None
    return await _answer(request, act, await replace_line(act, line, product), undo=True)


@route("POST", "/cart/lines/{line:uuid}/put-back", policy=POLICY)
async def put_back_original(
    request: Request[Any, Any, Any], act: ActContext, line: UUID, quantity: str = ""
) -> Page | Redirect:
    """The line is of its former product again, in the `quantity` it had then."""
    replaced = await put_line_back(act, line, _quantity(quantity))
    return await _answer(request, act, replaced, undo=False)


@route("POST", "/cart/lines/{line:uuid}/apart", policy=POLICY)
async def put_apart(
    request: Request[Any, Any, Any],
    act: ActContext,
    line: UUID,
    removed: UUID | None = None,
    quantity: str = "",
) -> Page | Redirect:
    """The line is of `quantity` again, and the one that went into it is back."""
    before = _quantity(quantity)
    if removed is None or before is None:
        raise no_line()
    await put_joined_apart(act, line, removed, before)
    if not is_htmx(request):
        return Redirect(CART)
    return await shown(act, "cart/answers/all.html", triggers=CHANGED)


async def _answer(
    request: Request[Any, Any, Any], act: ActContext, replaced: Replaced, *, undo: bool
) -> Page | Redirect:
    if not is_htmx(request):
        return Redirect(CART, notice=_said(replaced))
    context = {"replaced": replaced, "undo": undo}
    return await shown(act, "cart/answers/replaced.html", context, CHANGED)


def _quantity(typed: str) -> Decimal | None:
    try:
        return Decimal(typed) if typed else None
    except InvalidOperation:
        raise no_line() from None


def _said(replaced: Replaced) -> Reason:
    was, now = (product.sku or product.name for product in (replaced.was, replaced.now))
    return Reason(
        "cart.replaced",
        f"Вместо {was} в корзине {now}",
        f"{now} is in the cart instead of {was}",
        {"was": was, "now": now},
    )
