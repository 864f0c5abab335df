"""The page on which a cart is shared out over outlets. Works without a script, by its buttons."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request
from msgspec import Struct

from fondaco.cart.outlet_fill import as_it_stands, copied, equal_shares, read_before
from fondaco.cart.outlet_grid import Grid, cells_in, grid_of
from fondaco.cart.outlet_table import FIELD, read_table
from fondaco.cart.outlets import Sharing, no_outlet
from fondaco.cart.pages import CHANGED
from fondaco.cart.reading import CartView
from fondaco.cart.service import Carts
from fondaco.customers.outlets import Outlet, choosable_outlets
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import PricedCartLine
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
    lines = _meant(stroke.lines, form)
    await Sharing(act).put([cell for ln in lines for cell in equal_shares(ln, stroke.outlets)])
    return await stroke.page(act, form)


@route("POST", f"{PAGE}/copy", policy=POLICY)
async def copy_column(act: ActContext, form: Form) -> Page:
    """What one outlet gets, to another or to all others."""
    stroke = await _stroke(act)
    by_uuid: Mapping[str, Outlet] = {str(outlet.uuid): outlet for outlet in stroke.outlets}
    source, target = by_uuid.get(form.text("source")), by_uuid.get(form.text("target"))
    if source is None or (target is None and form.text("target")):
        raise no_outlet()
    targets = [target] if target else [outlet for outlet in stroke.outlets if outlet != source]
    await Sharing(act).put(copied(stroke.lines, source, targets))
    return await stroke.page(act, form)


@route("POST", f"{PAGE}/fit", policy=POLICY)
async def drop_rests(act: ActContext, form: Form) -> Page:
    """Order no more than the outlets get: of one line, or of all lines."""
    stroke = await _stroke(act)
    lines = [line.uuid for line in _meant(stroke.lines, form) if line.shares]
    await Sharing(act).fit(lines)
    return await stroke.page(act, form)


@route("POST", f"{PAGE}/table", policy=POLICY, max_body=WHOLE_GRID)
async def paste_table(ask: AskContext, form: Form) -> Page:
    """A table of articles and outlets; what is not in the cart goes in. All of it or nothing.

    It also begins the sharing out.
    """
    typed = next(iter(form.all(FIELD)), "")
    try:
        wanted = await read_table(ask, typed, await choosable_outlets(ask))
        async with ask.act() as act:
            stroke = await _stroke(act)
            sharing = Sharing(act)
            await sharing.begin()
            await sharing.put_products(wanted)
            return await stroke.page(act, form)
    except UserError as refused:
        view, outlets = await Carts(ask).view(), await choosable_outlets(ask)
        said = refused.fields.get(FIELD, refused.reason).text(ask.locale)
        if not view.cart.by_outlets:
            return _begin_page(view, outlets, typed, said)
        context = {"table": typed, "table_error": said}
        return _page(grid_of(view, outlets, _number(form)), context=context, status=422)


@route("POST", f"{PAGE}/undo", policy=POLICY, max_body=WHOLE_GRID)
async def undo(act: ActContext, form: Form) -> Page:
    """Cells and quantities as they were before a stroke, as far as their lines are still there."""
    before = read_before(form.text("before"))
    here = {row.uuid for row in await Carts(act).rows()}
    await Sharing(act).put_back(
        [cell for cell in before.cells() if cell.line in here],
        {line: quantity for line, quantity in before.quantities().items() if line in here},
    )
    grid = grid_of(await _noted(act), await choosable_outlets(act), _number(form))
    return _page(grid)


class _Stroke(Struct, frozen=True):
    """The grid before many cells are changed at a stroke; its page carries what undoes it."""

    lines: tuple[PricedCartLine, ...]
    outlets: tuple[Outlet, ...]

    async def page(self, act: ActContext, form: Form) -> Page:
        """The grid after it."""
        before = as_it_stands(self.lines, self.outlets)
        view = await _noted(act)
        return _page(grid_of(view, self.outlets, _number(form), before=before))


async def _noted(act: ActContext) -> CartView:
    """The cart as it is now; the page shows it, and the top bar its total."""
    carts = Carts(act)
    view = await carts.view()
    await carts.note_shown(act, view)
    return view


async def _stroke(act: ActContext) -> _Stroke:
    return _Stroke((await Carts(act).view()).cart.lines, await choosable_outlets(act))


def _meant(lines: Sequence[PricedCartLine], form: Form) -> Sequence[PricedCartLine]:
    only = form.text("line")
    return [line for line in lines if not only or str(line.uuid) == only]


def _begin_page(
    view: CartView, outlets: Sequence[Outlet], table: str = "", table_error: str = ""
) -> Page:
    context = {
        "lines": view.cart.lines,
        "outlets": outlets,
        "grid": None,
        "table": table,
        "table_error": table_error,
    }
    return Page("cart/outlets/begin.html", context, status=422 if table_error else 200)


def _page(
    grid: Grid,
    template: str = "cart/outlets/page.html",
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Page:
    more = {"mistakes": {}, "table": "", "table_error": "", **(context or {})}
    return Page(template, {"grid": grid, **more}, status, triggers=CHANGED)


def _number(form: Form) -> int:
    text = form.text("page")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


_SAVED = Reason("cart.shares_saved", "Распределение сохранено", "The shares are saved")
