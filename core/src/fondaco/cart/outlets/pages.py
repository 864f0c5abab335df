"""The page on which a cart is shared out over outlets. Works without a script, by its buttons."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response

from fondaco.cart.cell_form import WHOLE_TABLE, cells_in, lines_in, page_number
from fondaco.cart.drawn import CART, CHANGED, POLICY, shown
from fondaco.cart.outlets.grid import Grid, grid_of
from fondaco.cart.outlets.service import Sharing
from fondaco.cart.outlets.table import parts_of_outlets
from fondaco.cart.part_file import codes_of, dealt_xlsx
from fondaco.cart.reading import CartView
from fondaco.cart.service import Carts
from fondaco.customers.outlets import Outlet, choosable_outlets
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

PAGE = "/cart/outlets"


@route("GET", PAGE, policy=POLICY)
async def outlets_page(ask: AskContext, page: int = 1) -> Page:
    """The grid, or what it is for while the cart goes to one address."""
    view = await Carts(ask).view()
    outlets = await choosable_outlets(ask)
    if not view.cart.by_outlets:
        return _begin_page(view, outlets)
    return grid_page(grid_of(view, outlets, page))


@route("GET", f"{PAGE}/table.xlsx", policy=POLICY)
async def table_file(ask: AskContext) -> Response[bytes]:
    """The grid as it is, to be filled in elsewhere and uploaded again."""
    lines = (await Carts(ask).priced()).lines
    codes = await codes_of(ask, [line.product for line in lines])
    title = "По торговым точкам" if ask.locale == "ru" else "By outlets"
    outlets = parts_of_outlets(await choosable_outlets(ask))
    data = dealt_xlsx(title, lines, outlets, codes, ask.locale)
    return download(data, f"outlets-{ask.now.astimezone(ask.zone):%Y-%m-%d}.xlsx")


@route("POST", f"{PAGE}/begin", policy=POLICY)
async def begin(act: ActContext) -> Redirect:
    """Share the cart out."""
    await Sharing(act).begin()
    return Redirect(PAGE)


@route("POST", f"{PAGE}/end", policy=POLICY)
async def one_address(request: Request[Any, Any, Any], act: ActContext) -> Page | Redirect:
    """One address again; the shares are kept, and come back by one press."""
    await Sharing(act).end()
    if not is_htmx(request):
        return Redirect(CART, notice=_ONE_ADDRESS)
    return await shown(act, "cart/answers/one_address.html", triggers=CHANGED)


@route("POST", f"{PAGE}/resume", policy=POLICY)
async def shared_again(act: ActContext) -> Page:
    """The cart is shared out as it was."""
    await Sharing(act).begin()
    return await shown(act, "cart/answers/all.html", triggers=CHANGED)


@route("POST", f"{PAGE}/cells", policy=POLICY, max_body=WHOLE_TABLE)
async def put_cells(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Redirect:
    """The cells that were changed, or without a script all of the page."""
    cells, wrong = cells_in(form)
    if wrong:
        view = await Carts(ask).view()
    else:
        async with ask.act() as act:
            await Sharing(act).put(cells)
            view = await noted(act)
    outlets = await choosable_outlets(ask)
    mistakes = {name: reason.text(ask.locale) for name, reason in wrong.items()}
    if not is_htmx(request):
        if not wrong:
            return Redirect(f"{PAGE}?page={page_number(form)}", notice=_SAVED)
        return grid_page(
            grid_of(view, outlets, page_number(form), form.values(), mistakes), status=422
        )
    grid = grid_of(view, outlets, page_number(form), form.values() if wrong else None, mistakes)
    context = {"touched": lines_in(form), "mistakes": mistakes}
    return grid_page(grid, "cart/outlets/saved.html", context, status=422 if wrong else 200)


async def refused_page(ask: AskContext, context: Mapping[str, str], page: int = 1) -> Page:
    """The page as it is, with what was wrong with a table: `table_error` or `file_error`."""
    view, outlets = await Carts(ask).view(), await choosable_outlets(ask)
    if not view.cart.by_outlets:
        return _begin_page(view, outlets, context)
    return grid_page(grid_of(view, outlets, page), context=context, status=422)


async def noted(act: ActContext) -> CartView:
    """The cart as it is now; the page shows it, and the top bar its total."""
    carts = Carts(act)
    view = await carts.view()
    await carts.note_shown(act, view)
    return view


def _begin_page(
    view: CartView, outlets: Sequence[Outlet], refused: Mapping[str, str] | None = None
) -> Page:
    cart = {"lines": view.cart.lines, "outlets": outlets, "grid": None}
    context = {**cart, **_NOT_REFUSED, **(refused or {})}
    return Page("cart/outlets/begin.html", context, status=422 if refused else 200)


def grid_page(
    grid: Grid,
    template: str = "cart/outlets/page.html",
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Page:
    """The grid's page, or a piece of it."""
    more = {"mistakes": {}, **_NOT_REFUSED, **(context or {})}
    return Page(template, {"grid": grid, **more}, status, triggers=CHANGED)


_NOT_REFUSED = {"pasted": "", "table_error": "", "file_error": ""}
_SAVED = Reason("cart.shares_saved", "Распределение сохранено", "The shares are saved")
_ONE_ADDRESS = Reason(
    "cart.one_address",
    "Заказ снова на один адрес. Распределение сохранено: его можно вернуть",
    "The order is for one address again. The shares are kept, and you can have them back",
)
