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
from fondaco.checkout.address import NewAddress, added_address
from fondaco.checkout.choices import read_choices
from fondaco.checkout.deliveries import FIELD as OFFER_FIELD
from fondaco.checkout.deliveries import offered_where_chosen
from fondaco.checkout.differences import Difference, differences, read_shown, shown_lines
from fondaco.checkout.draft import read_draft, save_draft, with_ways
from fondaco.checkout.form import FIELDS, Typed, destination_of, request_of, typed_in
from fondaco.checkout.holds import hold_cart
from fondaco.checkout.limits import Prices, weigh_choice
from fondaco.checkout.service import Changed, Checkout
from fondaco.checkout.ways import ways_of
from fondaco.customers.acting import own_outlet
from fondaco.customers.new_outlet import ADD
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.approvers import Approver, approvers_for, managers_of
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.cart import CartWay, PricedCart, PricedCartLine
from fondaco_sdk.types.order import Order, OrderState
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


@route("POST", "/checkout/draft", policy=POLICY)
async def keep_draft(
    request: Request[Any, Any, Any], act: ActContext, form: Form
) -> Redirect | None:
    """What is typed is kept at every change, for when the browser is closed.

    Without a script a press keeps it, and the page follows what was chosen.
    """
    await save_draft(act, typed_in(form))
    return None if is_htmx(request) else Redirect("/checkout")


@route("POST", "/checkout/costs", policy=POLICY)
async def costs_of_choice(ask: AskContext, form: Form, kept: str = "") -> Page:
    """What a choice costs, while it is being made: how the goods can be brought, the sums, the ways
    to pay, what is left of the limits and the button that fits.

    With `kept` the ways to bring the goods stay as they are: one of them was chosen.
    """
    typed = typed_in(form)
    view = await Carts(ask).view()
    outlet = await _outlet(ask, typed.to)
    context = {"typed": typed, "mistakes": {}, **await _costs(ask, view, typed, outlet)}
    shown = {"view": view, "oob": True, "kept": bool(kept), **context}
    return Page("checkout/costs.html", shown)


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


@route("POST", "/checkout/address", policy=ADD)
async def add_address(ask: AskContext, form: Form) -> Page | Redirect:
    """Another delivery address, kept and chosen: the page again, with what else was typed."""
    view = await Carts(ask).view()
    if view.refused or not view.cart.lines:
        return Redirect("/checkout")
    typed, key = typed_in(form), form.text("key")
    address = await added_address(ask, form)
    if address.added:
        typed = replace(typed, to=address.added)
    page = await _page(ask, view, typed, key, address=address)
    return replace(page, status=422) if address.mistake else page


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
    try:
        request = request_of(form, typed)
        order = await Checkout(ask).place(request, key)
    except UserError as refused:
        return await _refused(ask, form, typed, key, refused)
    return _to_order(order)


def _to_order(order: Order) -> Redirect:
    online = next((part for part in order.payments if part.provider and part.open), None)
    if online is not None and order.state is not OrderState.AWAITING_APPROVAL:
        return Redirect(f"/orders/{order.uuid}/payments/{online.uuid}/pay")
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
    address: NewAddress = NewAddress(),
) -> Page:
    customer = customer_of(ask)
    choices = await read_choices(ask, customer)
    chosen = typed or await read_draft(ask, choices)
    costs = await _costs(ask, view, chosen, choices.outlet_of(chosen.to))
    context: dict[str, Any] = {
        "view": view,
        "lines": view.cart.lines,
        "choices": choices,
        "parts": [part for part in await part_rows(ask, view.cart) if part.lines],
        "days": days_of(view.cart),
        "acting": choices.acting(customer),
        "typed": typed or with_ways(chosen, costs["ways"]),
        "key": key,
        "shown": fingerprint(view.cart),
        "shown_lines": shown_lines(view.cart),
        "differences": found,
        "hints": _hints(view),
        "was_total": was,
        **address.context(ask),
        "changed": bool(found) or (status == 409 and refused is None),
        "oob": False,
        "kept": False,
        **costs,
        **_said(ask.locale, view, refused),
    }
    return Page("checkout/page.html", context, status)


def _hints(view: CartView) -> Sequence[tuple[Verdict, PricedCartLine | None]]:
    """What is said of the cart besides refusals, with the line that it is about."""
    lines = {line.line: line for line in view.cart.lines}
    found = [v for v in view.verdicts if v.severity is not Severity.REFUSAL]
    found.sort(key=lambda verdict: verdict.line is not None)
    return [(v, None if v.line is None else lines[v.line]) for v in found[:MOST_HINTS]]


async def _costs(
    ask: AskContext, view: CartView, typed: Typed, outlet: int | None
) -> dict[str, Any]:
    """What follows from what is chosen."""
    # A cart that is dealt out goes to its own targets, whatever was chosen before it was.
    where = replace(typed, to=view.cart.way.value) if view.cart.dealt_out else typed
    deliveries = await offered_where_chosen(ask, destination_of(where), view.cart)
    cart = deliveries.on(view.cart)
    ways = ways_of(await Checkout(ask).options(cart), cart.total)
    return {
        "sums": sums_of(view.cart.lines, view.cart.quote.currency),
        "deliveries": deliveries,
        "total": cart.total,
        "vat_total": cart.vat_total,
        "ways": ways,
        **await _limits(ask, cart, outlet, deliveries.by_outlet),
    }


async def _limits(
    ask: AskContext, cart: PricedCart, outlet: int | None, delivery: Prices
) -> dict[str, Any]:
    """The limits of what is chosen; beyond them, who may approve, or the manager who will."""
    customer = customer_of(ask)
    weighed = await weigh_choice(ask, cart, outlet, delivery)
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
    mistakes = {name: why.text(locale) for name, why in fields.items() if name in _AT_FIELDS}
    lines = tuple(
        (f"/cart#q-{uuids[name]}" if name in uuids else "/cart", _named(name, uuids, why, locale))
        for name, why in fields.items()
        if name not in _AT_FIELDS
    )
    refusal = "" if mistakes and not lines else refused.reason.text(locale)
    return {"mistakes": mistakes, "refusal": refusal, "refused_lines": lines}


def _named(name: str, known: Mapping[str, Any], why: Reason, locale: str) -> str:
    return f"{name}: {why.text(locale)}" if name in known else why.text(locale)


def _amount(form: Form, name: str) -> Decimal | None:
    try:
        return form.decimal(name)
    except UserError:
        return None


_FIELD_OF = {"outlet": "to", "place": "to", "delivery": "to", "deliveries": "to"}
_AT_FIELDS = (*FIELDS, OFFER_FIELD)
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
