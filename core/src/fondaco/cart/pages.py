"""The cart's page and the pieces of it that change in place; without a script, whole pages."""

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response

from fondaco.cart.by_article import products_meant, why_not
from fondaco.cart.export import cart_xlsx
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.outlets import Sharing
from fondaco.cart.page_model import CartModel, Row, cart_model
from fondaco.cart.reading import CartView, customer_of
from fondaco.cart.repeat import OrderedLine, repeat_lines, repeat_order
from fondaco.cart.replacing import offers_in_cart
from fondaco.cart.service import CartItem, Carts, no_line
from fondaco.documents.service import issue_quote
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.earlier import earlier_order
from fondaco.orders.service import Orders
from fondaco.substitutes.wanted import note_wanted
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.context import Subject
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.place"
CART = "/cart"
SLOT = "cart.summary"

# The button that asked may be gone by then, and an event of a lost element reaches nobody.
CHANGED = ('{"cart-changed": {"target": "body"}}',)


@route("GET", "/cart", policy=POLICY)
async def cart_page(ask: AskContext) -> Page:
    """The whole cart."""
    view = await Carts(ask).view()
    offers = await offers_in_cart(ask, view)
    await note_wanted(ask, offers.wanted)
    model = cart_model(view, offers)
    return _drawn("cart/page.html", view, model, {"unnoted": view.unnoted})


@route("GET", "/cart/lines", policy=POLICY)
async def cart_lines(ask: AskContext) -> Page:
    """The cart without the page around it, after a plugin changed something in it."""
    view = await Carts(ask).view()
    return await _page(ask, "cart/answers/all.html", view, {"unnoted": view.unnoted}, CHANGED)


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
        return _drawn("cart/answers/all.html", view, model, triggers=CHANGED)
    return _drawn("cart/answers/line.html", view, model, {"row": row}, CHANGED)


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
    return await _page(act, "cart/answers/removed.html", view, context, CHANGED)


@route("POST", "/cart/clear", policy=POLICY)
async def clear_cart(request: Request[Any, Any, Any], act: ActContext) -> Page | Redirect:
    """Everything out, to be put back likewise."""
    carts = Carts(act)
    removed = await carts.remove_all(act)
    if not is_htmx(request):
        return Redirect(CART)
    view = await carts.view()
    return await _page(act, "cart/answers/all.html", view, {"removed": removed}, CHANGED)


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
    return await _page(act, "cart/answers/all.html", view, {"fresh": fresh}, CHANGED)


@route("POST", "/cart/articles", policy=POLICY)
async def add_by_article(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Redirect:
    """An article that means one product goes in; one that means several goes to quick order.

    A pasted pair of cells, article and quantity, is understood in the article's field.
    """
    article, _, pasted = form.text("article").partition("\t")
    quantity = pasted.strip() or form.text("quantity")
    try:
        meant = await _meant(ask, article.strip())
        if len(meant) > 1:
            query = urlencode({"text": f"{article}\t{quantity}".strip()})
            return Redirect(f"/quick-order?{query}", notice=_SEVERAL)
        item = CartItem(meant[0].id, _typed_or_pack(quantity, meant[0]), LineSource.SEARCH)
    except UserError as mistake:
        return await _not_added(request, ask, form, mistake)
    async with ask.act() as act:
        await Carts(act).add(act, [item])
        if not is_htmx(request):
            return Redirect(CART)
        return await shown(act, "cart/answers/added.html", {"added": meant[0]}, CHANGED)


@route("POST", "/cart/quote", policy=POLICY)
async def quote_cart(act: ActContext, form: Form) -> Redirect:
    """A quote over the cart as it is now; its page shows the file when it is ready."""
    view = await Carts(act).view()
    if not any(line.price.total is not None for line in view.cart.lines):
        raise UserError(
            Reason(
                "cart.nothing_to_quote",
                "В корзине нет строк с ценой, предлагать нечего",
                "The cart has no line with a price: there is nothing to quote",
            )
        )
    format_ = "xlsx" if form.text("format") == "xlsx" else "pdf"
    documents = await issue_quote(act, view.cart, [format_])
    return Redirect(f"/documents/{documents[0]}")


@route("POST", "/orders/{uuid:uuid}/repeat", policy=POLICY)
async def repeat(act: ActContext, uuid: UUID) -> Redirect:
    """An order's lines into the cart; what cannot be had now is named."""
    detail = await Orders(act).detail(uuid, act.scope)
    repeated = await repeat_order(act, detail.order, detail.outlets)
    return Redirect(CART, notice=repeated.notice)


@route("POST", "/orders/earlier/{uuid:uuid}/repeat", policy=POLICY)
async def repeat_earlier(act: ActContext, uuid: UUID) -> Redirect:
    """The lines of an order of the ERP into the cart; goods the portal does not have are named."""
    order = await earlier_order(act, uuid, act.scope)
    lines = [
        OrderedLine(line.product_id, line.sku or line.name, line.quantity) for line in order.lines
    ]
    repeated = await repeat_lines(act, lines, order.uuid)
    return Redirect(CART, notice=repeated.notice)


@route("POST", "/cart/outlets/end", policy=POLICY)
async def one_address(request: Request[Any, Any, Any], act: ActContext) -> Page | Redirect:
    """One address again; the shares are kept, and come back by one press."""
    await Sharing(act).end()
    if not is_htmx(request):
        return Redirect(CART, notice=_ONE_ADDRESS)
    return await shown(act, "cart/answers/one_address.html", triggers=CHANGED)


@route("POST", "/cart/outlets/resume", policy=POLICY)
async def shared_again(act: ActContext) -> Page:
    """The cart is shared out as it was."""
    await Sharing(act).begin()
    return await shown(act, "cart/answers/all.html", triggers=CHANGED)


@route("GET", "/cart/export.xlsx", policy=POLICY)
async def export_cart(ask: AskContext) -> Response[bytes]:
    """The cart as a workbook."""
    view = await Carts(ask).view()
    name = f"cart-{ask.now.astimezone(ask.zone):%Y-%m-%d}.xlsx"
    return download(cart_xlsx(view.cart, ask.locale), name)


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
    return await _page(act, template, view, context, triggers)


async def _page(
    ask: AskContext,
    template: str,
    view: CartView,
    context: dict[str, Any] | None = None,
    triggers: tuple[str, ...] = (),
    status: int = 200,
) -> Page:
    model = cart_model(view, await offers_in_cart(ask, view))
    return _drawn(template, view, model, context, triggers, status)


def _drawn(
    template: str,
    view: CartView,
    model: CartModel,
    context: dict[str, Any] | None = None,
    triggers: tuple[str, ...] = (),
    status: int = 200,
) -> Page:
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


def _others_changed(form: Form, model: CartModel, row: Row) -> bool:
    """Whether the lines beside the edited one sum up to something else than the page shows."""
    total, own = _amount(form.text("shown_total")), _amount(form.text("shown_sum"))
    if total is None or own is None:
        return True
    return total - own != model.sums.total - (row.line.price.total or 0)


def _typed_or_pack(typed: str, product: Product) -> Decimal:
    """What was typed, or one pack. Raises `UserError` for what is no number."""
    return Form({"quantity": [typed]}).decimal("quantity") if typed else product.multiple


async def _meant(ask: AskContext, article: str) -> tuple[Product, ...]:
    """The products that an article means. Raises `UserError` where none of them can be taken."""
    if not article:
        reason = Reason("cart.no_article", "Введите артикул", "Type an article")
        raise UserError(reason, {"article": reason})
    [meant] = await products_meant(ask, [article])
    if problem := why_not(article, meant):
        raise UserError(problem, {"article": problem})
    return meant


async def _not_added(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, mistake: UserError
) -> Page:
    mistakes = {name: reason.text(ask.locale) for name, reason in mistake.fields.items()}
    context = {"typed": form.values(), "mistakes": mistakes}
    view = await Carts(ask).view()
    template = "cart/answers/not_added.html" if is_htmx(request) else "cart/page.html"
    return await _page(ask, template, view, context, status=422)


_ONE_ADDRESS = Reason(
    "cart.one_address",
    "Заказ снова на один адрес. Распределение сохранено: его можно вернуть",
    "The order is for one address again. The shares are kept, and you can have them back",
)
_SEVERAL = Reason(
    "cart.several",
    "Артикул означает несколько товаров, выберите нужный",
    "The article means several products: choose the one you need",
)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise no_line() from None
