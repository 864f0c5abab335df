"""One list: its lines with prices and dates, changed in place; without a script, whole pages."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response

from fondaco.cart.drawn import CART, CHANGED
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.lists.export import list_xlsx
from fondaco.lists.filling import typed_items
from fondaco.lists.into_cart import put_into_cart
from fondaco.lists.marks import KEEP
from fondaco.lists.pages import HOME
from fondaco.lists.reading import looked_for, read_list
from fondaco.lists.service import SHARINGS, KeptList, Lists
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

LIST = f"{HOME}/{{uuid:uuid}}"
LINE = f"{LIST}/lines/{{line:uuid}}"
PAGE_ROWS = 100


@route("GET", LIST, policy=KEEP)
async def list_page(
    ask: AskContext,
    uuid: UUID,
    q: str = "",
    page: str = "",
    put: UUID | None = None,
    before: str = "",
    made: str = "",
) -> Page:
    """A list, or the lines of it that are looked for. `put`: a product that has just gone in, so
    that it can be undone, with what it was before."""
    context = await _context(ask, uuid, q.strip(), _number(page) or 1)
    if put is not None:
        fields = urlencode({"into": uuid, "before": before, "made": made})
        context["undo"] = f"/products/{put}/lists/undo?{fields}"
    return Page("lists/list.html", context)


@route("POST", LIST, policy=KEEP)
async def change_list(ask: AskContext, form: Form, uuid: UUID) -> Page | Redirect:
    """Another name, or other colleagues who see it."""
    try:
        async with ask.act() as act:
            await Lists(act).change(act, uuid, form.text("name"), form.text("sharing", "own"))
    except NotFound:
        raise
    except UserError as mistake:
        return await _with_mistakes(ask, uuid, form, mistake)
    return Redirect(f"{HOME}/{uuid}", notice=_CHANGED)


@route("POST", f"{LIST}/lines", policy=KEEP)
async def add_lines(ask: AskContext, form: Form, uuid: UUID) -> Page | Redirect:
    """Articles with quantities, typed or pasted; all go in, or none and it is said which not."""
    await Lists(ask).head(uuid)
    try:
        items = await typed_items(ask, form.text("text"))
        async with ask.act() as act:
            await Lists(act).add(act, uuid, items)
    except NotFound:
        raise
    except UserError as mistake:
        return await _with_mistakes(ask, uuid, form, mistake)
    return Redirect(f"{HOME}/{uuid}", notice=_ADDED)


@route("POST", LINE, policy=KEEP)
async def change_line(
    request: Request[Any, Any, Any], act: ActContext, form: Form, uuid: UUID, line: UUID
) -> Page | Redirect:
    """Another quantity, or another place in the list."""
    lists = Lists(act)
    if form.has("place"):
        await lists.move(act, uuid, line, _number(form.text("place")) or 1)
    else:
        await lists.set_quantity(act, uuid, line, form.decimal("quantity"))
    return await _changed(request, act, form, uuid)


@route("POST", f"{LINE}/remove", policy=KEEP)
async def remove_line(
    request: Request[Any, Any, Any], act: ActContext, form: Form, uuid: UUID, line: UUID
) -> Page | Redirect:
    """A line out, to be put back within ten seconds or so."""
    await Lists(act).take_out(act, uuid, line)
    return await _changed(request, act, form, uuid, removed=line)


@route("POST", f"{LINE}/restore", policy=KEEP)
async def restore_line(
    request: Request[Any, Any, Any], act: ActContext, form: Form, uuid: UUID, line: UUID
) -> Page | Redirect:
    """The line again."""
    await Lists(act).put_back(act, uuid, line)
    return await _changed(request, act, form, uuid)


@route("POST", f"{LINE}/cart", policy="order.place")
async def line_to_cart(
    request: Request[Any, Any, Any], act: ActContext, uuid: UUID, line: UUID
) -> Page | Redirect:
    """One line into the cart."""
    put_in = await put_into_cart(act, uuid, line)
    if not is_htmx(request):
        return Redirect(f"{HOME}/{uuid}", notice=put_in.notice)
    return Page("lists/put_in.html", {"notice": put_in.notice}, triggers=CHANGED)


@route("POST", f"{LIST}/cart", policy="order.place")
async def list_to_cart(act: ActContext, uuid: UUID) -> Redirect:
    """What can be had of the list goes into the cart, the rest is named."""
    put_in = await put_into_cart(act, uuid)
    return Redirect(CART, notice=put_in.notice)


@route("GET", f"{LIST}/export.xlsx", policy=KEEP)
async def export_list(ask: AskContext, uuid: UUID) -> Response[bytes]:
    """The list as a workbook."""
    head = await Lists(ask).head(uuid)
    name = head.name or _FAVOURITES.text(ask.locale)
    return download(list_xlsx(await read_list(ask, head), name, ask.locale), f"list-{uuid}.xlsx")


async def _changed(
    request: Request[Any, Any, Any],
    act: ActContext,
    form: Form,
    uuid: UUID,
    removed: UUID | None = None,
) -> Page | Redirect:
    """The lines anew; without a script the page."""
    if not is_htmx(request):
        return Redirect(f"{HOME}/{uuid}")
    context = await _context(act, uuid, form.text("q"), _number(form.text("page")) or 1)
    return Page("lists/changed.html", {**context, "removed": removed})


async def _with_mistakes(ask: AskContext, uuid: UUID, form: Form, mistake: UserError) -> Page:
    fields = {name: why.text(ask.locale) for name, why in mistake.fields.items()}
    mistakes = fields or {"text": mistake.reason.text(ask.locale)}
    typed = {"name": form.text("name"), "text": form.text("text")}
    context = await _context(ask, uuid, "", 1)
    shown = {"typed": {**_NOTHING, **typed}, "mistakes": {**_NOTHING, **mistakes}}
    return Page("lists/list.html", {**context, **shown}, 422)


async def _context(ask: AskContext, uuid: UUID, wanted: str, page: int) -> dict[str, Any]:
    head: KeptList = await Lists(ask).head(uuid)
    read = await read_list(ask, head)
    found = looked_for(read.lines, wanted)
    page = max(1, min(page, -(-len(found) // PAGE_ROWS)))
    first = (page - 1) * PAGE_ROWS
    base = f"{HOME}/{uuid}"

    def href(number: int) -> str:
        return f"{base}?{urlencode({'q': wanted, 'page': number})}"

    return {
        "head": head,
        "read": read,
        "rows": found[first : first + PAGE_ROWS],
        "found": len(found),
        "first": first + 1,
        "wanted": wanted,
        "page": page,
        "previous": href(page - 1) if page > 1 else "",
        "next": href(page + 1) if first + PAGE_ROWS < len(found) else "",
        "base": base,
        "undo": "",
        "sharings": SHARINGS,
        "orders": ask.actor.may("order.place"),
        "typed": _NOTHING,
        "mistakes": _NOTHING,
    }


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None


_NOTHING = {"name": "", "sharing": "", "text": ""}
_CHANGED = Reason("lists.changed", "Список сохранён", "The list is saved")
_ADDED = Reason("lists.added", "Товары добавлены в список", "The products are in the list")
_FAVOURITES = Reason("lists.favourites", "Избранное", "Favourites")
