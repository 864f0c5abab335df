"""The page on which a cart is dealt out over deliveries. Works without a script, by its buttons."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response

from fondaco.cart.cell_form import WHOLE_TABLE, cells_in, lines_in, page_number
from fondaco.cart.deliveries.grid import DeliveryTable, delivery_table
from fondaco.cart.deliveries.service import Deliveries
from fondaco.cart.deliveries.stood import (
    Stood,
    deliveries_as_they_are,
    put_back,
    read_stood,
    whole_cart_as_it_is,
)
from fondaco.cart.deliveries.stored import stored_deliveries
from fondaco.cart.deliveries.table import parts_of_deliveries, sample_parts, take_table
from fondaco.cart.drawn import CHANGED, POLICY
from fondaco.cart.page_model import sums_of
from fondaco.cart.part_file import codes_of, dealt_xlsx
from fondaco.cart.part_table import TableCell
from fondaco.cart.parts import days_of, part_rows
from fondaco.cart.reading import CartView
from fondaco.cart.service import Carts
from fondaco.cart.targets import read_targets
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import CartWay
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

PAGE = "/cart/deliveries"


@route("GET", PAGE, policy=POLICY)
async def deliveries_page(ask: AskContext, page: int = 1) -> Page:
    """The deliveries and what is in them, or what they are for."""
    return await _page(ask, page)


@route("GET", f"{PAGE}/table.xlsx", policy=POLICY)
async def table_file(ask: AskContext) -> Response[bytes]:
    """The table as it is, to be filled in elsewhere and uploaded again."""
    lines = (await Carts(ask).priced()).lines
    codes = await codes_of(ask, [line.product for line in lines])
    title = "По датам и адресам" if ask.locale == "ru" else "By dates and addresses"
    today = ask.now.astimezone(ask.zone).date()
    parts = parts_of_deliveries(await stored_deliveries(ask)) or sample_parts(
        await read_targets(ask), today
    )
    data = dealt_xlsx(title, lines, parts, codes, ask.locale)
    return download(data, f"deliveries-{ask.now.astimezone(ask.zone):%Y-%m-%d}.xlsx")


@route("POST", f"{PAGE}/begin", policy=POLICY)
async def begin(act: ActContext, form: Form) -> Page:
    """Deal it out: one delivery to begin with, or one for every day on which something is ready."""
    deliveries, before = Deliveries(act), ""
    if form.text("how") == "as_ready":
        if stood := await deliveries_as_they_are(act):
            before = Stood(stood).text()
        await deliveries.begin_as_ready(await Carts(act).priced())
    else:
        await deliveries.begin()
    return await _page(act, 1, before=before)


@route("POST", f"{PAGE}/end", policy=POLICY)
async def end(act: ActContext) -> Redirect:
    """Back to one address."""
    await Deliveries(act).end()
    return Redirect("/cart", notice=_TOGETHER)


@route("POST", f"{PAGE}/add", policy=POLICY)
async def add(ask: AskContext, form: Form) -> Page:
    """One more delivery."""
    try:
        async with ask.act() as act:
            await Deliveries(act).add(form.text("target"), form.day("wanted_on"))
            return await _page(act, page_number(form))
    except UserError as refused:
        return await _page(ask, page_number(form), refused=refused, typed=form.values(), of="new")


@route("POST", f"{PAGE}/{{delivery:uuid}}", policy=POLICY)
async def change(ask: AskContext, form: Form, delivery: UUID) -> Page:
    """Another place or day."""
    try:
        async with ask.act() as act:
            await Deliveries(act).change(delivery, form.text("target"), form.day("wanted_on"))
            return await _page(act, page_number(form))
    except UserError as refused:
        of, typed = str(delivery), form.values()
        return await _page(ask, page_number(form), refused=refused, typed=typed, of=of)


@route("POST", f"{PAGE}/{{delivery:uuid}}/remove", policy=POLICY)
async def remove(act: ActContext, form: Form, delivery: UUID) -> Page:
    """What was in it goes to the first one; the page says how to undo that."""
    deliveries = Deliveries(act)
    before = Stood(await deliveries_as_they_are(act)).text()
    await deliveries.remove(delivery)
    return await _page(act, page_number(form), before=before)


@route("POST", f"{PAGE}/{{delivery:uuid}}/take", policy=POLICY)
async def take_rest(act: ActContext, form: Form, delivery: UUID) -> Page:
    """All that the first delivery has, in this one."""
    deliveries = Deliveries(act)
    before = Stood(await deliveries_as_they_are(act)).text()
    await deliveries.take_rest(delivery)
    return await _page(act, page_number(form), before=before)


@route("POST", f"{PAGE}/shares", policy=POLICY, max_body=WHOLE_TABLE)
async def put_shares(request: Request[Any, Any, Any], ask: AskContext, form: Form) -> Page:
    """The cells that were changed, or without a script all of the page."""
    cells, wrong = cells_in(form)
    if not wrong:
        try:
            async with ask.act() as act:
                await Deliveries(act).put(cells)
        except UserError as refused:
            wrong = dict(refused.fields)
            if not wrong:
                raise
    mistakes = {name: reason.text(ask.locale) for name, reason in wrong.items()}
    view = await Carts(ask).view()
    if not is_htmx(request) or view.cart.way is not CartWay.DELIVERIES:
        return await _page(ask, page_number(form), mistakes=mistakes, typed=form.values())
    table = await _table(ask, view, page_number(form), form.values(), mistakes)
    context = {
        "table": table,
        "touched": lines_in(form),
        "mistakes": mistakes,
        "before": "",
        "currency": view.cart.quote.currency,
    }
    status = 422 if wrong else 200
    return Page("cart/deliveries/saved.html", context, status, triggers=CHANGED)


@route("POST", f"{PAGE}/undo", policy=POLICY, max_body=WHOLE_TABLE)
async def undo(act: ActContext, form: Form) -> Page:
    """The deliveries as they were before."""
    await put_back(act, read_stood(form.text("before")))
    return await _page(act, page_number(form))


async def take_cells(act: ActContext, cells: Sequence[TableCell]) -> Page:
    """The page after a whole table was put into the cart, with what undoes that."""
    way = (await Carts(act).priced()).way
    before = await whole_cart_as_it_is(act, way)
    await take_table(act, cells)
    return await _page(act, 1, before=before.after(await Carts(act).rows()).text())


async def refused_page(ask: AskContext, refused: Mapping[str, str]) -> Page:
    """The page as it is, with what was wrong with a table."""
    return await _page(ask, 1, table_refused=refused)


async def _page(
    ask: AskContext,
    page: int,
    *,
    before: str = "",
    refused: UserError | None = None,
    typed: Mapping[str, str] | None = None,
    of: str = "",
    mistakes: Mapping[str, str] | None = None,
    table_refused: Mapping[str, str] | None = None,
) -> Page:
    carts = Carts(ask)
    view = await carts.view()
    if isinstance(ask, ActContext):
        await carts.note_shown(ask, view)
    fields = {
        name: why.text(ask.locale) for name, why in (refused.fields if refused else {}).items()
    }
    context = {
        "targets": (await read_targets(ask)).all,
        "days": days_of(view.cart),
        "today": ask.now.astimezone(ask.zone).date(),
        "sums": sums_of(view.cart.lines, view.cart.quote.currency),
        "before": before,
        "refusal": "" if refused is None or fields else refused.reason.text(ask.locale),
        "field_mistakes": fields,
        "mistakes": mistakes or {},
        "typed": typed or {},
        "typed_of": of,
        **_NOT_REFUSED,
        **(table_refused or {}),
    }
    status = refused.status if refused else 422 if mistakes or table_refused else 200
    if view.cart.way is not CartWay.DELIVERIES:
        return Page("cart/deliveries/begin.html", {"lines": view.cart.lines, **context}, status)
    table = await _table(ask, view, page, typed or {}, mistakes or {})
    context = {**context, "table": table}
    return Page("cart/deliveries/page.html", context, status, triggers=CHANGED)


async def _table(
    ask: AskContext,
    view: CartView,
    page: int,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
) -> DeliveryTable:
    stored = await stored_deliveries(ask)
    rows = await part_rows(ask, view.cart)
    return delivery_table(view.cart, stored, rows, page, typed if mistakes else {}, mistakes)


_NOT_REFUSED = {"pasted": "", "table_error": "", "file_error": ""}
_TOGETHER = Reason(
    "cart.together",
    "Корзина снова отправляется вместе. Поставки сохранены: их можно вернуть",
    "The cart is sent together again. The deliveries are kept and can be taken up again",
)
