"""From a page of products into the cart: one row by its button, or all that have a quantity."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request

from fondaco.assortments.sight import sight_of
from fondaco.cart.service import CartItem, Carts
from fondaco.catalog.queries import ON_SALE_BY_UUIDS
from fondaco.hooks.context import ActContext
from fondaco.identity.pages import local_path
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

FIELD = "quantity-"
_SHOWN = (LineSource.SEARCH, LineSource.PRODUCT, LineSource.ANALOGUE)
SOURCES = {source.value: source for source in _SHOWN}


@route("POST", "/products/cart", policy="order.place")
async def into_cart(
    request: Request[Any, Any, Any], act: ActContext, form: Form
) -> Page | Redirect:
    """`only` names the row of the pressed button; without a quantity one step of it is meant."""
    # In the order of the rows, which `form` does not keep.
    wanted = typed_quantities(form, list(dict.fromkeys(await request.form())))
    items = await _items(act, wanted, SOURCES.get(form.text("source"), LineSource.SEARCH))
    carts: Carts = act.service("cart")
    await carts.add(act, items)
    # The top bar shows the total that was last shown, so the cart is priced and shown here.
    view = await carts.view()
    await carts.note_shown(act, view)
    if not is_htmx(request):
        return Redirect(local_path(form.text("next", "/search")), notice=_added(len(items)))
    added = {item.product_id for item in items}
    lines = [line for line in view.cart.lines if line.product.id in added]
    return Page("search/added.html", {"lines": lines}, triggers=("cart-changed",))


def typed_quantities(form: Form, names: Sequence[str]) -> dict[UUID, Decimal | None]:
    """The quantity of each named product; None: none was typed. Raises `UserError`."""
    only = form.text("only")
    names = [f"{FIELD}{only}"] if only else [name for name in names if name.startswith(FIELD)]
    found: dict[UUID, Decimal | None] = {}
    for name in names:
        typed = form.decimal(name) if form.text(name) else None
        if typed or only:
            found[_uuid(name.removeprefix(FIELD))] = typed
    if not found:
        raise UserError(
            Reason(
                "search.nothing_typed",
                "Укажите количество хотя бы в одной строке",
                "Type a quantity in one row at least",
            )
        )
    return found


async def _items(
    act: ActContext, wanted: dict[UUID, Decimal | None], source: LineSource
) -> list[CartItem]:
    """The products of the rows. Raises `UserError` where one is not on sale any more."""
    sight = await sight_of(act)
    rows = await act.fetch(ON_SALE_BY_UUIDS, {"uuids": list(wanted), **sight.parameters})
    if len(rows) < len(wanted):
        raise UserError(
            Reason(
                "search.off_sale",
                "Один из товаров уже снят с продажи, в корзину ничего не добавлено."
                " Обновите страницу",
                "One of the products is off sale by now and nothing was added. Reload the page",
            )
        )
    place = {uuid: number for number, uuid in enumerate(wanted)}
    items = []
    for uuid, product_id, multiple in sorted(rows, key=lambda row: place[row[0]]):
        typed = wanted[uuid]
        items.append(CartItem(ProductId(product_id), multiple if typed is None else typed, source))
    return items


def _added(rows: int) -> Reason:
    return Reason(
        "search.added",
        f"Добавлено в корзину: {rows}",
        f"Put into the cart: {rows}",
        {"rows": str(rows)},
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UserError(
            Reason("search.unknown", "Такого товара нет", "There is no such product")
        ) from None
