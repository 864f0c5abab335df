"""The checkout: one page, one decision; pressed twice it is one order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from fondaco.cart.drawn import CHANGED
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.page_model import sums_of
from fondaco.cart.parts import days_of, part_rows
from fondaco.cart.reading import CartView, customer_of
from fondaco.cart.service import Carts
from fondaco.checkout.choices import read_choices
from fondaco.checkout.differences import Difference, differences, read_shown, shown_lines
from fondaco.checkout.form import FIELDS, Typed, request_of, typed_in
from fondaco.checkout.holds import hold_cart
from fondaco.checkout.limits import weigh_choice
from fondaco.checkout.service import Changed, Checkout
from fondaco.customers.acting import own_outlet
from fondaco.hooks.context import AskContext
from fondaco.orders.approvers import Approver, approvers_for, managers_of
from fondaco.orders.service import Orders
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.cart import CartWay, PricedCartLine
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import PaymentOption
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.verdict import Severity, Verdict
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.place"
MOST_HINTS = 6


@route("GET", "/checkout", policy=POLICY)
async def checkout_page(ask: AskContext) -> Page | Redirect:
    """What will be ordered and what is left to decide; a cart with refusals is mended first."""
    view = await Carts(ask).view()
    if not view.cart.lines:
        return Redirect("/cart")
    if view.refused:
        return Redirect("/cart", refused=_MEND)
    return await _page(ask, view, None, str(uuid7()))


@route("POST", "/checkout/hold", policy=POLICY)
async def hold_goods(ask: AskContext) -> Page:
    """The page asks for it when it is there, and again on a press once it has ended."""
    return Page("checkout/hold.html", {"hold": await hold_cart(ask)})


@route("GET", "/checkout/limits", policy=POLICY)
async def limits_of_choice(ask: AskContext, to: str = "") -> Page:
    """What is left of the limits where the goods go, and the button that fits."""
    view = await Carts(ask).view()
    sums = sums_of(view.cart.lines, view.cart.quote.currency)
    return Page(
        "checkout/send.html", {"sums": sums, **await _limits(ask, view, await _outlet(ask, to))}
    )


@route("POST", "/checkout/way", policy=POLICY)
async def choose_way(
    request: Request[Any, Any, Any], ask: AskContext, form: Form
) -> Page | Redirect:
    """Send it together, or as it gets ready: the page again, with what was typed and chosen."""
    way = _SENT.get(form.text("way"))
    if way is None:
        raise UserError(_NO_WAY, {"way": _NO_WAY})
    async with ask.act() as act:
        await Carts(act).send(act, way)
    if not is_htmx(request):
        return Redirect("/checkout")
    view = await Carts(ask).view()
    if view.refused or not view.cart.lines:
        return Redirect("/checkout")
    page = await _page(ask, view, typed_in(form), form.text("key"))
    return replace(page, triggers=CHANGED)


@route("POST", "/checkout/lines/{line:uuid}", policy=POLICY)
async def take_hint(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, line: UUID
) -> Page | Redirect:
    """Another quantity, as a hint proposes: the page again, with what was typed and chosen.

    Without a script the hint comes alone, and the page begins anew.
    """
    async with ask.act() as act:
        await Carts(act).edit(act, line, form.decimal("quantity"))
    view = await Carts(ask).view()
    if not is_htmx(request) or view.refused:
        return Redirect("/checkout")
    page = await _page(ask, view, typed_in(form), form.text("key"))
    return replace(page, triggers=CHANGED)


@route("POST", "/checkout", policy=POLICY)
async def place_order(ask: AskContext, form: Form) -> Page | Redirect:
    """Place the order, or the page again with what was typed and what has to be looked at."""
    typed, key = typed_in(form), form.text("key")
    within = form.has("within_limits")
    try:
        request = request_of(typed, form.text("shown"), within_limits=within)
        order_id = await Checkout(ask).place(request, key)
    except UserError as refused:
        return await _refused(ask, form, typed, key, refused)
    return await _to_order(ask, order_id)


async def _to_order(ask: AskContext, order_id: OrderId) -> Redirect:
    order = (await Orders(ask).orders([order_id], ask.scope))[order_id]
    return Redirect(f"/orders/{order.uuid}?placed=1")


async def _refused(
    ask: AskContext, form: Form, typed: Typed, key: str, refused: UserError
) -> Page | Redirect:
    """The page again: with the mistakes, or with what has moved since it was shown."""
    if refused.reason.code == "idempotency.reused":
        return Redirect("/orders", notice=_ALREADY)
    changed = isinstance(refused, Changed) and refused.why is None
    view = refused.view if isinstance(refused, Changed) else await Carts(ask).view()
    if not view.cart.lines:
        return Redirect("/cart", refused=refused.reason)
    found: Sequence[Difference] = ()
    if isinstance(refused, Conflict):
        # Also where a plugin was the one to find it out, in the order's transaction.
        found = differences(read_shown(form.text("shown_lines")), view.cart)
    return await _page(
        ask,
        view,
        typed,
        key,
        found=found,
        was=_amount(form, "shown_total"),
        refused=None if changed else refused,
        status=422 if isinstance(refused, NotFound) else refused.status,
    )


async def _page(
    ask: AskContext,
    view: CartView,
    typed: Typed | None,
    key: str,
    *,
    found: Sequence[Difference] = (),
    was: Decimal | None = None,
    refused: UserError | None = None,
    status: int = 200,
) -> Page:
    customer = customer_of(ask)
    choices = await read_choices(ask, customer)
    options = await Checkout(ask).options(view.cart)
    if typed is None:
        typed = Typed(to=choices.usual, payment=_first_open(options))
    context: dict[str, Any] = {
        "view": view,
        "lines": view.cart.lines,
        "sums": sums_of(view.cart.lines, view.cart.quote.currency),
        "choices": choices,
        "parts": [part for part in await part_rows(ask, view.cart) if part.lines],
        "days": days_of(view.cart),
        "acting": choices.acting(customer),
        "options": options,
        "typed": typed,
        "key": key,
        "shown": fingerprint(view.cart),
        "shown_lines": shown_lines(view.cart),
        "differences": found,
        "hints": _hints(view),
        "was_total": was,
        "changed": bool(found) or (status == 409 and refused is None),
        **await _limits(ask, view, choices.outlet_of(typed.to)),
        **_said(ask.locale, view, refused),
    }
    return Page("checkout/page.html", context, status)


def _hints(view: CartView) -> Sequence[tuple[Verdict, PricedCartLine | None]]:
    """What is said of the cart besides refusals, with the line that it is about."""
    lines = {line.line: line for line in view.cart.lines}
    found = [v for v in view.verdicts if v.severity is not Severity.REFUSAL]
    found.sort(key=lambda verdict: verdict.line is not None)
    return [(v, None if v.line is None else lines[v.line]) for v in found[:MOST_HINTS]]


async def _limits(ask: AskContext, view: CartView, outlet: int | None) -> dict[str, Any]:
    """The limits of what is chosen; beyond them, who may approve, or the manager who will."""
    customer = customer_of(ask)
    weighed = await weigh_choice(ask, view.cart, outlet)
    people: Sequence[Approver] = ()
    managers: Sequence[Approver] = ()
    if weighed.beyond:
        people = await approvers_for(ask, customer.company_id, weighed.spending)
        managers = () if people else await managers_of(ask, customer.company_id)
    return {
        "weighed": weighed,
        "approvers": [one.name for one in people],
        "managers": [one.name for one in managers],
    }


async def _outlet(ask: AskContext, to: str) -> int | None:
    """The outlet that is chosen, if one is."""
    way, _, uuid = to.partition(":")
    try:
        return await own_outlet(ask, uuid) if way == "outlet" else None
    except NotFound:
        return None


def _said(locale: str, view: CartView, refused: UserError | None) -> Mapping[str, Any]:
    """The refusal at its fields, and what concerns lines with an address in the cart."""
    if refused is None:
        return {"mistakes": {}, "refusal": "", "refused_lines": ()}
    uuids = {line.product.sku: line.uuid for line in view.cart.lines}
    fields = {_FIELD_OF.get(name, name): reason for name, reason in refused.fields.items()}
    mistakes = {name: why.text(locale) for name, why in fields.items() if name in FIELDS}
    lines = tuple(
        (f"/cart#q-{uuids[name]}" if name in uuids else "/cart", _named(name, uuids, why, locale))
        for name, why in fields.items()
        if name not in FIELDS
    )
    refusal = "" if mistakes and not lines else refused.reason.text(locale)
    return {"mistakes": mistakes, "refusal": refusal, "refused_lines": lines}


def _named(name: str, known: Mapping[str, Any], why: Reason, locale: str) -> str:
    return f"{name}: {why.text(locale)}" if name in known else why.text(locale)


def _first_open(options: Sequence[PaymentOption]) -> str:
    return next((option.code for option in options if option.refusal is None), "")


def _amount(form: Form, name: str) -> Decimal | None:
    try:
        return form.decimal(name)
    except UserError:
        return None


_FIELD_OF = {"outlet": "to", "place": "to", "delivery": "to", "deliveries": "to"}
_SENT = {"together": CartWay.TOGETHER, "as_ready": CartWay.AS_READY}
_NO_WAY = Reason(
    "checkout.way",
    "Выберите, как отправить заказ: вместе или по мере готовности",
    "Choose how to send the order: together, or as it gets ready",
)
_MEND = Reason(
    "checkout.mend",
    "Заказ можно будет оформить, когда в корзине не останется замечаний, отмеченных ниже",
    "The order can be placed once the remarks below are dealt with",
)
_ALREADY = Reason(
    "checkout.already",
    "Заказ с той страницы уже оформлен, второй раз он не отправлен. Он первый в списке",
    "The order of that page was placed already and was not sent again. It is the first in the list",
)
