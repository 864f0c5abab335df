"""The page on which a cart is shared out over outlets. Works without a script, by its buttons."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response
from msgspec import Struct

from fondaco.cart.outlet_file import codes_of, outlets_xlsx
from fondaco.cart.outlet_fill import as_it_stood, copied, equal_shares, read_before
from fondaco.cart.outlet_grid import Grid, cells_in, grid_of
from fondaco.cart.outlet_table import FIELD, read_table
from fondaco.cart.outlets import Sharing, Wanted, no_outlet
from fondaco.cart.pages import CHANGED
from fondaco.cart.reading import CartView
from fondaco.cart.service import Carts
from fondaco.customers.outlets import Outlet, choosable_outlets
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.place"
PAGE = "/cart/outlets"
WHOLE_GRID = 4_000_000


@route("GET", PAGE, policy=POLICY)
async def outlets_page(ask: AskContext, page: int = 1) -> Page:
    """The grid, or what it is for while the cart goes to one address."""
    view = await Carts(ask).view()
    outlets = await choosable_outlets(ask)
    if not view.cart.by_outlets:
        return _begin_page(view, outlets)
    return _page(grid_of(view, outlets, page))


@route("GET", f"{PAGE}/table.xlsx", policy=POLICY)
async def table_file(ask: AskContext) -> Response[bytes]:
    """The grid as it is, to be filled in elsewhere and uploaded again."""
    lines = (await Carts(ask).priced()).lines
    codes = await codes_of(ask, [line.product for line in lines])
    data = outlets_xlsx(lines, await choosable_outlets(ask), codes, ask.locale)
    return download(data, f"outlets-{ask.now.astimezone(ask.zone):%Y-%m-%d}.xlsx")


@route("POST", f"{PAGE}/begin", policy=POLICY)
async def begin(act: ActContext) -> Redirect:
    """Share the cart out."""
    await Sharing(act).begin()
    return Redirect(PAGE)


@route("POST", f"{PAGE}/cells", policy=POLICY, max_body=WHOLE_GRID)
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
            view = await _noted(act)
    outlets = await choosable_outlets(ask)
    mistakes = {name: reason.text(ask.locale) for name, reason in wrong.items()}
    if not is_htmx(request):
        if not wrong:
            return Redirect(f"{PAGE}?page={_number(form)}", notice=_SAVED)
        return _page(grid_of(view, outlets, _number(form), form.values(), mistakes), status=422)
    grid = grid_of(view, outlets, _number(form), form.values() if wrong else None, mistakes)
    touched = {name.split(".")[1] for name in form.values() if name.startswith("cell.")}
    context = {"touched": touched, "mistakes": mistakes}
    return _page(grid, "cart/outlets/saved.html", context, status=422 if wrong else 200)


@route("POST", f"{PAGE}/equal", policy=POLICY)
async def share_equally(act: ActContext, form: Form) -> Page:
    """One line, or all of them, in equal shares."""
    stroke = await _stroke(act)
    if not stroke.outlets:
        raise no_outlet()
    lines = _meant(stroke.cart.lines, form)
    await Sharing(act).put([cell for ln in lines for cell in equal_shares(ln, stroke.outlets)])
    return await stroke.page(act, _number(form))


@route("POST", f"{PAGE}/copy", policy=POLICY)
async def copy_column(act: ActContext, form: Form) -> Page:
    """What one outlet gets, to another or to all others."""
    stroke = await _stroke(act)
    by_uuid: Mapping[str, Outlet] = {str(outlet.uuid): outlet for outlet in stroke.outlets}
    source, target = by_uuid.get(form.text("source")), by_uuid.get(form.text("target"))
    if source is None or (target is None and form.text("target")):
        raise no_outlet()
    targets = [target] if target else [outlet for outlet in stroke.outlets if outlet != source]
    await Sharing(act).put(copied(stroke.cart.lines, source, targets))
    return await stroke.page(act, _number(form))


@route("POST", f"{PAGE}/fit", policy=POLICY)
async def drop_rests(act: ActContext, form: Form) -> Page:
    """Order no more than the outlets get: of one line, or of all lines."""
    stroke = await _stroke(act)
    lines = [line.uuid for line in _meant(stroke.cart.lines, form) if line.shares]
    await Sharing(act).fit(lines)
    return await stroke.page(act, _number(form))


@route("POST", f"{PAGE}/table", policy=POLICY, max_body=WHOLE_GRID)
async def paste_table(ask: AskContext, form: Form) -> Page:
    """A table of articles and outlets; what is not in the cart goes in. All of it or nothing.

    It also begins the sharing out.
    """
    typed = next(iter(form.all(FIELD)), "")
    try:
        wanted = await read_table(ask, typed, await choosable_outlets(ask))
        async with ask.act() as act:
            return await take_products(act, wanted, _number(form))
    except UserError as refused:
        said = refused.fields.get(FIELD, refused.reason).text(ask.locale)
        return await refused_page(ask, {"table": typed, "table_error": said}, _number(form))


@route("POST", f"{PAGE}/undo", policy=POLICY, max_body=WHOLE_GRID)
async def undo(act: ActContext, form: Form) -> Page | Redirect:
    """The cart as it was before a stroke, as far as its lines are still there."""
    before = read_before(form.text("before"))
    carts, sharing = Carts(act), Sharing(act)
    here = {row.uuid for row in await carts.rows()}
    if added := [line for line in before.added if line in here]:
        await carts.remove(act, added)
    await sharing.put_back(
        [cell for cell in before.cells() if cell.line in here],
        {line: quantity for line, quantity in before.quantities().items() if line in here},
    )
    if not before.by_outlets:
        await sharing.end()
        return Redirect(PAGE, notice=_AS_BEFORE)
    grid = grid_of(await _noted(act), await choosable_outlets(act), _number(form))
    return _page(grid)


async def take_products(act: ActContext, wanted: Sequence[Wanted], page: int = 1) -> Page:
    """The grid after a whole table was put into it at a stroke, with what undoes that.

    It also begins the sharing out. A line that was shared out to the last piece stays so.
    """
    stroke, sharing = await _stroke(act), Sharing(act)
    await sharing.begin()
    await sharing.put_products(wanted)
    products = {one.product for one in wanted}
    await sharing.fit(
        [
            line.uuid
            for line in stroke.cart.lines
            if line.shares and not line.unshared and line.product.id in products
        ]
    )
    return await stroke.page(act, page)


async def refused_page(ask: AskContext, context: Mapping[str, str], page: int = 1) -> Page:
    """The page as it is, with what was wrong with a table: `table_error` or `file_error`."""
    view, outlets = await Carts(ask).view(), await choosable_outlets(ask)
    if not view.cart.by_outlets:
        return _begin_page(view, outlets, context)
    return _page(grid_of(view, outlets, page), context=context, status=422)


class _Stroke(Struct, frozen=True):
    """The cart before many cells are changed at a stroke; its page carries what undoes it."""

    cart: PricedCart
    outlets: tuple[Outlet, ...]

    async def page(self, act: ActContext, page: int) -> Page:
        """The grid after it."""
        view = await _noted(act)
        before = as_it_stood(self.cart, self.outlets, view.cart.lines)
        return _page(grid_of(view, self.outlets, page, before=before))


async def _noted(act: ActContext) -> CartView:
    """The cart as it is now; the page shows it, and the top bar its total."""
    carts = Carts(act)
    view = await carts.view()
    await carts.note_shown(act, view)
    return view


async def _stroke(act: ActContext) -> _Stroke:
    return _Stroke((await Carts(act).view()).cart, await choosable_outlets(act))


def _meant(lines: Sequence[PricedCartLine], form: Form) -> Sequence[PricedCartLine]:
    only = form.text("line")
    return [line for line in lines if not only or str(line.uuid) == only]


def _begin_page(
    view: CartView, outlets: Sequence[Outlet], refused: Mapping[str, str] | None = None
) -> Page:
    cart = {"lines": view.cart.lines, "outlets": outlets, "grid": None}
    context = {**cart, **_NOT_REFUSED, **(refused or {})}
    return Page("cart/outlets/begin.html", context, status=422 if refused else 200)


def _page(
    grid: Grid,
    template: str = "cart/outlets/page.html",
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Page:
    more = {"mistakes": {}, **_NOT_REFUSED, **(context or {})}
    return Page(template, {"grid": grid, **more}, status, triggers=CHANGED)


def _number(form: Form) -> int:
    text = form.text("page")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


_NOT_REFUSED = {"table": "", "table_error": "", "file_error": ""}
_AS_BEFORE = Reason("cart.as_before", "Корзина снова как была", "The cart is as it was")
_SAVED = Reason("cart.shares_saved", "Распределение сохранено", "The shares are saved")
