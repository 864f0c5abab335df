"""Many cells of the grid changed at a stroke: in equal shares, copied, pasted, as they were."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from fondaco.cart.cell_form import WHOLE_TABLE, page_number
from fondaco.cart.dealing import Wanted
from fondaco.cart.drawn import POLICY
from fondaco.cart.outlets.fill import as_it_stood, copied, equal_shares, read_before
from fondaco.cart.outlets.grid import grid_of
from fondaco.cart.outlets.pages import PAGE, grid_page, noted, refused_page
from fondaco.cart.outlets.service import Sharing, no_outlet
from fondaco.cart.outlets.table import FIELD, read_table
from fondaco.cart.part_table import TableCell
from fondaco.cart.service import Carts
from fondaco.customers.outlets import Outlet, choosable_outlets
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("POST", f"{PAGE}/equal", policy=POLICY)
async def share_equally(act: ActContext, form: Form) -> Page:
    """One line, or all of them, in equal shares."""
    stroke = await _stroke(act)
    if not stroke.outlets:
        raise no_outlet()
    lines = _meant(stroke.cart.lines, form)
    await Sharing(act).put([cell for ln in lines for cell in equal_shares(ln, stroke.outlets)])
    return await stroke.page(act, page_number(form))


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
    return await stroke.page(act, page_number(form))


@route("POST", f"{PAGE}/fit", policy=POLICY)
async def drop_rests(act: ActContext, form: Form) -> Page:
    """Order no more than the outlets get: of one line, or of all lines."""
    stroke = await _stroke(act)
    lines = [line.uuid for line in _meant(stroke.cart.lines, form) if line.shares]
    await Sharing(act).fit(lines)
    return await stroke.page(act, page_number(form))


@route("POST", f"{PAGE}/table", policy=POLICY, max_body=WHOLE_TABLE)
async def paste_table(ask: AskContext, form: Form) -> Page:
    """A table of articles and outlets; what is not in the cart goes in. All of it or nothing.

    It also begins the sharing out.
    """
    typed = next(iter(form.all(FIELD)), "")
    try:
        cells = await read_table(ask, typed, await choosable_outlets(ask))
        async with ask.act() as act:
            return await take_products(act, cells, page_number(form))
    except UserError as refused:
        said = refused.fields.get(FIELD, refused.reason).text(ask.locale)
        return await refused_page(ask, {"pasted": typed, "table_error": said}, page_number(form))


@route("POST", f"{PAGE}/undo", policy=POLICY, max_body=WHOLE_TABLE)
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
    grid = grid_of(await noted(act), await choosable_outlets(act), page_number(form))
    return grid_page(grid)


async def take_products(act: ActContext, cells: Sequence[TableCell], page: int = 1) -> Page:
    """The grid after a whole table was put into it at a stroke, with what undoes that.

    It also begins the sharing out. A line that was shared out to the last piece stays so.
    """
    stroke, sharing = await _stroke(act), Sharing(act)
    await sharing.begin()
    await sharing.put_products(
        [Wanted(cell.product, _outlet(cell.part), cell.quantity) for cell in cells]
    )
    products = {cell.product for cell in cells}
    await sharing.fit(
        [
            line.uuid
            for line in stroke.cart.lines
            if line.shares and not line.unshared and line.product.id in products
        ]
    )
    return await stroke.page(act, page)


def _outlet(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise no_outlet() from None


class _Stroke(Struct, frozen=True):
    """The cart before many cells are changed at a stroke; its page carries what undoes it."""

    cart: PricedCart
    outlets: tuple[Outlet, ...]

    async def page(self, act: ActContext, page: int) -> Page:
        """The grid after it."""
        view = await noted(act)
        before = as_it_stood(self.cart, self.outlets, view.cart.lines)
        return grid_page(grid_of(view, self.outlets, page, before=before))


async def _stroke(act: ActContext) -> _Stroke:
    return _Stroke((await Carts(act).view()).cart, await choosable_outlets(act))


def _meant(lines: Sequence[PricedCartLine], form: Form) -> Sequence[PricedCartLine]:
    only = form.text("line")
    return [line for line in lines if not only or str(line.uuid) == only]


_AS_BEFORE = Reason("cart.as_before", "Корзина снова как была", "The cart is as it was")
